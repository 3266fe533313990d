/**
 * What a server does between its clients' batches: clients that waited long enough, expiry and other work of the engine,
 * files and replicas. Each part takes a bounded time and says when it wants to be called again.
 *
 * A timer calls it, and timers have their turn when the sockets had theirs. libuv asks for sockets' events up to 48 times
 * before that while each time brings 1,024, so that 2,000 clients who always have something to ask can keep timers waiting
 * for as long as 49,152 requests take. Therefore each batch checks whether upkeep is overdue, and does it.
 */
import type { JanusServer } from './server.js';
import type { ServerOptions } from './server-options.js';

/** Engine work between commands: half a millisecond at a time leaves 19 of 20 to the clients. */
const TICK_BUDGET_US = 500;

/** So late a timer may be without anything being wrong. */
const LATE_US = 10_000;

/**
 * It is also overdue when the process was stopped, and then what came meanwhile goes first: no client may be taken for silent
 * whose words have not been read. So requests have to be served for so long before the timer is given up.
 */
const STARVED_US = 100_000;

type UpkeepOptions = Pick<ServerOptions, 'defer' | 'hasten' | 'rest'>;

export class Upkeep {
  /** On the monotonic clock. A batch that ends later calls `catchUp`. */
  overdueUs: number;
  #timerOverdueUs = Number.POSITIVE_INFINITY;
  #restDueUs: number;
  readonly #server: JanusServer;
  readonly #options: UpkeepOptions;
  #deferred: (() => void) | null = null;
  /** It was overdue, and the timer hasn't come since. */
  #isStarved = false;

  constructor(server: JanusServer, options: UpkeepOptions) {
    this.#server = server;
    this.#options = options;
    this.#restDueUs = options.rest === undefined ? Number.POSITIVE_INFINITY : 0;
    this.overdueUs = this.#restDueUs;
  }

  /** @returns milliseconds until it has to be called again */
  tick(): number {
    this.#isStarved = false;
    return this.#tick(true);
  }

  /** What should have been done by now. @param nowUs on the monotonic clock */
  catchUp(nowUs: number): void {
    if (nowUs > this.#restDueUs) this.#rest(nowUs);
    if (nowUs > this.#timerOverdueUs) this.#catchUpWithTimer(nowUs);
  }

  #rest(nowUs: number): void {
    this.#restDueUs = nowUs + (this.#options.rest?.() ?? Number.POSITIVE_INFINITY);
    this.#overdueIs(this.#timerOverdueUs);
  }

  /** The batch under way, or else the next one, ends with a rest. */
  restSoon(): void {
    this.#restDueUs = 0;
    this.overdueUs = 0;
  }

  /** The timer doesn't come. */
  #catchUpWithTimer(nowUs: number): void {
    if (this.#isStarved) {
      this.#tick(false);
    } else {
      this.#isStarved = true;
      this.#overdueIs(nowUs + STARVED_US);
    }
  }

  /** @param timerUs from when on the timer is overdue */
  #overdueIs(timerUs: number): void {
    this.#timerOverdueUs = timerUs;
    this.overdueUs = Math.min(timerUs, this.#restDueUs);
  }

  /** Something is due in `delayMs` that wasn't known when `tick` last returned. */
  hasten(delayMs: number): void {
    if (this.#options.hasten === undefined) return;
    this.#options.hasten(delayMs);
    this.#overdueIs(Math.min(this.#timerOverdueUs, this.#overdueAfter(delayMs)));
  }

  /** Does something once, when the frontends had their turn; where nobody can say that, at the batch's or tick's end. */
  defer(work: () => void): void {
    if (this.#options.defer !== undefined) this.#options.defer(work);
    else this.#deferred = work;
  }

  runDeferred(): void {
    const work = this.#deferred;
    this.#deferred = null;
    work?.();
  }

  /** @param hearsAll everything that came has been read, so silent clients are silent */
  #tick(hearsAll: boolean): number {
    let delayMs: number;
    try {
      delayMs = this.#run(hearsAll);
    } catch (error) {
      this.#server.propagation.isBetweenRequests = false;
      this.#server.internalError(error, 'tick');
      delayMs = this.#server.frequency.intervalMs;
    }
    // Without a timer it is for others to say when to tick.
    if (this.#options.hasten !== undefined) this.#overdueIs(this.#overdueAfter(delayMs));
    return delayMs;
  }

  #overdueAfter(delayMs: number): number {
    return this.#server.clock.monotonicUs() + delayMs * 1000 + LATE_US;
  }

  #run(hearsAll: boolean): number {
    const server = this.#server;
    server.time.measure();
    server.frequency.follow(server.sessions.size);
    server.keyspace.nowMs = server.clock.wallMs();
    const { isUpkeepPaused } = server.introspection;
    if (!isUpkeepPaused) {
      if (hearsAll) server.clients.sweep(server.keyspace.nowMs, server.clock.monotonicUs() / 1000);
      server.clientEviction.tick();
    }
    const pauseMs = server.pause.tick();
    server.tracking.tick();
    const nowUs = server.clock.monotonicUs();
    server.statistics.begin(nowUs);
    server.blocking.serveDue(nowUs / 1000);
    const clientsMs = Math.min(pauseMs, server.migrations.tick(), server.shutdown.tick());
    if (server.serving.unfinishedWork !== 0) server.serving.finish();
    const delayMs = this.#tickParts(clientsMs, nowUs);
    if (server.propagation.isWanted) server.propagation.endBatch();
    server.replication.endBatch();
    this.runDeferred();
    return delayMs;
  }

  #tickParts(clientsMs: number, nowUs: number): number {
    const server = this.#server;
    return Math.min(
      server.frequency.intervalMs,
      clientsMs,
      // What is being loaded doesn't expire yet.
      server.persistence.loading === null ? this.#tickKeyspace() : 0,
      server.persistence.tick(),
      this.#tickReplication(),
      server.blocking.firstDueMs - nowUs / 1000,
    );
  }

  #tickReplication(): number {
    const server = this.#server;
    if (server.persistence.loading === null) server.replication.tick();
    return Number.POSITIVE_INFINITY;
  }

  #tickKeyspace(): number {
    const server = this.#server;
    if (server.introspection.isUpkeepPaused) return Number.POSITIVE_INFINITY;
    server.propagation.isBetweenRequests = true;
    const evictionDelayMs = server.memoryLimit.tick();
    const workUs = server.clock.monotonicUs();
    const delayMs = Math.min(evictionDelayMs, server.keyspace.tick(TICK_BUDGET_US * server.expireEffort));
    server.propagation.isBetweenRequests = false;
    const endUs = server.clock.monotonicUs();
    server.introspection.tick(endUs, endUs - workUs, TICK_BUDGET_US * server.expireEffort);
    // Somebody may have waited for a key that expired.
    if (server.serving.unfinishedWork !== 0) server.serving.finish();
    return delayMs;
  }
}
