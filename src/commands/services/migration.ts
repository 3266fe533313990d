/** MIGRATE: keys on their way to another server. Implemented by the server. */
import type { ReplyError } from '../../protocol/reply-error.js';
import type { Argv } from '../argv.js';
import type { Client } from './client.js';

export interface MigrationRequest {
  readonly host: string;
  /** -1: none that could be reached. */
  readonly port: number;
  /** Of the other server. */
  readonly databaseId: number;
  /** The longest time in which nothing moves. */
  readonly timeoutMs: number;
  /** Keys that the other server has already are replaced. */
  readonly replaces: boolean;
  /** A password, or a user's name and a password; one byte a character. Empty: none. */
  readonly credentials: readonly string[];
  /** The keys, as indexes of arguments. */
  readonly keys: readonly number[];
}

export interface MigrationOutcome {
  /** What the client is told; null: all went well. */
  readonly error: ReplyError | null;
  /** The keys that the other server has acknowledged, as indexes of arguments. */
  readonly arrived: readonly number[];
}

export interface Migration {
  /**
   * Sends the keys, and makes the client being served wait. Nothing changes the data until it is over, which is when
   * the request has been run again and `takeOutcome` tells how it ended.
   */
  begin(argv: Argv, request: MigrationRequest): void;
  /** @returns null unless the client's request is run again because its migration ended; once */
  takeOutcome(client: Client): MigrationOutcome | null;
}
