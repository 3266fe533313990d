/**
 * An I/O thread's reactor: relays between its sockets and the two rings. It owns every descriptor of its connections
 * and no data of theirs.
 */
import { assert } from '../../src/base/assert.js';
import { setImmediate } from '../../src/base/timers.js';
import { type Libc, loadLibc } from '../../src/native/libc.js';
import type { SocketAddress } from '../../src/native/socket-address.js';
import { SystemError } from '../../src/native/system-error.js';
import type { Trigger } from '../reactor/interest.js';
import { Reactor } from '../reactor/reactor.js';
import type { Mate } from '../reactor/reactor-options.js';
import { RingConsumer } from '../ring/consumer.js';
import { RingProducer } from '../ring/producer.js';
import { Gathering } from './gathering.js';
import { Outlet } from './outlet.js';
import {
  CLOSE,
  DRAIN,
  LISTEN,
  LISTENING,
  PAUSE,
  RELEASE,
  RESUME,
  type SystemFailure,
  TROUBLE,
  WRITE,
} from './records.js';
import { Relay, type RelayHost } from './relay.js';
import { type SharedBuffers, SharedMemory, SLOTS_MAX } from './shared-memory.js';

export interface IoThreadSettings {
  readonly buffers: SharedBuffers;
  /** An eventfd in the engine's epoll set. */
  readonly engineWakeup: number;
  readonly pendingBytesPause: number;
  readonly trigger: Trigger;
  readonly busyPollUs: number;
  /** Sent to a client that finds no descriptor left. */
  readonly noDescriptorMessage: Uint8Array;
}

export interface IoThreadDescriptors {
  /** An eventfd; any thread may signal it. It stays open when the thread ends, whose last words are still answered. */
  readonly wakeup: number;
  /** Stays open when the thread dies. */
  readonly epoll: number;
}

export interface ListenRequest {
  readonly address: SocketAddress;
  readonly backlog: number;
  readonly reusePort: boolean;
}

export interface ListenAnswer {
  readonly listener: number;
  readonly port?: number;
  readonly descriptor?: number;
  readonly failure?: SystemFailure;
}

/** Per turn; then sockets have theirs. */
const RECORDS_PER_TURN = 4096;

export class IoReactor implements Mate, RelayHost {
  readonly outlet: Outlet;
  readonly descriptors: IoThreadDescriptors;
  readonly #settings: IoThreadSettings;
  readonly #memory: SharedMemory;
  readonly #inbox: RingConsumer;
  readonly #reactor: Reactor;
  readonly #libc: Libc;
  readonly #gathering = new Gathering();
  /** To the engine; the outlet puts records into one of them. */
  readonly #rings: readonly [RingProducer, RingProducer];
  #ringIndex = 0;
  readonly #slots: (Relay | null)[] = [];
  readonly #freeSlots: number[] = [];
  #waiting: Relay[] = [];
  readonly #sending = new Set<Relay>();

  static async start(settings: IoThreadSettings): Promise<IoReactor> {
    return new IoReactor(await loadLibc(), settings);
  }

  private constructor(libc: Libc, settings: IoThreadSettings) {
    this.#libc = libc;
    this.#settings = settings;
    this.#memory = new SharedMemory(settings.buffers);
    this.#inbox = new RingConsumer(this.#memory.outbound);
    const [first, second] = this.#memory.inbound;
    this.#rings = [new RingProducer(first), new RingProducer(second)];
    this.outlet = new Outlet(this.#rings[0], () => libc.eventfdSignal(settings.engineWakeup));
    this.#reactor = new Reactor(libc, {
      pendingBytesPause: settings.pendingBytesPause,
      trigger: settings.trigger,
      // Nothing else lives in this thread. And a watch of libuv's that fires while its thread ends aborts the process.
      loop: 'dedicated',
      busyPollUs: settings.busyPollUs,
      mate: this,
    });
    const wakeup = this.#reactor.createWakeup(() => {}, true).descriptor;
    this.descriptors = { wakeup, epoll: this.#reactor.epoll.descriptor };
  }

  // ── its reactor's mate ───────────────────────────────────────────────────────────────────────────

