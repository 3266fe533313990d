/** The live configuration, and what only the configuration may allow. Implemented by the server. */
import type { Client } from './client.js';

export interface Configuration {
  /**
   * Names and values, in the order of the directives.
   * @param patterns globs, in any case; each character one byte, as in all text here
   */
  matching(patterns: readonly string[]): ReadonlyMap<string, string>;
  /**
   * All of the pairs, or none of them.
   * @throws ReplyError
   */
  set(pairs: readonly (readonly [name: string, value: string])[], client: Client): void;
  /** Whether these pairs are about the addresses that are listened on: `beginMove` sets them. */
  movesSockets(pairs: readonly (readonly [name: string, value: string])[]): boolean;
  /**
   * As `set`, and begins to listen where they say.
   * @param canWait false where that is refused, because it takes until later
   * @returns whether that goes on: then the client has to wait for time, and to be told of by `awaitMove`
   * @throws ReplyError
   */
  beginMove(
    pairs: readonly (readonly [name: string, value: string])[],
    client: Client,
    canWait: boolean,
  ): boolean;
  awaitMove(client: Client): void;
  /**
   * Time is up for a client that waited: how the move ended.
   * @throws ReplyError
   */
  finishMove(client: Client): void;
  /** Whether the directive's value is nobody's business, such as a password. */
  isSecret(name: string): boolean;
  /**
   * Brings the file it was read from up to date.
   * @throws ReplyError
   */
  rewrite(): void;
  resetStatistics(): void;
}
