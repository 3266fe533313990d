/**
 * The frontends of one server: each is loaded when the first address asks for it, and serves all of its
 * addresses.
 */
import { chmodSync, lstatSync, unlinkSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import { isMainThread } from 'node:worker_threads';
import type { EpollOptions } from '../v2/frontend-options.js';
import { returnFreedMemory } from './native/malloc-options.js';
import { SystemError } from './native/system-error.js';
import { useHugePages } from './process/huge-pages.js';
import type { FrontendChoice } from './server/config/listen-address.js';
import type { ConfiguredListener } from './server/config/listeners.js';
import type { Frontend, Listener } from './server/frontend.js';
import type { JanusServer } from './server/server.js';
import type { Bound } from './server-api.js';

interface Open {
  readonly listener: ConfiguredListener;
  readonly bound: Bound;
  readonly stop: Listener['stop'];
}

/** The machine has no such address. */
const UNAVAILABLE = new Set(['EADDRNOTAVAIL', 'EAFNOSUPPORT', 'EPROTONOSUPPORT', 'ENOENT']);

export class Listening {
  #open: Open[] = [];
  readonly #frontends = new Map<string, Frontend>();
  #isHeld = true;

  constructor(
    readonly server: JanusServer,
    readonly backlog: number,
    /** @param name of the frontend */
    readonly optionsOf: (name: string) => EpollOptions,
    /** The process does nothing but serve, and is prepared for that. */
    readonly isAlone: boolean,
  ) {}

  get addresses(): readonly Bound[] {
    return this.#open.map(({ bound }) => bound);
  }

  /** Rejects with the system's error when an address can't be had. */
  async open(listeners: readonly ConfiguredListener[]): Promise<void> {
    for (const listener of listeners) {
      try {
        this.#open.push(await this.#listen(listener));
      } catch (error) {
        if (!listener.isOptional || !UNAVAILABLE.has(codeOf(error))) throw error;
      }
    }
  }

  /**
   * Listens on these instead; clients stay connected. Where one can't be had, on those before again, and it rejects.
   * Those that go are closed first: `0.0.0.0` can't be had beside `127.0.0.1`.
   */
  async move(listeners: readonly ConfiguredListener[]): Promise<void> {
    const before = this.#open;
    const stays = (each: Open): boolean =>
      listeners.some((wanted) => isDeepStrictEqual(wanted, each.listener));
    const leaving = before.filter((each) => !stays(each));
    for (const { stop } of leaving) {
      if (stop === undefined) throw new Error('the sockets of several threads stay where they are');
    }
    this.#close(leaving);
    this.#open = before.filter(stays);
    const staying = this.#open.length;
    try {
      await this.open(listeners.filter((wanted) => !this.#has(wanted)));
    } catch (error) {
      this.#close(this.#open.splice(staying));
      await this.open(leaving.map(({ listener }) => listener));
      throw error;
    }
  }

  #has(wanted: ConfiguredListener): boolean {
    return this.#open.some(({ listener }) => isDeepStrictEqual(wanted, listener));
  }

  #close(leaving: readonly Open[]): void {
    for (const { stop } of leaving) stop?.();
  }

  /** Those that serve. */
  get frontends(): Iterable<Frontend> {
    return this.#frontends.values();
  }

  /** Whether sockets keep the process running, as they do at first. */
  hold(isHeld: boolean): void {
    this.#isHeld = isHeld;
    for (const frontend of this.#frontends.values()) frontend.hold?.(isHeld);
  }

  async close(deadlineMs: number): Promise<void> {
    await Promise.all([...this.#frontends.values()].map((frontend) => frontend.close(deadlineMs)));
  }

  async #listen(listener: ConfiguredListener): Promise<Open> {
    const { frontend: choice, host, port, path, permissions } = listener;
    const name = await resolveFrontend(choice);
    const frontend = await this.#frontend(name);
    if (path !== '') removeStaleSocket(path);
    const bound = await frontend.listen(path === '' ? { host, port } : { path }, this.backlog);
    if (path !== '' && permissions !== 0) chmodSync(path, permissions);
    return { listener, bound: { frontend: name, host, port: bound.port, path }, stop: bound.stop };
  }

  async #frontend(name: 'v1' | 'v2'): Promise<Frontend> {
    const loaded = this.#frontends.get(name);
    if (loaded !== undefined) return loaded;
    // Loaded when asked for: koffi has to be there only for v2.
    const { createFrontend } =
      name === 'v1' ? await import('../v1/frontend.js') : await import('../v2/frontend.js');
    if (name === 'v2') {
      // v1 has node:net allocate and free for each receive: with 1,000 clients that would cost a quarter more.
      if (this.isAlone) await returnFreedMemory();
      else await useHugePages(this.server.keyspace.arena);
    }
    const frontend = createFrontend(this.server, this.optionsOf(name));
    this.#frontends.set(name, frontend);
    frontend.hold?.(this.#isHeld);
    if (frontend.serveInside !== undefined) {
      this.server.busy.alsoServe(() => frontend.serveInside?.(), frontend.acceptsNobodyInside !== true);
    }
    return frontend;
  }
}

/**
 * `auto` is v2 where it runs, v1 elsewhere, and in threads of an application: when one is terminated while v2 has events,
 * koffi finds that it can't call back, and ends the process.
 */
async function resolveFrontend(choice: FrontendChoice): Promise<'v1' | 'v2'> {
  if (choice !== 'auto') return choice;
  if (process.platform !== 'linux' || !isMainThread) return 'v1';
  try {
    const { loadLibc } = await import('./native/libc.js');
    await loadLibc();
    return 'v2';
  } catch (error) {
    if (error instanceof SystemError) return 'v1';
    throw error;
  }
}

/** What a server that was killed left behind would keep the next one from listening. */
function removeStaleSocket(path: string): void {
  if (lstatSync(path, { throwIfNoEntry: false })?.isSocket()) unlinkSync(path);
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}
