/** What the public API takes and gives: see index.ts. */
import type { ShutdownRequest } from './commands/services/persistence.js';
import type { Bound } from './listening.js';
import type { Config, Settings } from './server/config/config.js';
import type { Crash } from './server/debugging.js';

export type FrontendName = 'auto' | 'v1' | 'v2';

export interface Listen {
  readonly frontend?: FrontendName;
  readonly host?: string;
  /** 0 asks for a free port. */
  readonly port?: number;
  /** A Unix socket instead of host and port. */
  readonly path?: string;
}

export interface CreateServerOptions extends Listen {
  /** Several addresses, each with its frontend, over the same data; instead of host, port and path. */
  readonly listen?: readonly Listen[];
  /**
   * Directives of redis.conf by their names: `{ maxmemory: '100mb' }`. Addresses above go first. Nothing is kept on disk
   * unless one of `save`, `dir`, `dbfilename` and `appendonly` asks for it; SAVE and BGSAVE write a file all the same.
   */
  readonly config?: Settings | Config;
  /** Connections that may wait to be accepted; the directive `tcp-backlog` when absent. */
  readonly backlog?: number;
  /**
   * The process does nothing but serve, as the command line does: v2 then claims addresses, not memory, for all the data
   * that the machine can hold, so that no garbage collection delays a command while the data grow.
   */
  readonly isAlone?: boolean;
  /** Who started the process and is told of its state, for INFO: `systemd`, `upstart`; nobody when absent. */
  readonly supervisor?: string;
  /** Told of bugs and of the machine's troubles; they go to stderr when absent. */
  readonly report?: (trouble: unknown, where: string) => void;
  /** Ends the process, for DEBUG PANIC and its kin, which are refused without it. @param facts for a report */
  readonly crash?: Crash;
  /** Told what the server logs, of `loglevel` and above. @param level 0 debug … 3 warning */
  readonly log?: (level: number, message: string) => void;
}

export interface RunningServer {
  /** The first address's port; 0 for a Unix socket. */
  readonly port: number;
  /** The first address as clients take it: `redis://127.0.0.1:6379`. */
  readonly url: string;
  readonly addresses: readonly Bound[];
  /** Why the server closed itself; null: it didn't. */
  readonly failure: Error | null;
  /** Resolves when the server is closed, by `close` or by the command SHUTDOWN. */
  readonly closed: Promise<void>;
  /**
   * Saves the data if save points are set, stops accepting, sends the replies owed within the deadline, closes all. Data
   * that can't be saved are reported. Safe to call twice.
   */
  close(deadlineMs?: number): Promise<void>;
  /**
   * As SHUTDOWN: replicas get what they lack, what is to be saved is saved, then the server closes itself.
   * @returns false when saving failed, which the log tells: then the server goes on
   */
  shutDown(request: ShutdownRequest): boolean;
  /** What a report of a crash has to say of the server: INFO, and its clients. */
  facts(): string;
  /** It follows another server. */
  readonly isReplica: boolean;
  /** A shutdown waits for replicas, or the server closes. */
  readonly isEnding: boolean;
}
