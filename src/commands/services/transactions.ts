/** MULTI, EXEC and WATCH for the client being served. Implemented by the server. */
import type { Reply } from '../../protocol/reply.js';

export interface Transactions {
  /** True between MULTI and EXEC. */
  isOpen(): boolean;
  /** True while EXEC runs what was queued. */
  isRunning(): boolean;
  begin(): void;
  /** Forgets what was queued and watched. */
  discard(): void;
  /** Runs what was queued and writes its replies, or why not. */
  execute(reply: Reply): void;
  /** EXEC will run nothing if this key of the selected database changes first. */
  watch(bytes: Buffer, start: number, end: number): void;
  unwatch(): void;
}
