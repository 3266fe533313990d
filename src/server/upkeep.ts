/**
 * What a server does between its clients' batches: clients that waited long enough, expiry and other work of the engine,
 * files and replicas. Each part takes a bounded time and says when it wants to be called again.
 */
import type { JanusServer } from './server.js';

/** Engine work between commands: half a millisecond at a time leaves 19 of 20 to the clients. */
const TICK_BUDGET_US = 500;

export class Upkeep {
  readonly #server: JanusServer;

  constructor(server: JanusServer) {
    this.#server = server;
  }

  /** @returns milliseconds until it has to be called again */
  tick(): number {
    try {
      return this.#run();
    } catch (error) {
      this.#server.propagation.isBetweenRequests = false;
      this.#server.internalError(error, 'tick');
      return this.#server.tickIntervalMs;
    }
  }

  #run(): number {
    const server = this.#server;
    server.measureTime();
    server.keyspace.nowMs = server.clock.wallMs();
    const { isUpkeepPaused } = server.introspection;
    if (!isUpkeepPaused) {
      server.clients.sweep(server.keyspace.nowMs, server.clock.monotonicUs() / 1000);
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
    server.runDeferred();
    return delayMs;
  }

  #tickParts(clientsMs: number, nowUs: number): number {
    const server = this.#server;
    return Math.min(
      server.tickIntervalMs,
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
    const startUs = server.clock.monotonicUs();
    server.propagation.isBetweenRequests = true;
    const delayMs = server.keyspace.tick(TICK_BUDGET_US * server.expireEffort);
    server.propagation.isBetweenRequests = false;
    const endUs = server.clock.monotonicUs();
    server.introspection.tick(endUs, endUs - startUs, TICK_BUDGET_US * server.expireEffort);
    // Somebody may have waited for a key that expired.
    if (server.serving.unfinishedWork !== 0) server.serving.finish();
    return delayMs;
  }
}
