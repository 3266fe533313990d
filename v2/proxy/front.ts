/** One port of an app. While somebody else has it, it is tried again and again. */
import { clearTimeout, setTimeout } from '../../src/base/timers.js';
import { EADDRINUSE, SystemError } from '../../src/native/system-error.js';
import type { CreateHandler } from '../reactor/connection-handler.js';
import type { Listener } from '../reactor/listener.js';
import type { Reactor } from '../reactor/reactor.js';
import { ERROR, type Log, NOTICE, WARNING } from './log.js';

const BACKLOG = 65_535;

export class Front {
  readonly #reactor: Reactor;
  readonly #createHandler: CreateHandler;
  readonly #log: Log;
  readonly #name: string;
  readonly #retryMs: number;
  #listener: Listener | null = null;
  #retry: NodeJS.Timeout | null = null;
  #isClosed = false;

  /** @param retryMs between attempts at a busy port @throws SystemError when the port will never be ours */
  constructor(
    reactor: Reactor,
    readonly host: string,
    /** As configured. */
    readonly port: number,
    createHandler: CreateHandler,
    log: Log,
    appName: string,
    retryMs: number,
  ) {
    this.#reactor = reactor;
    this.#createHandler = createHandler;
    this.#log = log;
    this.#name = `${appName}: ${host}:${port}`;
    this.#retryMs = retryMs;
    this.#listen(WARNING);
  }

  get isListening(): boolean {
    return this.#listener !== null;
  }

  /** As bound. */
  get boundPort(): number {
    const address = this.#listener?.address;
    return address !== undefined && 'port' in address ? address.port : this.port;
  }

  close(): void {
    this.#isClosed = true;
    if (this.#retry !== null) clearTimeout(this.#retry);
    this.#listener?.close();
    this.#listener = null;
  }

  /** @param busyLevel of the log, for a port that is busy */
  #listen(busyLevel: number): void {
    try {
      this.#listener = this.#reactor.listen({ host: this.host, port: this.port }, this.#createHandler, {
        backlog: BACKLOG,
        report: (trouble) => this.#log.add(ERROR, `${this.#name}: ${trouble.message}`),
      });
      this.#log.add(NOTICE, `${this.#name}: listening on port ${this.boundPort}`);
    } catch (error) {
      if (!(error instanceof SystemError && error.errno === EADDRINUSE)) throw error;
      this.#log.add(busyLevel, `${this.#name}: busy; trying again every ${this.#retryMs} ms`);
      this.#retry = setTimeout(() => this.#listenAgain(), this.#retryMs);
    }
  }

  #listenAgain(): void {
    this.#retry = null;
    if (this.#isClosed) return;
    try {
      this.#listen(NOTICE + 1);
    } catch (error) {
      if (!(error instanceof SystemError)) throw error;
      this.#log.add(ERROR, `${this.#name}: ${error.message}`);
    }
  }
}
