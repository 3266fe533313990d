/** What DEBUG may do to the server. Implemented by the server. */
import type { Argv } from '../argv.js';

/** How a process ends on demand. */
export type CrashKind = 'assert' | 'panic' | 'segfault' | 'oom';

/** What the clients of one range of sizes take together. */
export interface MemoryClass {
  readonly fromBytes: number;
  /** Infinity in the last one. */
  readonly toBytes: number;
  readonly clientCount: number;
  readonly totalBytes: number;
}

export interface Debugging {
  /** RESTORE takes a value whose checksum is wrong. */
  skipsChecksums: boolean;
  /** Scripts may call what is made for clients alone. */
  allowsAllInScripts: boolean;
  /** The thread is held up for so long before each write to the append-only file. */
  writeDelayUs: number;
  /** Holds the whole server up. */
  sleep(ms: number): void;
  /** Writes to the server's log. */
  log(message: string): void;
  /** Whether what goes on between commands stands still: expiry, clients' timeouts and limits, freeing. */
  pauseUpkeep(isPaused: boolean): void;
  /** Begins another history of the data, for replicas. */
  renewReplicationId(): void;
  /** Memory that is never given back. */
  leak(bytes: Buffer): void;
  /** Replicas are sent the arguments from `first` on as a command, which the server itself does not run. */
  replicate(argv: Argv, first: number): void;
  /** Clients by what they take, as `maxmemory-clients` counts it; null while there is no such limit. */
  clientMemory(): readonly MemoryClass[] | null;
  /** CONFIG REWRITE of every directive, whether it was ever set or not. @throws ReplyError */
  rewriteAllDirectives(): void;
  /**
   * Ends the process with a report in the log. Nothing is saved.
   * @throws ReplyError when the server is embedded in a program that didn't agree to that
   */
  crash(kind: CrashKind): void;
}
