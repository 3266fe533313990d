/**
 * An epoll reactor inside libuv's loop, or in a thread of its own (loop.ts): timers, promises and signals go
 * on beside it. It moves bytes and knows no protocol. Any number of them may live in a process, one per thread
 * or several.
 *
 * The loop calls `run` when there are events. One run is a bounded number of turns, because a turn costs less
 * than a round through libuv; then libuv has its turn.
 *
 *     turn:  ready list → accept list → epoll_wait → events → mate, afterTurn → flush list → finished list
 *
 * - ready: connections over their budget, or resumed: one receive each;
 * - flush: writes that came from elsewhere than the connection's own handler, sent once per connection;
 * - finished: handlers are told, descriptors closed. Only here: no descriptor is reused within the batch
 *   in which it was closed, and the generation in epoll's data tells events of an earlier one apart.
 */
import { assert } from '../../src/base/assert.js';
import { systemClock } from '../../src/base/clock.js';
import { clearTimeout, setImmediate, setTimeout } from '../../src/base/timers.js';
import { AF_UNIX } from '../../src/native/constants.js';
import { type Libc, loadLibc } from '../../src/native/libc.js';
import { AddressCache, NativeBuffer } from '../../src/native/native-buffer.js';
import { type SocketAddress, SocketAddressBuffer } from '../../src/native/socket-address.js';
import { EINPROGRESS, EINVAL, SystemError } from '../../src/native/system-error.js';
import { ChunkPool } from './backlog.js';
import { Connection } from './connection.js';
import type { CreateHandler } from './connection-handler.js';
import type { ConnectionHost } from './connection-host.js';
import { ReactorCounters } from './counters.js';
import { EpollSet } from './epoll-set.js';
import { EventDispatcher } from './event-dispatcher.js';
import { InboxPool } from './inbox.js';
import type { Trigger } from './interest.js';
import { LeadingLoop } from './leading-loop.js';
import { Lingering } from './lingering.js';
import { Listener, type ListenerHost, type ListenOptions } from './listener.js';
import { DedicatedLoop, EmbeddedLoop, type Loop, type LoopHost, type LoopKind } from './loop.js';
import { setNoDelay } from './no-delay.js';
import type { Mate, ReactorOptions } from './reactor-options.js';
import { formatAddress } from './socket-name.js';
import { TurnLog } from './turn-log.js';
import { Wakeup } from './wakeup.js';
import { WorkLists } from './work-lists.js';

/** A flood costs 220 µs of CPU per MB with this, 280 µs with 32 or 64 KiB, and no less with 1 MiB. */
const RECEIVE_BUFFER_BYTES = 256 * 1024;

/**
 * Turns per run while there is work; beyond these many events or bytes no further turn begins. With 50 clients
 * a request costs 8.6 µs with one turn per run, 7.8 with 4, 7.6 with 16, and no less with more, nor with
 * turns that go on looking after one that brought nothing. Waiting in them costs a timer, and more: 8.5.
 */
const TURNS_PER_RUN = 16;
const EVENTS_PER_RUN = 1024;
const BYTES_PER_RUN = 1024 * 1024;

export class Reactor implements ConnectionHost, ListenerHost, LoopHost {
  readonly counters: ReactorCounters;
  readonly addresses: AddressCache;
  readonly chunks: ChunkPool;
  readonly inboxes: InboxPool;
  readonly turnLog: TurnLog;
  receiveBuffer: NativeBuffer;
  readonly pendingBytesPause: number;
  readonly trigger: Trigger;
  active: Connection | null = null;
  isLate = false;
  readonly epoll: EpollSet;

  readonly #busyPollUs: number;
  readonly #loop: Loop;
  readonly #mate: Mate | null;
  readonly #afterTurn: (() => void) | null;
  readonly #lingering: Lingering;

  readonly #events: EventDispatcher;
  readonly #work = new WorkLists();
  #isRunning = false;
  /** There was nothing left to do at the end of the last run. */
  isResting = true;
  #isClosed = false;
  /** Others are being served from inside of a handler. */
  #isInside = false;
  /** What they are received into: the handler isn't done with the other one. */
  #insideBuffer: NativeBuffer | null = null;
  readonly #onIdle: (() => void)[] = [];
  readonly #wakeups: Wakeup[] = [];

  static async create(options: ReactorOptions = {}): Promise<Reactor> {
    return new Reactor(await loadLibc(), options);
  }

