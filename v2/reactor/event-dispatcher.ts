/**
 * Hands each event of a batch to whoever its descriptor belongs to: a connection, a listener, a wake-up or libuv. An event of an
 * earlier owner of the same descriptor, told apart by its generation, goes nowhere.
 *
 * A handler that takes long has others served from inside its call. They get the rest of the current batch, whose events
 * won't be reported a second time, and a batch of their own. Events for the handler's own connection are kept until it
 * has returned.
 */
import type { Connection } from './connection.js';
import { ConnectionTable } from './connection-table.js';
import type { EpollSet } from './epoll-set.js';
import type { Listener } from './listener.js';

/** Whoever else has a descriptor in the epoll set. */
export interface EventTarget {
  readonly generation: number;
  readonly onWake: () => void;
}

export class EventDispatcher {
  readonly connections = new ConnectionTable();
  readonly listeners = new Map<number, Listener>();
  readonly others = new Map<number, EventTarget>();

  readonly #epoll: EpollSet;
  /** Of the batch at hand. */
  #nextEvent = 0;
  #eventCount = 0;
  /** Whose handler others are served from inside of. */
  #suspended: Connection | null = null;
  #isInside = false;
  readonly #missedEvents = new Map<Connection, number>();
  /** For batches that come while another is not done with. */
  #insideEpoll: EpollSet | null = null;

  constructor(epoll: EpollSet) {
    this.#epoll = epoll;
  }

  /** Waits for a batch, up to `waitMs`. @returns the number of its events */
  poll(waitMs: number): number {
    const count = this.#epoll.poll(waitMs);
    this.#nextEvent = 0;
    this.#eventCount = count;
    return count;
  }

  /** Hands out the batch that `poll` brought, and what was kept. */
  dispatch(): void {
    this.#dispatchBatch();
    if (this.#missedEvents.size > 0) this.#dispatchMissed();
  }

  /** Hands out all that there is to everybody but `suspended`, whose handler calls this. */
  dispatchInside(suspended: Connection | null): void {
    this.#insideEpoll ??= this.#epoll.another();
    this.#suspended = suspended;
    this.#isInside = true;
    try {
      this.#dispatchBatch();
      const count = this.#insideEpoll.poll(0);
      for (let index = 0; index < count; index++) this.#dispatchEvent(index, this.#insideEpoll);
    } finally {
      this.#suspended = null;
      this.#isInside = false;
    }
  }

  #dispatchBatch(): void {
    while (this.#nextEvent < this.#eventCount) {
      this.connections.preload(this.#epoll, this.#nextEvent, this.#eventCount);
      this.#dispatchEvent(this.#nextEvent++, this.#epoll);
    }
  }

  #dispatchEvent(index: number, epoll: EpollSet): void {
    const fd = epoll.descriptorAt(index);
    const generation = epoll.generationAt(index);
    const connection = this.connections.at(fd);
    if (connection === null) this.#dispatchOther(fd, generation);
    else if (connection.generation !== generation) return;
    else if (connection === this.#suspended) this.#miss(connection, epoll.maskAt(index));
    else connection.handleEvents(epoll.maskAt(index));
  }

  #dispatchOther(fd: number, generation: number): void {
    const listener = this.listeners.get(fd);
    if (listener !== undefined && listener.generation === generation) this.#accept(listener);
    const other = this.others.get(fd);
    if (other !== undefined && other.generation === generation) other.onWake();
  }

  /** Those whose end is in the batch at hand are counted out at the turn's end: newcomers may need their places. */
  #accept(listener: Listener): void {
    if (this.#eventCount > 1 && !this.#isInside) listener.acceptNextTurn();
    else listener.acceptAll();
  }

  #miss(connection: Connection, events: number): void {
    this.#missedEvents.set(connection, (this.#missedEvents.get(connection) ?? 0) | events);
  }

  #dispatchMissed(): void {
    const missed = [...this.#missedEvents];
    this.#missedEvents.clear();
    for (const [connection, events] of missed) {
      if (!connection.isOver) connection.handleEvents(events);
    }
  }
}
