/** Clients that wait for what they wrote to be on the disk: WAITAOF. */
import type { Blocking } from '../../commands/services/blocking.js';
import type { Waiter } from '../blocking.js';
import type { Session } from '../session.js';

export interface SyncWaitersHost {
  readonly blocking: Pick<Blocking, 'unblock'>;
  readonly sessions: ReadonlyMap<number, Session>;
}

export class SyncWaiters {
  readonly #host: SyncWaitersHost;
  readonly #waiters = new Set<Waiter>();

  constructor(host: SyncWaitersHost) {
    this.#host = host;
  }

  /** The client just began to wait. */
  add(clientId: number): void {
    const waiter = this.#host.sessions.get(clientId)?.waiter ?? null;
    if (waiter !== null) this.#waiters.add(waiter);
  }

  /** Wakes those whose writes are on the disk now, unless they wait for something else by now, or are gone. */
  wake(syncedUnit: number): void {
    for (const waiter of this.#waiters) {
      const { session } = waiter;
      const isWaiting = session.waiter === waiter;
      if (isWaiting && session.lastUnit > syncedUnit) continue;
      this.#waiters.delete(waiter);
      if (isWaiting) this.#host.blocking.unblock(session.id, null);
    }
  }
}
