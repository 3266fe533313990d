/**
 * Work of a reactor that no event announces. Each list is taken away before it is walked, so what is added meanwhile
 * is for the next turn.
 */
import type { Connection } from './connection.js';
import type { Listener } from './listener.js';

export class WorkLists {
  /** Over their budget, or resumed. */
  #ready: Connection[] = [];
  /** Written to by others. */
  #flushing: Connection[] = [];
  #finished: Connection[] = [];
  #accepting: Listener[] = [];

  get isEmpty(): boolean {
    return (
      this.#ready.length === 0 &&
      this.#flushing.length === 0 &&
      this.#finished.length === 0 &&
      this.#accepting.length === 0
    );
  }

  get hasFlushing(): boolean {
    return this.#flushing.length > 0;
  }

  get hasFinished(): boolean {
    return this.#finished.length > 0;
  }

  /** @returns false when it is listed already */
  addReady(connection: Connection): boolean {
    if (connection.isReadyListed) return false;
    connection.isReadyListed = true;
    this.#ready.push(connection);
    return true;
  }

  /** @returns false when it is listed already */
  addFlushing(connection: Connection): boolean {
    if (connection.isFlushListed) return false;
    connection.isFlushListed = true;
    this.#flushing.push(connection);
    return true;
  }

  addFinished(connection: Connection): void {
    this.#finished.push(connection);
  }

  addAccepting(listener: Listener): void {
    this.#accepting.push(listener);
  }

  proceedAll(): void {
    if (this.#ready.length === 0) return;
    const ready = this.#ready;
    this.#ready = [];
    for (const connection of ready) {
      connection.isReadyListed = false;
      connection.proceed();
    }
  }

  acceptAll(): void {
    if (this.#accepting.length === 0) return;
    const accepting = this.#accepting;
    this.#accepting = [];
    for (const listener of accepting) listener.acceptAll();
  }

  flushAll(): void {
    if (this.#flushing.length === 0) return;
    const flushing = this.#flushing;
    this.#flushing = [];
    for (const connection of flushing) {
      connection.isFlushListed = false;
      connection.flush();
    }
  }

  takeFinished(): Connection[] {
    const finished = this.#finished;
    this.#finished = [];
    return finished;
  }
}
