/**
 * The Linux frontend: an epoll reactor in the server's own thread, inside libuv's loop. Further reactors have threads of
 * their own (io-threads/).
 */
import { assert } from '../src/base/assert.js';
import type {
  Frontend,
  FrontendServer,
  FrontendSession,
  ListenAddress,
  Listener,
} from '../src/server/frontend.js';
import { PENDING_BYTES_PAUSE } from '../src/server/frontend.js';
import { type EpollOptions, resolveAddress } from './frontend-options.js';
import { ThreadedFrontend } from './io-threads/frontend.js';
import { listenLocally } from './local-listener.js';
import { Peer } from './peer.js';
import { ReactorCounters } from './reactor/counters.js';
import { Reactor } from './reactor/reactor.js';

export function createFrontend<S extends FrontendSession>(
  server: FrontendServer<S>,
  options: EpollOptions = {},
): Frontend {
  const { ioThreads = 1, loop = 'embedded' } = options;
  if (ioThreads > 1 || loop === 'dedicated') return new ThreadedFrontend(server, options);
  return new EpollFrontend(server, options);
}

class EpollFrontend<S extends FrontendSession> implements Frontend {
  readonly name = 'v2';
  readonly counters = new ReactorCounters();
  readonly #server: FrontendServer<S>;
  readonly #options: EpollOptions;
  /** Made by the first `listen`: before that nothing native is loaded. */
  #reactor: Promise<Reactor> | null = null;
  #loaded: Reactor | null = null;
  #closing: Promise<void> | null = null;
  #isHeld = true;

  constructor(server: FrontendServer<S>, options: EpollOptions) {
    this.#server = server;
    this.#options = options;
  }

  async listen(address: ListenAddress, backlog: number): Promise<Listener> {
    const [reactor, target] = await Promise.all([this.#load(), resolveAddress(address)]);
    this.#assertOpen();
    const request = { address: target, backlog, reusePort: false };
    return listenLocally(reactor, this.#server, this.#options, request);
  }

  adopt<T extends FrontendSession>(descriptor: number, server: FrontendServer<T>): void {
    assert(this.#loaded !== null, 'it listens somewhere');
    this.#loaded.adopt(descriptor, (connection) => new Peer(server, connection, true));
  }

  serveInside(): void {
    this.#loaded?.turnInside();
  }

  hold(isHeld: boolean): void {
    this.#isHeld = isHeld;
    this.#loaded?.hold(isHeld);
  }

  close(deadlineMs: number): Promise<void> {
    this.#closing ??= this.#close(deadlineMs);
    return this.#closing;
  }

  #assertOpen(): void {
    assert(this.#closing === null, 'a closed frontend is not asked to listen');
  }

  async #load(): Promise<Reactor> {
    this.#assertOpen();
    this.#reactor ??= Reactor.create({
      counters: this.counters,
      trigger: this.#options.trigger ?? 'edge',
      busyPollUs: this.#options.busyPollUs ?? 0,
      pendingBytesPause: this.#options.pendingBytesPause ?? PENDING_BYTES_PAUSE,
      loop: this.#options.loop ?? 'embedded',
      afterTurn: () => this.#server.endTurn?.(),
    });
    this.#loaded = await this.#reactor;
    this.#loaded.hold(this.#isHeld);
    return this.#loaded;
  }

  async #close(deadlineMs: number): Promise<void> {
    // Where it could not be loaded, `listen` has said so, and there is nothing to close.
    const reactor = await this.#reactor?.catch(() => null);
    if (reactor === null || reactor === undefined) return;
    await reactor.drain(deadlineMs);
    reactor.close();
  }
}