  constructor(
    readonly libc: Libc,
    options: ReactorOptions,
  ) {
    this.counters = options.counters ?? new ReactorCounters();
    this.addresses = new AddressCache(libc);
    this.chunks = new ChunkPool(libc);
    this.inboxes = new InboxPool(libc);
    this.turnLog = new TurnLog(libc);
    this.receiveBuffer = new NativeBuffer(libc, RECEIVE_BUFFER_BYTES);
    this.pendingBytesPause = options.pendingBytesPause ?? Number.POSITIVE_INFINITY;
    this.trigger = options.trigger ?? 'edge';
    this.#busyPollUs = options.busyPollUs ?? 0;
    this.#lingering = new Lingering(libc, this.receiveBuffer, (fd) => this.#closeDescriptor(fd));
    this.epoll = new EpollSet(libc);
    this.#events = new EventDispatcher(this.epoll);
    this.#mate = options.mate ?? null;
    this.#afterTurn = options.afterTurn ?? null;
    this.#loop = this.#createLoop(options.loop ?? 'embedded');
    // Before it ever rests its mate has to know.
    if (this.#mate !== null) this.#schedule();
  }

  // ── what its users call ──────────────────────────────────────────────────────────────────────────

  /** @throws SystemError when the address cannot be bound */
  listen(address: SocketAddress, createHandler: CreateHandler, options: ListenOptions): Listener {
    assert(!this.#isClosed, 'the reactor is open');
    const listener = new Listener(this, address, createHandler, options);
    this.#events.listeners.set(listener.descriptor, listener);
    return listener;
  }

  /**
   * Connects without waiting: the handler's `opened` or `closed` follows. What is written before that is
   * sent once it is open. `createHandler` runs before the socket connects, and may set its options.
   * @throws SystemError when there is no descriptor, or the address is none
   */
  connect(address: SocketAddress, createHandler: CreateHandler): Connection {
    assert(!this.#isClosed, 'the reactor is open');
    const target = new SocketAddressBuffer(this.libc);
    if (!target.encode(address)) throw new SystemError('connect', EINVAL, -1, formatAddress(address));
    const fd = this.libc.socket(target.family);
    const connection = this.#createConnecting(fd, target.family, createHandler);
    this.#events.connections.add(connection);
    const connected = this.libc.connect(fd, target.address, target.byteLength);
    const result = connected === 0 || connected === -EINPROGRESS ? connection.watch() : connected;
    if (result < 0) connection.over(-result);
    return connection;
  }

  /**
   * Something that other threads can wake this reactor with.
   * @param isLent its descriptor outlives the reactor: who signals it from another thread closes it, when the two can't meet any more
   */
  createWakeup(onWake: () => void, isLent = false): Wakeup {
    assert(!this.#isClosed, 'the reactor is open');
    const wakeup = new Wakeup(this.libc, this.epoll, onWake);
    if (!isLent) this.#wakeups.push(wakeup);
    this.#events.others.set(wakeup.descriptor, wakeup);
    return wakeup;
  }

  /** There is work for its mate. */
  runSoon(): void {
    this.#schedule();
  }

  /** Whether it keeps the process running, as it does at first. One that waits itself always does. */
  hold(isHeld: boolean): void {
    this.#loop.hold?.(isHeld);
  }

  /**
   * Stops accepting, sends what is pending, closes every connection. Resolves when no socket is left, at
   * the latest after `deadlineMs`: then what was not taken is dropped.
   */
  drain(deadlineMs: number): Promise<void> {
    this.#lingering.hasten();
    this.#closeConnections(false);
    if (this.#events.connections.count === 0) return Promise.resolve();
    return new Promise((resolve) => {
      const deadline = setTimeout(() => this.#dropAll(), deadlineMs);
      this.#onIdle.push(() => {
        clearTimeout(deadline);
        resolve();
      });
    });
  }

  /** Drops everything at once and gives everything back. Not from inside a handler. */
  close(): void {
    assert(!this.#isRunning, 'a reactor is not closed by its handlers');
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#dropAll();
    this.#loop.close();
    for (const { descriptor } of this.#wakeups) this.libc.close(descriptor);
    this.epoll.close();
  }

  // ── what connections and listeners call ──────────────────────────────────────────────────────────

  adopt(fd: number, createHandler: CreateHandler): void {
    const connection = new Connection(this, createHandler, fd, this.epoll.nextGeneration(), false);
    this.counters.accepted++;
    this.#events.connections.add(connection);
    const result = connection.watch();
    if (result < 0) connection.over(-result);
    else connection.open();
  }

  proceedLater(connection: Connection): void {
    if (this.#work.addReady(connection)) this.#schedule();
  }

  flushLater(connection: Connection): void {
    if (this.#work.addFlushing(connection)) this.#schedule();
  }

  finish(connection: Connection): void {
    this.#work.addFinished(connection);
    this.#schedule();
  }

  discardInput(fd: number): void {
    // It would go into the buffer that a handler is reading.
    if (this.#isInside) return;
    this.#lingering.discard(fd);
  }

  acceptLater(listener: Listener): void {
    this.#work.addAccepting(listener);
    this.#schedule();
  }

  forget(listener: Listener): void {
    this.#events.listeners.delete(listener.descriptor);
  }

  // ── the loop ─────────────────────────────────────────────────────────────────────────────────────

  #createLoop(kind: LoopKind): Loop {
    if (kind === 'dedicated') return new DedicatedLoop(this);
    const libuv = kind === 'leading' && LeadingLoop.isPossible ? this.libc.leadLibuv() : null;
    if (libuv === null) return new EmbeddedLoop(this, this.libc, this.epoll.descriptor);
    const loop = new LeadingLoop(this, libuv, this.epoll);
    this.#events.others.set(loop.descriptor, loop);
    return loop;
  }

  #schedule(): void {
    if (this.#isRunning || this.#isClosed) return;
    this.isResting = false;
    this.#loop.schedule();
  }

  /** A handler's bug must crash the process: koffi would lose what a callback throws. */
  run(waitMs: number): void {
    if (this.#isClosed) return;
    this.#isRunning = true;
    this.counters.wakes++;
    try {
      this.isResting = this.#runTurns(waitMs);
    } catch (error) {
      setImmediate(() => {
        throw error;
      });
    } finally {
      this.#isRunning = false;
      this.active = null;
    }
    if (!this.#work.isEmpty || (this.#mate !== null && !this.isResting)) this.#schedule();
  }

  /** @returns true when nothing is left to do */
  #runTurns(waitMs: number): boolean {
    const bytesEnd = this.counters.bytesReceived + BYTES_PER_RUN;
    let eventsLeft = EVENTS_PER_RUN;
    this.isLate = false;
    for (let turn = 0; turn < TURNS_PER_RUN; turn++) {
      const events = this.#turn(turn === 0 ? waitMs : 0);
      eventsLeft -= events;
      if (events === 0 && this.#work.isEmpty && !this.#spin() && this.#mayRest()) return true;
      if (this.isLate || eventsLeft <= 0 || this.counters.bytesReceived >= bytesEnd) return false;
    }
    return false;
  }

  #mayRest(): boolean {
    return this.#mate === null || this.#mate.rest();
  }

  /** @returns true when something happened before the time to sleep came */
  #spin(): boolean {
    if (this.#busyPollUs === 0) return false;
    const end = systemClock.monotonicUs() + this.#busyPollUs;
    do {
      if (this.#turn(0) > 0) return true;
    } while (systemClock.monotonicUs() < end);
    return false;
  }

  /** @returns events and other things handled */
  #turn(waitMs: number): number {
    this.#work.proceedAll();
    this.#work.acceptAll();
    const count = this.#events.poll(this.#work.isEmpty ? waitMs : 0);
    this.counters.turns++;
    this.counters.events += count;
    this.#events.dispatch();
    const more = this.#mate === null ? 0 : this.#mate.turn();
    if (this.#afterTurn !== null) this.#afterTurn();
    this.#work.flushAll();
    if (!this.#work.hasFlushing) this.turnLog.clear();
    if (this.#work.hasFinished) this.#finishAll();
    return count + more;
  }

  /**
   * A turn from inside of a handler that doesn't return for long: everybody is served but the handler's own
   * connection, whose events wait. Nothing is finished: descriptors stay what they are.
   */
  turnInside(): void {
    if (this.#isInside || this.#isClosed) return;
    const { active, receiveBuffer } = this;
    this.#insideBuffer ??= new NativeBuffer(this.libc, RECEIVE_BUFFER_BYTES);
    this.#isInside = true;
    this.receiveBuffer = this.#insideBuffer;
    this.active = null;
    try {
      this.#work.proceedAll();
      this.#work.acceptAll();
      this.#events.dispatchInside(active);
      this.#work.flushAll();
    } finally {
      this.receiveBuffer = receiveBuffer;
      this.active = active;
      this.#isInside = false;
    }
  }

  #finishAll(): void {
    for (const connection of this.#work.takeFinished()) {
      this.counters.closed++;
      connection.notifyClosed();
      if (connection.needsLinger) this.#lingering.add(connection.descriptor);
      else this.#closeDescriptor(connection.descriptor);
    }
  }

  #createConnecting(fd: number, family: number, createHandler: CreateHandler): Connection {
    try {
      if (family !== AF_UNIX) setNoDelay(this.libc, fd, true);
      return new Connection(this, createHandler, fd, this.epoll.nextGeneration(), true);
    } catch (error) {
      this.libc.close(fd);
      throw error;
    }
  }

  #closeConnections(now: boolean): void {
    for (const listener of [...this.#events.listeners.values()]) listener.close();
    this.#events.connections.closeAll(now);
  }

  #dropAll(): void {
    this.#closeConnections(true);
    while (this.#work.hasFinished) this.#finishAll();
    this.#lingering.closeAll();
  }

  /** Closing a descriptor takes it out of the epoll set: nobody else has it. */
  #closeDescriptor(fd: number): void {
    this.#events.connections.remove(fd);
    this.libc.close(fd);
    if (this.#events.connections.count === 0) for (const idle of this.#onIdle.splice(0)) idle();
  }
}
