/**
 * An I/O thread as the engine's thread sees it: its rings, its connections, its life. A thread that dies takes its
 * connections with it and nothing else; the owner of the link is told, and makes another.
 */
import { once } from 'node:events';
import type { Worker } from 'node:worker_threads';
import { assert } from '../../src/base/assert.js';
import type { Libc } from '../../src/native/libc.js';
import { ECONNRESET, SystemError } from '../../src/native/system-error.js';
import type { FrontendServer, FrontendSession } from '../../src/server/frontend.js';
import type { ReactorCounters } from '../reactor/counters.js';
import { InboxPool } from '../reactor/inbox.js';
import { socketName } from '../reactor/socket-name.js';
import { RingProducer } from '../ring/producer.js';
import { startThread } from '../threads/start-thread.js';
import type { Gathering } from './gathering.js';
import { Inlet } from './inlet.js';
import type { IoThreadDescriptors, IoThreadSettings, ListenAnswer, ListenRequest } from './io-reactor.js';
import { Outlet } from './outlet.js';
import {
  ADDRESS_SEPARATOR,
  CLOSED,
  DRAIN,
  DRAINED,
  ENDED,
  ENDED_WHILE_PAUSED,
  LISTEN,
  LISTENING,
  OPENED,
  RECEIVED,
  type SystemFailure,
  TROUBLE,
} from './records.js';
import { type LinkHost, RemoteConnection } from './remote-connection.js';
import { SharedMemory } from './shared-memory.js';

/** Per turn and thread; then the next has its turn, and libuv. */
const RECORDS_PER_TURN = 1024;

/** What came for a connection while its own request ran. */
interface DeferredRecord {
  readonly kind: number;
  readonly detail: number;
  readonly payload: Buffer;
}

/** What all links share. */
export interface LinkContext<S extends FrontendSession> {
  readonly libc: Libc;
  readonly server: FrontendServer<S>;
  readonly counters: ReactorCounters;
  /** Of the engine's thread. */
  readonly gathering: Gathering;
  readonly ringBytes: number;
  readonly threadSettings: Omit<IoThreadSettings, 'buffers'>;
  readonly report: (trouble: Error) => void;
  /** A turn of the engine's thread soon. */
  runSoon(): void;
  /** The thread died, without having been told to. */
  died(link: IoThreadLink<S>): void;
}

export class IoThreadLink<S extends FrontendSession> implements LinkHost<S> {
  readonly server: FrontendServer<S>;
  readonly outlet: Outlet;
  readonly inboxes: InboxPool;
  readonly sent: Int32Array;
  /** Resolves when the thread has ended. */
  readonly ended: Promise<void>;
  readonly #context: LinkContext<S>;
  readonly #memory: SharedMemory;
  readonly #inlet: Inlet;
  readonly #worker: Worker;
  readonly #connections: (RemoteConnection<S> | null)[] = [];
  #ready: RemoteConnection<S>[] = [];
  readonly #listenWaiters: ((answer: ListenAnswer) => void)[] = [];
  readonly #listenerDescriptors: number[] = [];
  #descriptors: IoThreadDescriptors | null = null;
  #isTurning = false;
  #isDraining = false;
  /** Whose request runs now; -1 between two of them. */
  #runningSlot = -1;
  /** There were turns inside of its request. */
  #wasInside = false;
  /** What came for it meanwhile. */
  readonly #deferred: DeferredRecord[] = [];

