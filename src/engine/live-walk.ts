/**
 * Walks over the entries of a database that have not expired; expired ones are removed on the way, unless expired
 * keys must stay. Walks may nest: each has a visitor of its own.
 */
import type { KeyspaceCommons } from './commons.js';
import type { Database } from './database.js';

export class LiveWalk {
  readonly #database: Database;
  readonly #commons: KeyspaceCommons;
  #visitor: (ref: number) => void = () => {};
  /** One function for all walks: a closure for each would cost more than a step of SCAN. */
  readonly #visitLive = (ref: number): void => {
    if (!this.#database.isExpired(ref)) this.#visitor(ref);
    else if (!this.#commons.keepsExpired) this.#database.expireEntry(ref);
  };

  constructor(database: Database, commons: KeyspaceCommons) {
    this.#database = database;
    this.#commons = commons;
  }

  /** As `Dict.scan`. */
  scan(cursor: number, visitor: (ref: number) => void): number {
    const outer = this.#visitor;
    this.#visitor = visitor;
    try {
      return this.#database.index.scan(cursor, this.#visitLive);
    } finally {
      this.#visitor = outer;
    }
  }

  /** As `Dict.forEach`. */
  forEach(visitor: (ref: number) => void): void {
    const outer = this.#visitor;
    this.#visitor = visitor;
    try {
      this.#database.index.forEach(this.#visitLive);
    } finally {
      this.#visitor = outer;
    }
  }
}
