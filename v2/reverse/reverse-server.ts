/**
 * The thread for input and output of the reverse server. Messages go to the worker over one ring and come back over
 * another, in order; an eventfd in the reactor's epoll set says that replies, or room for messages, are there. A full
 * ring pauses the connections that want to put something into it.
 *
 *     socket → session → requests ring → worker (reverse-thread.ts) → replies ring → socket
 *
 * In steady state nothing is allocated. When nothing happens neither thread does anything.
 */
import { once } from 'node:events';
import type { Worker } from 'node:worker_threads';
import type { Clock } from '../../src/base/clock.js';
import { clearTimeout, setImmediate, setTimeout } from '../../src/base/timers.js';
import { NativeBuffer } from '../../src/native/native-buffer.js';
import type { SocketAddress } from '../../src/native/socket-address.js';
import type { SystemError } from '../../src/native/system-error.js';
import { Deadlines } from '../reactor/deadlines.js';
import type { Trigger } from '../reactor/interest.js';
import type { Listener } from '../reactor/listener.js';
import { Reactor } from '../reactor/reactor.js';
import type { Wakeup } from '../reactor/wakeup.js';
import { RingConsumer } from '../ring/consumer.js';
import { NO_ROOM, RingProducer } from '../ring/producer.js';
import { RingMemory, recordBytes } from '../ring/ring-memory.js';
import { startThread } from '../threads/start-thread.js';
import { createFraming, FRAME_OVERHEAD_BYTES, type Framing, type FramingName } from './framing.js';
import { MESSAGE, packFrame, STOP, type WorkerSettings } from './reversal.js';
import { ReverseSession, type SessionHost } from './reverse-session.js';

const BACKLOG = 65_535;

/** Replies that a client doesn't take, before no more messages are taken from it. */
const PENDING_BYTES_PAUSE = 1024 * 1024;

/** Replies to one client are gathered up to this and sent together. */
const GATHER_BYTES = 64 * 1024;

/** Replies per wake-up; then sockets have their turn. */
const REPLIES_PER_WAKE = 1024;

/** Small messages of many clients find room in this too. */
const RING_BYTES_MIN = 1024 * 1024;

export interface ReverseOptions {
  readonly address: { readonly host: string; readonly port: number };
  readonly framing: FramingName;
  /** A longer message ends its connection. */
  readonly messageBytesMax: number;
  /** An incomplete message has this long, from its first byte on. */
  readonly messageTimeoutMs: number;
  /** `exit` ends the server, not only the connection. */
  readonly allowsShutdown: boolean;
  /** Messages being answered, and replies not taken, get this long at the end. */
  readonly drainMs: number;
  readonly clock: Clock;
  readonly trigger: Trigger;
  /** Of each ring: a power of two. */
  readonly ringBytes?: number;
  readonly report: (trouble: SystemError) => void;
}

export class ReverseServer implements SessionHost {
  readonly framing: Framing;
  readonly isChunked: boolean;
  readonly deadlines: Deadlines<ReverseSession>;
  /** Resolves when it has ended. */
  readonly ended: Promise<void>;
  readonly #options: ReverseOptions;
  readonly #reactor: Reactor;
  readonly #listener: Listener;
  readonly #wakeup: Wakeup;
  readonly #worker: Worker;
  readonly #requests: RingProducer;
  readonly #replies: RingConsumer;
  readonly #sessions = new Map<number, ReverseSession>();
  readonly #gathered: NativeBuffer;
  #gatheredBytes = 0;
  #gatheredReplies = 0;
  /** Whose replies are gathered: its id. */
  #gatheredFor = 0;
  #lastId = 0;
  /** Paused because the ring was full. */
  #waiting: ReverseSession[] = [];
  #deadline: NodeJS.Timeout | null = null;
  #isStopping = false;
  #emptied: () => void = () => {};

  /** @throws SystemError when it can't listen */
  static async start(options: ReverseOptions): Promise<ReverseServer> {
    const reactor = await Reactor.create({
      pendingBytesPause: PENDING_BYTES_PAUSE,
      trigger: options.trigger,
    });
    try {
      const server = new ReverseServer(reactor, options);
      await once(server.#worker, 'message');
      return server;
    } catch (error) {
      reactor.close();
      throw error;
    }
  }

  private constructor(reactor: Reactor, options: ReverseOptions) {
    this.#options = options;
    this.#reactor = reactor;
    this.framing = createFraming(options.framing, options.messageBytesMax);
    this.isChunked = options.framing === 'chunk';
    this.deadlines = new Deadlines(options.clock, options.messageTimeoutMs, (session) => {
      session.connection.close(true);
    });
    const capacity = options.ringBytes ?? ringBytesFor(options.messageBytesMax);
    const requests = RingMemory.create(capacity);
    const replies = RingMemory.create(capacity);
    this.#requests = new RingProducer(requests);
    this.#replies = new RingConsumer(replies);
    this.#gathered = new NativeBuffer(reactor.libc, GATHER_BYTES);
    this.#wakeup = reactor.createWakeup(() => this.#wake());
    this.#listener = reactor.listen(options.address, (connection) => this.#createSession(connection), {
      backlog: BACKLOG,
      report: options.report,
    });
    // Nothing is there yet: this says that a wake-up is wanted for the first reply.
    this.#replies.nextOrSleep();
    const settings: WorkerSettings = {
      requests: requests.shared,
      replies: replies.shared,
      wakeupDescriptor: this.#wakeup.descriptor,
    };
    this.#worker = startThread(import.meta.url, 'reverse-thread', settings);
    this.ended = once(this.#worker, 'exit').then(() => {});
  }

