/** Clients that wait for what they wrote to be on the disk, here and at replicas: WAITAOF. */
import type { Blocking } from '../../commands/services/blocking.js';
import type { Waiter } from '../blocking.js';
import type { Session } from '../session.js';

export interface SyncWaitersHost {
  readonly blocking: Pick<Blocking, 'unblock'>;
  readonly sessions: ReadonlyMap<number, Session>;
}

export class SyncWaiters {
  readonly #host: SyncWaitersHost;
  /** With what has to hold for each. */
  readonly #waiters = new Map<Waiter, () => boolean>();
  /** Of the stream to replicas, what each last waited for. */
  readonly #offsets = new WeakMap<Session, number>();

  constructor(host: SyncWaitersHost) {
    this.#host = host;
  }

  /** The client just began to wait. */
  add(clientId: number, offset: number, isDone: () => boolean): void {
    const waiter = this.#host.sessions.get(clientId)?.waiter ?? null;
    if (waiter === null) return;
    this.#waiters.set(waiter, isDone);
    this.#offsets.set(waiter.session, offset);
  }

  /** What a client waited for that is about to be answered: what others wrote meanwhile is not its concern. */
  offsetOf(clientId: number): number {
    const session = this.#host.sessions.get(clientId);
    return (session && this.#offsets.get(session)) ?? 0;
  }

  /** More is on a disk: wakes those whose waiting is over, unless they wait for something else by now, or are gone. */
  wake(): void {
    for (const [waiter, isDone] of this.#waiters) {
      const { session } = waiter;
      const isWaiting = session.waiter === waiter;
      if (isWaiting && !isDone()) continue;
      this.#waiters.delete(waiter);
      if (isWaiting) this.#host.blocking.unblock(session.id, null);
    }
  }
}
