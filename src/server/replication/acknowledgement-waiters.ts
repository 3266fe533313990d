/** Clients that wait until replicas have what they wrote: WAIT. */
import type { Client } from '../../commands/services/client.js';
import type { Blocking } from '../blocking.js';
import type { Session } from '../session.js';

interface Waiting {
  readonly sessionId: number;
  readonly offset: number;
  readonly count: number;
}

export interface AcknowledgementHost {
  readonly blocking: Blocking;
  readonly sessions: ReadonlyMap<number, Session>;
}

export class AcknowledgementWaiters {
  readonly #host: AcknowledgementHost;
  #waiting: Waiting[] = [];

  constructor(host: AcknowledgementHost) {
    this.#host = host;
  }

  add({ id }: Client, offset: number, count: number): void {
    this.#waiting = this.#waiting.filter(({ sessionId }) => sessionId !== id);
    this.#waiting.push({ sessionId: id, offset, count });
  }

  /** What a client whose waiting is just over waited for: what others wrote meanwhile is not its concern. */
  offsetOf({ id }: Client): number | null {
    if (!this.#host.blocking.isTimeUp) return null;
    return this.#waiting.find(({ sessionId }) => sessionId === id)?.offset ?? null;
  }

  /** Somebody acknowledged more. @param countAt how many have acknowledged the stream up to an offset */
  serve(countAt: (offset: number) => number): void {
    if (this.#waiting.length === 0) return;
    const { sessions, blocking } = this.#host;
    const served = this.#waiting.filter(({ offset, count }) => countAt(offset) >= count);
    // As if its time were up: it is told how many there are.
    for (const { sessionId } of served) blocking.unblock(sessionId, null);
    this.#waiting = this.#waiting.filter(({ sessionId }) => sessions.get(sessionId)?.waiter != null);
  }
}