  turn(): number {
    this.#inbox.sleeps.withdraw();
    if (this.#memory.inboundIndex !== this.#ringIndex) this.#changeRing();
    this.outlet.unclog();
    if (this.#waiting.length > 0 && !this.outlet.isClogged) this.#roomAgain();
    const count = this.#takeRecords();
    if (this.#sending.size > 0) this.#showSent();
    this.outlet.publish();
    return count;
  }

  rest(): boolean {
    // Who waits for room in the ring is told when there is some: that is worth being woken for.
    if (this.#waiting.length === 0 && this.#gathering.wait()) return false;
    if (!this.outlet.rest(this.#waiting.length > 0)) return false;
    if (!this.#inbox.nextOrSleep()) return true;
    this.#handle();
    this.#release();
    return false;
  }

  // ── what relays call ─────────────────────────────────────────────────────────────────────────────

  takeSlot(relay: Relay): number {
    const slot = this.#freeSlots.pop() ?? this.#slots.length;
    assert(slot < SLOTS_MAX, 'there are more slots than descriptors');
    this.#slots[slot] = relay;
    return slot;
  }

  heard(relay: Relay): void {
    this.#gathering.heard(relay);
  }

  awaitRoom(relay: Relay): void {
    this.#waiting.push(relay);
  }

  isSending(relay: Relay): void {
    this.#sending.add(relay);
  }

  showSent(slot: number, count: number): void {
    Atomics.store(this.#memory.sent, slot, count);
  }

  // ── what the engine says ─────────────────────────────────────────────────────────────────────────

  /** @returns how many */
  #takeRecords(): number {
    let count = 0;
    while (count < RECORDS_PER_TURN && this.#inbox.next()) {
      this.#handle();
      count++;
    }
    if (count > 0) this.#release();
    return count;
  }

  #release(): void {
    this.#inbox.release();
    if (this.#inbox.producerSleeps.take()) this.#libc.eventfdSignal(this.#settings.engineWakeup);
  }

  #handle(): void {
    const { kind, subject, detail, bytes, start, end } = this.#inbox;
    if (kind === LISTEN) this.#listen(subject, JSON.parse(bytes.toString('utf8', start, end)));
    else if (kind === DRAIN) this.#drain(detail);
    else this.#handleRelay(kind, subject, detail);
  }

  #handleRelay(kind: number, slot: number, detail: number): void {
    const relay = this.#slots[slot];
    assert(relay !== null && relay !== undefined, 'the engine speaks of slots that it has not released');
    if (kind === WRITE) {
      relay.write(this.#inbox.bytes, this.#inbox.start, this.#inbox.end);
    } else if (kind === PAUSE) {
      relay.pause();
    } else if (kind === RESUME) {
      relay.resume();
    } else if (kind === CLOSE) {
      relay.close(detail !== 0);
    } else if (kind === RELEASE) {
      this.#slots[slot] = null;
      this.#freeSlots.push(slot);
    }
  }

  #listen(listener: number, { address, backlog, reusePort }: ListenRequest): void {
    let answer: ListenAnswer;
    try {
      const { address: bound, descriptor } = this.#reactor.listen(
        address,
        (connection) => new Relay(this, connection),
        {
          backlog,
          reusePort,
          busyPollUs: this.#settings.busyPollUs,
          keepaliveSeconds: () => this.#memory.keepaliveSeconds,
          noDescriptorMessage: Buffer.from(this.#settings.noDescriptorMessage),
          report: (trouble) => this.#say(TROUBLE, failureOf(trouble)),
        },
      );
      answer = { listener, port: 'port' in bound ? bound.port : 0, descriptor };
    } catch (error) {
      if (!(error instanceof SystemError)) throw error;
      answer = { listener, failure: failureOf(error) };
    }
    this.#say(LISTENING, answer);
  }

  #drain(deadlineMs: number): void {
    void this.#reactor.drain(deadlineMs).then(() => this.#finish());
  }

  /** The engine reads on until it has heard of every end. */
  #finish(): void {
    this.outlet.unclog();
    this.outlet.publish();
    if (this.outlet.isClogged) {
      setImmediate(() => this.#finish());
      return;
    }
    this.#reactor.close();
  }

  #say(kind: number, message: ListenAnswer | SystemFailure): void {
    const text = Buffer.from(JSON.stringify(message));
    this.outlet.putBytes(kind, 0, 0, text, 0, text.length);
  }

  /** The engine can't give back the room of the one in use. */
  #changeRing(): void {
    this.#ringIndex = this.#memory.inboundIndex;
    this.outlet.moveTo(this.#rings[this.#ringIndex]);
  }

  #roomAgain(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const relay of waiting) relay.roomAgain();
  }

  #showSent(): void {
    for (const relay of this.#sending) if (!relay.showSent()) this.#sending.delete(relay);
  }
}

function failureOf({ call, errno, subject }: SystemError): SystemFailure {
  return { call, errno, subject };
}
