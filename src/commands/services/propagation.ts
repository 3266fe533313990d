/**
 * What a request that changes data is passed on as, to the append-only file and to replicas. Implemented by the server.
 *
 * A request that raised `context.dirty` is passed on as it came. That is wrong where its effect depends on the clock,
 * on chance, on what else is configured, or on having waited: such a command says beside its handler which commands
 * have its effect, and they take its place.
 *
 *     const { propagation } = context.services;
 *     if (propagation.isWanted) propagation.begin(context.db, 3).word('PEXPIREAT').argument(argv, 1).integer(atMs);
 *
 * Commands of one request, transaction or script reach the others as one transaction.
 */
import type { Database } from '../../engine/database.js';
import type { Moment } from '../../engine/moment.js';
import type { Argv } from '../argv.js';

/** The words of one command, one after another; each method returns itself. */
export interface Effect {
  /** @param text each character one byte */
  word(text: string): Effect;
  /** Argument `index` of a request. */
  argument(argv: Argv, index: number): Effect;
  bytes(bytes: Buffer, start: number, end: number): Effect;
  /** A whole number; a number proper within ±(2^53 − 1). */
  integer(value: Moment): Effect;
}

export interface Propagation {
  /** Somebody listens. While false, none of the methods has to be called. */
  readonly isWanted: boolean;
  /**
   * Begins a command in place of the request at hand; one request may begin several.
   * @param db the database that it runs in
   * @param wordCount words that follow, the command's name included: exactly so many have to
   */
  begin(db: Database, wordCount: number): Effect;
  /** As `begin`, of a key's removal because its time came: DEL or UNLINK, as configured. The key has to follow. */
  beginExpired(db: Database): Effect;
  /** Nothing takes the place of the request at hand but what was begun: perhaps nothing at all. */
  suppress(): void;
  /** The request is passed on although it may have changed nothing. */
  force(): void;
  /** As `force`, to replicas alone: it leaves nothing that a restart would need. */
  forceToReplicas(): void;
}
