/**
 * How the server is told to end: SHUTDOWN, and the process' signals. Replicas get what they lack first, while writes are held
 * back; then what is to be saved is saved, and whoever made the server is asked to stop it. When saving fails, or somebody
 * says SHUTDOWN ABORT before, everything goes on.
 *
 * Source: redis.io/commands/shutdown.
 */
import type { Argv } from '../commands/argv.js';
import type { Client } from '../commands/services/client.js';
import type { Lifecycle, ShutdownProgress } from '../commands/services/lifecycle.js';
import type { ShutdownRequest } from '../commands/services/persistence.js';
import type { Waiter } from './blocking.js';
import { NOTICE, WARNING } from './log-levels.js';
import { type Replica, STATE_NAMES } from './replication/replica.js';
import type { JanusServer } from './server.js';

/** How often replicas are looked at: their acknowledgements bring no tick with them. */
const LOOK_INTERVAL_MS = 10;

/** Of a shutdown that waits for replicas. */
interface Pending {
  readonly request: ShutdownRequest;
  /** Wall clock: then it is done without them. */
  readonly untilMs: number;
  /** What replicas have to have; null until all of the batch at hand is in the stream. */
  offset: number | null;
  readonly waiters: Waiter[];
}

export class Shutdown implements Lifecycle {
  readonly #server: JanusServer;
  readonly #stop: ((isNow: boolean) => void) | undefined;
  readonly #failedFor = new WeakSet<Client>();
  #pending: Pending | null = null;

  /** @param stop what ends the server; undefined when its owner gave no way to */
  constructor(server: JanusServer, stop: ((isNow: boolean) => void) | undefined) {
    this.#server = server;
    this.#stop = stop;
  }

  /** Milliseconds that it waits for replicas yet; null: no shutdown waits. */
  get restMs(): number | null {
    return this.#pending === null ? null : Math.max(0, this.#pending.untilMs - this.#server.clock.wallMs());
  }

  shutDown(request: ShutdownRequest): ShutdownProgress {
    if (this.#pending !== null) return 'waiting';
    const { clock, config, pause, replication, scripting } = this.#server;
    this.#server.log(NOTICE, 'User requested shutdown...');
    const timeoutMs = config.get('shutdown-timeout') * 1000;
    const waits = timeoutMs > 0 && !request.isNow && !scripting.calls.supervision.isBusy;
    if (!waits || replication.replicas.all.length === 0) return this.#finish(request) ? 'ended' : 'failed';
    this.#pending = { request, untilMs: clock.wallMs() + timeoutMs, offset: null, waiters: [] };
    pause.holdData('shutdown');
    this.#server.log(NOTICE, 'Waiting for replicas before shutting down.');
    this.#server.hasten(0);
    return 'waiting';
  }

  waitForShutdown(argv: Argv): void {
    this.#pending?.waiters.push(this.#server.blocking.waitForWork(argv));
  }

  takeFailure(client: Client): boolean {
    return this.#failedFor.delete(client);
  }

  abortShutdown(): boolean {
    if (this.#pending === null) return false;
    this.#server.log(NOTICE, 'Shutdown manually aborted.');
    this.#cancel(this.#pending);
    return true;
  }

  /** @returns ms until it wants to be called again */
  tick(): number {
    const pending = this.#pending;
    if (pending === null) return Number.POSITIVE_INFINITY;
    const { clock, replication } = this.#server;
    if (pending.offset === null) {
      pending.offset = replication.offset;
      replication.replicas.askForAcknowledgement();
    }
    const isOver = clock.wallMs() >= pending.untilMs;
    if (!isOver && this.#lagging(pending.offset).length > 0) return LOOK_INTERVAL_MS;
    this.#report(pending.offset);
    if (!this.#finish(pending.request)) this.#cancel(pending);
    return Number.POSITIVE_INFINITY;
  }

  /** @returns false when the data couldn't be saved, or nobody can stop the server */
  #finish(request: ShutdownRequest): boolean {
    if (!this.#server.persistence.prepareExit(request)) return false;
    this.#server.scripting.calls.supervision.abandon();
    this.#pending = null;
    this.#stop?.(request.isNow);
    return this.#stop !== undefined;
  }

  #cancel({ waiters }: Pending): void {
    const { blocking, pause, sessions } = this.#server;
    this.#pending = null;
    pause.releaseData('shutdown');
    for (const waiter of waiters) {
      if (sessions.get(waiter.session.id)?.waiter !== waiter) continue;
      this.#failedFor.add(waiter.session);
      blocking.conclude(waiter);
    }
  }

  #lagging(offset: number): Replica[] {
    return this.#server.replication.replicas.all.filter(
      ({ state, acknowledgedOffset }) => state !== 'online' || acknowledgedOffset < offset,
    );
  }

  /** Who ends without having everything. */
  #report(offset: number): void {
    const { clock, replication } = this.#server;
    const lagging = this.#lagging(offset);
    for (const { address, listeningPort, acknowledgedOffset, acknowledgedMs, state } of lagging) {
      const lagSeconds = Math.floor((clock.wallMs() - acknowledgedMs) / 1000);
      this.#server.log(
        WARNING,
        `Lagging replica ${address}:${listeningPort} reported offset ${offset - acknowledgedOffset} behind master, ` +
          `lag=${lagSeconds}, state=${STATE_NAMES[state ?? 'waiting']}.`,
      );
    }
    const count = replication.replicas.all.length;
    this.#server.log(
      NOTICE,
      `${count - lagging.length} of ${count} replicas are in sync when shutting down.`,
    );
  }
}