  constructor(context: LinkContext<S>) {
    this.#context = context;
    this.server = context.server;
    this.inboxes = new InboxPool(context.libc);
    this.#memory = SharedMemory.create(context.ringBytes);
    this.sent = this.#memory.sent;
    this.#inlet = new Inlet(this.#memory.inbound, (index) => {
      this.#memory.inboundIndex = index;
      this.#wakeThread();
    });
    this.outlet = new Outlet(new RingProducer(this.#memory.outbound), () => this.#wakeThread());
    const settings: IoThreadSettings = { ...context.threadSettings, buffers: this.#memory.buffers };
    this.#worker = startThread(import.meta.url, 'io-thread', settings);
    this.#worker.once('message', (descriptors: IoThreadDescriptors) => {
      this.#descriptors = descriptors;
      // It may have gone to sleep before it could be woken.
      this.#wakeThread();
    });
    this.#worker.once('error', context.report);
    this.ended = once(this.#worker, 'exit').then(() => this.#exited());
  }

  /** @throws SystemError */
  async listen(request: ListenRequest, keepaliveSeconds: number): Promise<number> {
    this.#memory.keepaliveSeconds = keepaliveSeconds;
    const text = Buffer.from(JSON.stringify(request));
    const answer = await new Promise<ListenAnswer>((resolve) => {
      this.#listenWaiters.push(resolve);
      this.outlet.putBytes(LISTEN, this.#listenWaiters.length - 1, 0, text, 0, text.length);
      this.outlet.publish();
    });
    if (answer.failure !== undefined) throw errorOf(answer.failure);
    assert(answer.port !== undefined && answer.descriptor !== undefined, 'a listener has a port');
    this.#listenerDescriptors.push(answer.descriptor);
    return answer.port;
  }

  /** Lets the thread stop accepting, send what is pending, close its connections and end. */
  drain(deadlineMs: number): void {
    this.#isDraining = true;
    this.outlet.put(DRAIN, 0, deadlineMs);
    this.outlet.publish();
  }

  /** Ends the thread at once, as if it had died. */
  kill(): void {
    void this.#worker.terminate();
  }

  // ── its turns ────────────────────────────────────────────────────────────────────────────────────

  /** @returns records handled */
  turn(keepaliveSeconds: number): number {
    this.#isTurning = true;
    this.#memory.keepaliveSeconds = keepaliveSeconds;
    this.#inlet.withdraw();
    this.outlet.unclog();
    const offered = this.#ready.length > 0 ? this.#offerAll() : 0;
    const count = this.#takeRecords();
    this.outlet.publish();
    this.#isTurning = false;
    return count + offered;
  }

  /** @returns false when there is something to do */
  rest(): boolean {
    if (this.#ready.length > 0 || !this.outlet.rest(false)) return false;
    // While replies find no room no more requests are taken: the thread wakes us when there is.
    if (this.outlet.isClogged) return true;
    if (!this.#inlet.nextOrSleep()) return true;
    this.#handle();
    this.#release();
    return false;
  }

  /**
   * A turn from inside of a request that doesn't return for long. When it is one of this link's, its bytes hold their
   * ring: others go on in another one, so that whoever comes to end the script is heard, however much the rest sends.
   */
  turnInside(): void {
    const isTurning = this.#isTurning;
    this.#isTurning = true;
    this.outlet.unclog();
    if (this.#runningSlot < 0) this.#takeRecords();
    else this.#takeRecordsInside(this.#runningSlot);
    this.outlet.publish();
    this.#isTurning = isTurning;
  }

  // ── what its connections call ────────────────────────────────────────────────────────────────────

  countSent(bytes: number): void {
    this.#context.counters.bytesSent += bytes;
  }

  publishLater(): void {
    if (!this.#isTurning) this.#context.runSoon();
  }

  offerLater(connection: RemoteConnection<S>): void {
    this.#ready.push(connection);
    this.#context.runSoon();
  }

  // ── records ──────────────────────────────────────────────────────────────────────────────────────

  #takeRecords(): number {
    let count = 0;
    while (count < RECORDS_PER_TURN && !this.outlet.isClogged && this.#inlet.next()) {
      this.#handle();
      count++;
    }
    if (count > 0) this.#release();
    return count;
  }

  #takeRecordsInside(running: number): void {
    this.#wasInside = true;
    this.#inlet.replaceIfHeld();
    for (let count = 0; count < RECORDS_PER_TURN && !this.outlet.isClogged && this.#inlet.next(); count++) {
      const { kind, subject, detail, bytes, start, end } = this.#inlet.ring;
      const isOfConnection = kind !== LISTENING && kind !== TROUBLE;
      if (!isOfConnection || subject !== running) {
        this.#handleRecord(kind, subject, detail, bytes, start, end);
        continue;
      }
      if (this.#deferred.length === 0) this.#at(running).hold();
      this.#deferred.push({ kind, detail, payload: Buffer.from(bytes.subarray(start, end)) });
    }
    if (this.#inlet.releaseInside()) this.#wakeThread();
  }

  /** The request that had turns inside of it has ended. What comes while these are handled comes after them. */
  #afterInside(slot: number): void {
    this.#wasInside = false;
    this.#release();
    const deferred = this.#deferred;
    if (deferred.length === 0) return;
    for (let record = deferred.shift(); record !== undefined; record = deferred.shift()) {
      const { kind, detail, payload } = record;
      this.#run(kind, slot, detail, payload, 0, payload.length);
    }
    this.#connections[slot]?.letGo();
  }

  #release(): void {
    if (this.#inlet.release()) this.#wakeThread();
  }

  #handle(): void {
    const { kind, subject, detail, bytes, start, end } = this.#inlet.ring;
    this.#run(kind, subject, detail, bytes, start, end);
  }

  #run(kind: number, subject: number, detail: number, bytes: Buffer, start: number, end: number): void {
    this.#runningSlot = subject;
    this.#handleRecord(kind, subject, detail, bytes, start, end);
    this.#runningSlot = -1;
    if (this.#wasInside) this.#afterInside(subject);
  }

  #handleRecord(
    kind: number,
    subject: number,
    detail: number,
    bytes: Buffer,
    start: number,
    end: number,
  ): void {
    if (kind === RECEIVED) {
      this.#context.counters.bytesReceived += end - start;
      const connection = this.#at(subject);
      this.#context.gathering.heard(connection);
      connection.received(bytes, start, end);
    } else if (kind === OPENED) {
      this.#opened(subject, detail, bytes.toString('utf8', start, end));
    } else if (kind === DRAINED) {
      this.#at(subject).drained(detail);
    } else if (kind === ENDED) {
      this.#at(subject).ended();
    } else if (kind === ENDED_WHILE_PAUSED) {
      this.#at(subject).endedWhilePaused();
    } else if (kind === CLOSED) {
      this.#closed(subject);
    } else {
      this.#handleMessage(kind, JSON.parse(bytes.toString('utf8', start, end)));
    }
  }

  #handleMessage(kind: number, message: ListenAnswer & SystemFailure): void {
    if (kind === LISTENING) {
      this.#listenWaiters[message.listener]?.(message);
    } else {
      assert(kind === TROUBLE, 'every kind of record is known');
      this.#context.counters.acceptErrors++;
      this.#context.report(errorOf(message));
    }
  }

  #at(slot: number): RemoteConnection<S> {
    const connection = this.#connections[slot];
    assert(connection !== null && connection !== undefined, 'the thread speaks of open connections');
    return connection;
  }

  #opened(slot: number, descriptor: number, addresses: string): void {
    const [peerAddress, localAddress] = addresses.split(ADDRESS_SEPARATOR);
    const connection = new RemoteConnection(this, slot, descriptor, peerAddress, localAddress);
    this.#connections[slot] = connection;
    this.#context.counters.accepted++;
    connection.opened();
  }

  #closed(slot: number): void {
    const connection = this.#at(slot);
    this.#connections[slot] = null;
    this.#context.counters.closed++;
    connection.closed();
  }

  #offerAll(): number {
    const ready = this.#ready;
    this.#ready = [];
    for (const connection of ready) {
      this.#runningSlot = connection.slot;
      connection.offerKept();
      this.#runningSlot = -1;
      if (this.#wasInside) this.#afterInside(connection.slot);
    }
    return ready.length;
  }

  // ── its life ─────────────────────────────────────────────────────────────────────────────────────

  /** Before the thread has said how, it can't be; it is woken then. Nor when it has ended. */
  #wakeThread(): void {
    if (this.#descriptors !== null) this.#context.libc.eventfdSignal(this.#descriptors.wakeup);
  }

  #exited(): void {
    while (this.#inlet.next()) this.#handle();
    for (const waiter of this.#listenWaiters) waiter({ listener: -1, failure: GONE });
    const descriptors = this.#descriptors;
    this.#descriptors = null;
    // From here on nobody is woken: the number may be another file's.
    if (descriptors !== null) this.#context.libc.close(descriptors.wakeup);
    if (this.#isDraining) return;
    this.#closeDescriptors();
    // One that never lived would die again.
    if (descriptors === null) return;
    this.#context.libc.close(descriptors.epoll);
    this.#context.died(this);
  }

  /** Of a thread that died: what it had opened stays open in the process. */
  #closeDescriptors(): void {
    const { libc, counters } = this.#context;
    for (const connection of this.#connections) {
      if (connection === null) continue;
      counters.closed++;
      connection.gone();
      // Closed already, and perhaps somebody else's by now, it has another name.
      if (socketName(libc, connection.descriptor, 'peer') === connection.peerAddress) {
        libc.close(connection.descriptor);
      }
    }
    for (const descriptor of this.#listenerDescriptors) libc.close(descriptor);
  }
}

const GONE: SystemFailure = { call: 'listen', errno: ECONNRESET, subject: 'the I/O thread ended' };

function errorOf({ call, errno, subject }: SystemFailure): SystemError {
  return new SystemError(call, errno, -1, subject);
}