  get address(): SocketAddress {
    return this.#listener.address;
  }

  get connections(): number {
    return this.#sessions.size;
  }

  /** Nothing waits for a time or for room, and both threads sleep. */
  get isIdle(): boolean {
    return this.deadlines.isIdle && this.#waiting.length === 0 && this.#requests.consumerSleeps.isAnnounced;
  }

  get counters(): Reactor['counters'] {
    return this.#reactor.counters;
  }

  /** Stops accepting, answers what was asked, sends what is pending, and ends. */
  stop(): void {
    if (this.#isStopping) return;
    this.#isStopping = true;
    this.#listener.close();
    const isEmpty = new Promise<void>((resolve) => {
      this.#emptied = resolve;
    });
    this.#deadline = setTimeout(this.#emptied, this.#options.drainMs);
    for (const session of this.#sessions.values()) session.leave();
    if (this.#sessions.size === 0) this.#emptied();
    void isEmpty.then(() => this.#end());
  }

  // ── what sessions call ───────────────────────────────────────────────────────────────────────────

  hand(session: ReverseSession, bytes: Buffer, start: number, end: number): boolean {
    const { head, tail } = this.framing;
    // Room is made for what the worker can see.
    let offset = this.#requests.reserve(end - start);
    if (offset === NO_ROOM) {
      this.publish();
      offset = this.#requests.reserveOrSleep(end - start);
    }
    if (offset === NO_ROOM) {
      this.#waiting.push(session);
      return false;
    }
    bytes.copy(this.#requests.bytes, offset, start, end);
    this.#requests.commit(MESSAGE, session.id, packFrame(head, tail), end - start);
    return true;
  }

  publish(): void {
    this.#requests.publish();
    if (this.#requests.consumerSleeps.take()) this.#requests.consumerSleeps.notify();
  }

  opened(session: ReverseSession): void {
    this.#sessions.set(session.id, session);
    if (this.#isStopping) session.leave();
  }

  closed(session: ReverseSession): void {
    this.#sessions.delete(session.id);
    if (this.#isStopping && this.#sessions.size === 0) this.#emptied();
  }

  exited(): void {
    // Not from inside a handler: it ends connections.
    if (this.#options.allowsShutdown) setImmediate(() => this.stop());
  }

  // ── replies ──────────────────────────────────────────────────────────────────────────────────────

  #createSession(connection: ReverseSession['connection']): ReverseSession {
    this.#lastId = (this.#lastId + 1) | 0;
    return new ReverseSession(this, connection, this.#lastId);
  }

  #wake(): void {
    this.#deliverAll();
    if (this.#waiting.length === 0) return;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const session of waiting) session.resume();
  }

  #deliverAll(): void {
    let left = REPLIES_PER_WAKE;
    while (left > 0 && this.#replies.nextOrSleep()) {
      do {
        this.#gather();
        left--;
      } while (left > 0 && this.#replies.next());
      this.#sendGathered();
      this.#replies.release();
      if (this.#replies.producerSleeps.take()) this.#replies.producerSleeps.notify();
    }
    // Not asleep: it comes back by itself.
    if (left === 0) this.#wakeup.signal();
  }

  #gather(): void {
    const { subject, bytes, start, end } = this.#replies;
    if (subject !== this.#gatheredFor || this.#gatheredBytes + end - start > GATHER_BYTES)
      this.#sendGathered();
    this.#gatheredFor = subject;
    this.#gatheredReplies++;
    if (end - start > GATHER_BYTES) {
      this.#send(bytes, start, end);
    } else {
      bytes.copy(this.#gathered.bytes, this.#gatheredBytes, start, end);
      this.#gatheredBytes += end - start;
    }
  }

  #sendGathered(): void {
    if (this.#gatheredBytes > 0) this.#send(this.#gathered.bytes, 0, this.#gatheredBytes);
  }

  #send(bytes: Buffer, start: number, end: number): void {
    const session = this.#sessions.get(this.#gatheredFor);
    const replies = this.#gatheredReplies;
    this.#gatheredBytes = 0;
    this.#gatheredReplies = 0;
    // Gone meanwhile: nobody wants to know.
    if (session === undefined) return;
    session.connection.writeAtOnce(bytes, start, end);
    session.answered(replies);
  }

  // ── the end ──────────────────────────────────────────────────────────────────────────────────────

  async #end(): Promise<void> {
    if (this.#deadline !== null) clearTimeout(this.#deadline);
    await this.#reactor.drain(0);
    this.deadlines.close();
    if (this.#requests.reserve(0) === NO_ROOM) {
      // Clients left with more unanswered than the ring can hold a word beside.
      await this.#worker.terminate();
    } else {
      this.#requests.commit(STOP, 0, 0, 0);
      this.publish();
      await this.ended;
    }
    this.#reactor.close();
  }
}

/** Room for several of the longest messages: a record takes half of the ring at most. */
function ringBytesFor(messageBytesMax: number): number {
  const wanted = Math.max(RING_BYTES_MIN, 4 * recordBytes(messageBytesMax + FRAME_OVERHEAD_BYTES));
  return 2 ** Math.ceil(Math.log2(wanted));
}
