/**
 * What becomes of the bytes that a frontend brings. The whole requests among them are a batch, which shares one reading of
 * the clocks, one write of replies, and one look at the client's limits. Other clients' batches never run in between,
 * except those that a long script lets in (scripting/busy.ts).
 */
import type { JanusServer } from '../server.js';
import { type Session, STOP_CLOSING, STOP_DEBUGGED } from '../session.js';
import type { Upkeep } from '../upkeep.js';

export class Batches {
  readonly #server: JanusServer;
  readonly #upkeep: Upkeep;

  constructor(server: JanusServer, upkeep: Upkeep) {
    this.#server = server;
    this.#upkeep = upkeep;
  }

  /** As `FrontendServer.receive`. A bug of ours costs this client its connection, and nobody else anything. */
  receive(session: Session, bytes: Buffer, start: number, end: number): number {
    try {
      return this.#receive(session, bytes, start, end);
    } catch (error) {
      this.#server.life.endBrokenBatch(session, error);
      return end - start;
    }
  }

  #receive(session: Session, bytes: Buffer, start: number, end: number): number {
    const server = this.#server;
    if (server.serving.scriptDepth !== 0) return server.busy.receive(session, bytes, start, end);
    const keptBytes = session.queryBytes;
    session.queryBytes = end - start;
    if (end - start < session.bytesWanted || session.stops !== 0) {
      if ((session.stops & STOP_DEBUGGED) !== 0)
        return server.scripting.debugging.receive(session, bytes, start, end);
      server.bufferLimits.checkQuery(session);
      return 0;
    }
    this.#begin(session);
    const at = server.dispatcher.runBatch(session, bytes, start, end);
    server.introspection.traffic.received(at - start);
    session.queryBytes = end - at;
    this.#end(session, keptBytes === 0 || at > start);
    return at - start;
  }

  #begin(session: Session): void {
    const server = this.#server;
    const nowUs = server.clock.monotonicUs();
    const nowMs = server.time.wallMsAt(nowUs);
    server.statistics.begin(nowUs);
    server.keyspace.nowMs = nowMs;
    server.context.nowMs = nowMs;
    server.serving.beginBatch(session);
  }

  /** @param isNewRequest what is kept of an unfinished request began with this batch */
  #end(session: Session, isNewRequest: boolean): void {
    const server = this.#server;
    const { statistics } = server;
    session.activeSeconds = Math.floor(statistics.readUs / 1_000_000);
    statistics.endBatch();
    server.dispatcher.flush(session);
    server.serving.endBatch();
    server.tracking.endBatch();
    if (server.propagation.isWanted) this.#propagate(session);
    if ((session.stops & STOP_CLOSING) !== 0) session.transport.close(false);
    else server.bufferLimits.afterBatch(session, isNewRequest, server.keyspace.nowMs, statistics.readUs);
    if (statistics.readUs > this.#upkeep.overdueUs) this.#upkeep.catchUp(statistics.readUs);
  }

  /** What the batch changed goes to those who listen. A client that is to go gets its replies first. */
  #propagate(session: Session): void {
    const { propagation, replication, outbox } = this.#server;
    propagation.endBatch();
    replication.endBatch();
    this.#upkeep.runDeferred();
    if ((session.stops & STOP_CLOSING) !== 0 && outbox.isHolding) outbox.hurry();
  }
}
