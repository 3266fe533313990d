/**
 * How much a client may make the server keep for it: bytes of an unfinished request, and replies that it doesn't
 * take. A client that exceeds a limit is disconnected.
 *
 * Source: redis.io/docs/reference/clients, "Output buffer limits" and "Query buffer hard limit".
 */

import type { OutputLimit, OutputLimits } from '../config/families/clients.js';
import { type Session, STOP_CLOSING, UNAUTHENTICATED } from '../session.js';

const NONE: OutputLimit = { hardBytes: 0, softBytes: 0, softSeconds: 0 };
/** For clients that haven't authenticated, in either direction: nothing they may send or receive is as long. */
const UNAUTHENTICATED_BYTES_MAX = 1024 * 1024;
const UNAUTHENTICATED_OUTPUT: OutputLimit = {
  hardBytes: UNAUTHENTICATED_BYTES_MAX,
  softBytes: 0,
  softSeconds: 0,
};

/** Of a reply so much counts for no limit: Redis keeps it in a buffer that each client has anyway. */
const OWN_BUFFER_BYTES = 16 * 1024;

/** What the log says of a client that is ended. */
export type ClosingReport = (client: string) => string;

const OUTPUT_EXCEEDED: ClosingReport = (client) =>
  `Client ${client} scheduled to be closed ASAP for overcoming of output buffer limits.`;
const QUERY_EXCEEDED: ClosingReport = (client) =>
  `Closing client that reached max query buffer length: ${client}`;

export class BufferLimits {
  /** `client-query-buffer-limit` */
  queryBytesMax = Number.POSITIVE_INFINITY;
  #normal = NONE;
  #pubsub = NONE;
  #replica = NONE;
  #replicaSetting = NONE;
  #backlogBytes = 0;
  /** Called when more is kept for a client: `maxmemory-clients`. Null while there is no such limit. */
  grew: ((session: Session) => void) | null = null;
  /** Pieces below this many bytes are within every limit of their own. */
  pieceBytesMax = Number.POSITIVE_INFINITY;
  /** Disconnected so far, for INFO; CONFIG RESETSTAT sets them back. */
  queryDisconnections = 0;
  outputDisconnections = 0;

  readonly #disconnect: (session: Session, report: ClosingReport) => void;

  /** @param disconnect ends a session at once; what waits for it is dropped */
  constructor(disconnect: (session: Session, report: ClosingReport) => void) {
    this.#disconnect = disconnect;
  }

  /** `client-output-buffer-limit` */
  setOutput({ normal, pubsub, replica }: OutputLimits): void {
    this.#normal = normal;
    this.#pubsub = pubsub;
    this.#replicaSetting = replica;
    this.#raiseForBacklog();
    const limits = [normal.hardBytes, pubsub.hardBytes, UNAUTHENTICATED_BYTES_MAX].filter(
      (bytes) => bytes > 0,
    );
    this.pieceBytesMax = Math.min(...limits) + OWN_BUFFER_BYTES;
  }

  /** `repl-backlog-size`: a replica that may lag by so much when it comes back isn't ended for less. */
  set backlogBytes(bytes: number) {
    this.#backlogBytes = bytes;
    this.#raiseForBacklog();
  }

  #raiseForBacklog(): void {
    const { hardBytes } = this.#replicaSetting;
    this.#replica = {
      ...this.#replicaSetting,
      hardBytes: hardBytes === 0 ? 0 : Math.max(hardBytes, this.#backlogBytes),
    };
  }

  /**
   * Called after each batch of a session.
   * @param isNewRequest what is kept of an unfinished request began with this batch
   * @param nowMs wall clock @param readUs monotonic clock
   */
  afterBatch(session: Session, isNewRequest: boolean, nowMs: number, readUs: number): void {
    if (session.transport.pendingBytes > 0) this.checkOutput(session, nowMs);
    if (session.queryBytes === 0) return;
    if (isNewRequest) session.requestSinceMs = readUs / 1000;
    this.checkQuery(session);
  }

  /** Called when bytes of a request are kept. */
  checkQuery(session: Session): void {
    this.keepsMore(session);
    const isUnknown = (session.states & UNAUTHENTICATED) !== 0;
    const bytesMax = isUnknown ? UNAUTHENTICATED_BYTES_MAX : this.queryBytesMax;
    if ((session.stops & STOP_CLOSING) !== 0) return;
    if (session.queryBytes <= bytesMax) {
      // A frontend that waits for a large value offers what it has once that is too much.
      if (session.bytesWanted > bytesMax) session.bytesWanted = bytesMax + 1;
      return;
    }
    this.queryDisconnections++;
    this.#disconnect(session, QUERY_EXCEEDED);
  }

  /** Called after bytes were sent to a session, and for each session now and then. @param nowMs wall clock */
  checkOutput(session: Session, nowMs: number): void {
    const pending = session.pendingBytes;
    if (pending === 0) {
      session.softLimitSinceMs = 0;
      return;
    }
    this.keepsMore(session);
    const { hardBytes, softBytes, softSeconds } = this.#limitOf(session);
    if (hardBytes > 0 && pending >= hardBytes) {
      this.#exceeded(session);
    } else if (softBytes === 0 || pending < softBytes) {
      session.softLimitSinceMs = 0;
    } else if (session.softLimitSinceMs === 0) {
      session.softLimitSinceMs = nowMs;
    } else if (nowMs - session.softLimitSinceMs > softSeconds * 1000) {
      this.#exceeded(session);
    }
  }

  /**
   * Whether what is about to be sent in one piece ends its session: a reply as long as the limit counts as kept, however fast
   * the client takes it. Replicas' snapshots and streams don't.
   */
  refuses(session: Session, bytes: number): boolean {
    const limit = this.#limitOf(session);
    if (limit === this.#replica || limit.hardBytes === 0) return false;
    if (session.pendingBytes + bytes - OWN_BUFFER_BYTES < limit.hardBytes) return false;
    this.#exceeded(session);
    return true;
  }

  #limitOf({ states, replica, subscriptions }: Session): OutputLimit {
    if ((states & UNAUTHENTICATED) !== 0) return UNAUTHENTICATED_OUTPUT;
    if (replica !== null && replica.state !== null) return this.#replica;
    return subscriptions === null ? this.#normal : this.#pubsub;
  }

  /** More is kept for a session. */
  keepsMore(session: Session): void {
    if (this.grew !== null && (session.stops & STOP_CLOSING) === 0) this.grew(session);
  }

  #exceeded(session: Session): void {
    if ((session.stops & STOP_CLOSING) !== 0) return;
    this.outputDisconnections++;
    this.#disconnect(session, OUTPUT_EXCEEDED);
  }
}
