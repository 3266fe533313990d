/** What the public API takes and gives: see index.ts. */
import type { Settings } from './server/config/config.js';

/** `auto` is v2 where it runs: on Linux, in the main thread. Elsewhere it is v1, which runs everywhere. */
export type FrontendName = 'auto' | 'v1' | 'v2';

/** An address to listen on. */
export interface Listen {
  /** How connections are served there; the directive `frontend` when absent, which is `auto`. */
  readonly frontend?: FrontendName | undefined;
  /** A name or a numeric address; 127.0.0.1 when absent. */
  readonly host?: string | undefined;
  /** 0 asks for a free port; 6379, or the directive `port`, when absent. */
  readonly port?: number | undefined;
  /** A Unix socket instead of host and port. One that a killed server left is replaced. */
  readonly path?: string | undefined;
}

export interface CreateServerOptions extends Listen {
  /** Several addresses over the same data, instead of host, port and path. `frontend` holds for those that name none. */
  readonly listen?: readonly Listen[] | undefined;
  /**
   * Directives of redis.conf by their names: `{ maxmemory: '100mb', 'maxmemory-policy': 'allkeys-lru' }`. Addresses above
   * go first. Nothing is kept on disk unless one of `save`, `dir`, `dbfilename` and `appendonly` asks for it; SAVE and BGSAVE
   * write a file all the same. What is the process' own (`daemonize`, `logfile`, `pidfile` …) only the command line does.
   */
  readonly config?: Settings | undefined;
  /** Connections that may wait to be accepted; the directive `tcp-backlog` when absent. */
  readonly backlog?: number | undefined;
  /** Closes the server when it is aborted. One that is aborted before the server runs has `createServer` reject with its reason. */
  readonly signal?: AbortSignal | undefined;
  /** Told of bugs and of the machine's troubles; they go to stderr when absent. @param where it happened, in words */
  readonly report?: ((trouble: unknown, where: string) => void) | undefined;
  /** Told what the server logs, of the directive `loglevel` and above. @param level 0 debug, 1 verbose, 2 notice, 3 warning */
  readonly log?: ((level: number, message: string) => void) | undefined;
}

/** An address that a server listens on. */
export interface Bound {
  readonly frontend: 'v1' | 'v2';
  /** Empty for a Unix socket. */
  readonly host: string;
  /** 0 for a Unix socket. */
  readonly port: number;
  /** Empty for TCP. */
  readonly path: string;
}

/** It keeps the process running until it is closed, or `unref` says otherwise. `await using` closes it. */
export interface RunningServer extends AsyncDisposable {
  /** The first address's host; empty for a Unix socket. */
  readonly host: string;
  /** The first address's port; 0 for a Unix socket. */
  readonly port: number;
  /** The first address as clients take it: `redis://127.0.0.1:6379`. */
  readonly url: string;
  readonly addresses: readonly Bound[];
  /** Why the server closed itself; null: it didn't. */
  readonly failure: Error | null;
  /** Resolves when the server is closed: by `close`, by its signal, or by the command SHUTDOWN. */
  readonly closed: Promise<void>;
  /**
   * Saves the data if save points are set, stops accepting, sends the replies owed, closes all. Data that can't be saved
   * are reported. Safe to call twice: the second call resolves with the first.
   * @param deadlineMs after which clients that don't take their replies are cut off; 5000 when absent
   * @throws TypeError for a deadline that isn't one
   */
  close(deadlineMs?: number): Promise<void>;
  /**
   * Keys and what else expires by the clock are so much older from now on: for tests of what happens an hour later. Clients
   * that wait go on waiting as long as they would have.
   * @param ms a whole number from 1 on
   * @throws TypeError for anything else
   */
  advanceTime(ms: number): void;
  /**
   * The process may end while the server is open, as with net.Server's `unref`; nothing is saved then. Without effect with
   * the directives `io-threads` and `reactor-loop`, whose loops keep the process.
   */
  unref(): this;
  /** Takes `unref` back. */
  ref(): this;
}
