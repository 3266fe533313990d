/**
 * Waiting for keys. A command that finds nothing to take asks to be run again when one of its keys may have
 * something, and returns without a reply; the client's further requests wait. Implemented by the server.
 */
import type { ReplyError } from '../../protocol/reply-error.js';
import type { Argv } from '../argv.js';

export interface KeyWait {
  /** The keys, as indexes of arguments. */
  readonly keys: readonly number[];
  /** The type that a key must have to serve the client. */
  readonly type: number;
  /**
   * True: a key that goes away, or changes to another type, wakes the client as well, so that the command
   * can say so (XREADGROUP).
   */
  readonly wakesWhenGone: boolean;
}

export interface Blocking {
  /**
   * False inside MULTI and scripts: the command replies what it would after its timeout, at once.
   */
  readonly canBlock: boolean;
  /**
   * Blocks the client being served until a key is ready or time is up; then it gets a null array.
   * @param timeoutMs 0: for ever
   */
  waitForKeys(argv: Argv, wait: KeyWait, timeoutMs: number): void;
  /** Blocks the client until time is up, then runs the command again with `isTimeUp` true. */
  waitForTime(argv: Argv, timeoutMs: number): void;
  /** The command is run again because its time is up. */
  readonly isTimeUp: boolean;
  /**
   * CLIENT UNBLOCK: ends a client's waiting as if time were up, or with an error.
   * @returns false when it doesn't wait
   */
  unblock(clientId: number, error: ReplyError | null): boolean;
}
