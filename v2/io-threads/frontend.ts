/**
 * v2 with several reactors. Each has its own epoll instance and its own listener on every address; the kernel distributes
 * connections among the listeners. The first lives in this thread, the engine's, which runs every command: its
 * clients need no hop. The others have threads of their own, joined to this one by rings (records.ts); a side that is
 * busy is never woken. With `reactor-loop dedicated` every reactor has its own thread, and this one has no sockets.
 */
import { type Libc, loadLibc } from '../../src/native/libc.js';
import type { SocketAddress } from '../../src/native/socket-address.js';
import {
  type Frontend,
  type FrontendServer,
  type FrontendSession,
  type ListenAddress,
  PENDING_BYTES_PAUSE,
} from '../../src/server/frontend.js';
import { type EpollOptions, NO_DESCRIPTOR_MESSAGE, resolveAddress } from '../frontend-options.js';
import { listenLocally } from '../local-listener.js';
import { ReactorCounters } from '../reactor/counters.js';
import { Reactor } from '../reactor/reactor.js';
import type { Mate } from '../reactor/reactor-options.js';
import { Gathering } from './gathering.js';
import type { ListenRequest } from './io-reactor.js';
import { IoThreadLink, type LinkContext } from './io-thread-link.js';

const RING_BYTES = 1024 * 1024;

export class ThreadedFrontend<S extends FrontendSession> implements Frontend, Mate {
  readonly name = 'v2';
  readonly counters = new ReactorCounters();
  /** Replaced when they die. */
  readonly links: IoThreadLink<S>[] = [];
  readonly #server: FrontendServer<S>;
  readonly #options: EpollOptions;
  /** By the other threads' requests: the share of its own clients that is busy is the same. */
  readonly #gathering = new Gathering();
  readonly #requests: ListenRequest[] = [];
  #started: Promise<Reactor> | null = null;
  #loaded: Reactor | null = null;
  #closing: Promise<void> | null = null;

  constructor(server: FrontendServer<S>, options: EpollOptions) {
    this.#server = server;
    this.#options = options;
  }

  async listen(address: ListenAddress, backlog: number): Promise<{ readonly port: number }> {
    const reactor = await this.#start();
    const target = await resolveAddress(address);
    refuseBusy(reactor, target);
    const listeners = this.#listeners(reactor);
    const [first, ...others] = listeners;
    const isPath = 'path' in target;
    const request = { address: target, backlog, reusePort: !isPath };
    const port = await first(request);
    this.#requests.push(isPath ? request : { ...request, address: { ...target, port } });
    // A path has one listener: no kernel shares it out.
    if (isPath) return { port: 0 };
    const shared = this.#requests[this.#requests.length - 1];
    await Promise.all(others.map((listen) => listen(shared)));
    return { port };
  }

  serveInside(): void {
    this.#loaded?.turnInside();
    for (const link of this.links) link.turnInside();
  }

  close(deadlineMs: number): Promise<void> {
    this.#closing ??= this.#close(deadlineMs);
    return this.#closing;
  }

  // ── its reactor's mate ───────────────────────────────────────────────────────────────────────────

  turn(): number {
    const keepaliveSeconds = this.#keepaliveSeconds;
    let count = 0;
    for (const link of this.links) count += link.turn(keepaliveSeconds);
    this.#server.endTurn?.();
    return count;
  }

  rest(): boolean {
    if (this.#gathering.wait()) return false;
    let isIdle = true;
    for (const link of this.links) isIdle = link.rest() && isIdle;
    return isIdle;
  }

  // ── threads ──────────────────────────────────────────────────────────────────────────────────────

  get #keepaliveSeconds(): number {
    return this.#options.tcpKeepaliveSeconds ?? 0;
  }

  /** Whether this thread has sockets, too. */
  get #isReactor(): boolean {
    return this.#options.loop !== 'dedicated';
  }

  #start(): Promise<Reactor> {
    this.#started ??= loadLibc().then((libc) => {
      const { trigger = 'edge', busyPollUs = 0, ioThreads = 1 } = this.#options;
      // Also without sockets: the threads wake this one through it.
      const reactor = new Reactor(libc, {
        counters: this.counters,
        trigger,
        busyPollUs: this.#isReactor ? busyPollUs : 0,
        pendingBytesPause: this.#options.pendingBytesPause ?? PENDING_BYTES_PAUSE,
        loop: this.#options.loop === 'leading' ? 'leading' : 'embedded',
        mate: this,
      });
      const context = this.#context(libc, reactor);
      const linkCount = this.#isReactor ? ioThreads - 1 : ioThreads;
      while (this.links.length < linkCount) this.links.push(new IoThreadLink(context));
      this.#loaded = reactor;
      return reactor;
    });
    return this.#started;
  }

  /** What makes each reactor listen. */
  #listeners(reactor: Reactor): ((request: ListenRequest) => Promise<number>)[] {
    const threads = this.links.map(
      (link) => (request: ListenRequest) => link.listen(request, this.#keepaliveSeconds),
    );
    if (!this.#isReactor) return threads;
    return [async (request) => listenLocally(reactor, this.#server, this.#options, request).port, ...threads];
  }

  #context(libc: Libc, reactor: Reactor): LinkContext<S> {
    const { trigger = 'edge', busyPollUs = 0, pendingBytesPause } = this.#options;
    const context: LinkContext<S> = {
      libc,
      server: this.#server,
      counters: this.counters,
      gathering: this.#gathering,
      ringBytes: this.#options.ringBytes ?? RING_BYTES,
      threadSettings: {
        engineWakeup: reactor.createWakeup(() => {}).descriptor,
        pendingBytesPause: pendingBytesPause ?? PENDING_BYTES_PAUSE,
        trigger,
        busyPollUs,
        noDescriptorMessage: NO_DESCRIPTOR_MESSAGE,
      },
      report: (trouble) => this.#options.report?.(trouble),
      runSoon: () => reactor.runSoon(),
      died: (link) => this.#replace(link, context),
    };
    return context;
  }

  #replace(dead: IoThreadLink<S>, context: LinkContext<S>): void {
    const index = this.links.indexOf(dead);
    const link = new IoThreadLink(context);
    this.links[index] = link;
    context.runSoon();
    this.#options.report?.(
      new Error(`I/O thread ${index} died with its connections; another takes its place`),
    );
    for (const request of this.#requests) {
      if ('path' in request.address && (this.#isReactor || index > 0)) continue;
      link.listen(request, this.#keepaliveSeconds).catch((error: Error) => this.#options.report?.(error));
    }
  }

  async #close(deadlineMs: number): Promise<void> {
    const reactor = await this.#started?.catch(() => null);
    if (reactor === null || reactor === undefined) return;
    // What has been received is answered.
    while (this.turn() > 0);
    for (const link of this.links) link.drain(deadlineMs);
    await Promise.all([reactor.drain(deadlineMs), ...this.links.map((link) => link.ended)]);
    reactor.close();
  }
}

/** Sharing a port with our own threads would share it with a stranger's server too: so it is tried alone first. */
function refuseBusy(reactor: Reactor, address: SocketAddress): void {
  if ('path' in address || address.port === 0) return;
  reactor.listen(address, unexpected, { backlog: 1 }).close();
}

function unexpected(): never {
  throw new Error('nobody is accepted before the server listens');
}
