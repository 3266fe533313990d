/**
 * Walks over the entries of a database that have not expired, and picks from them; expired ones are removed on the way, unless expired
 * keys must stay. Walks may nest: each has a visitor of its own.
 */
import { NONE } from './arena.js';
import type { KeyspaceCommons } from './commons.js';
import type { Database } from './database.js';

/** So often a replica looks for a key whose time hasn't come. Redis: 100 times when all keys expire, else for ever. */
const RANDOM_TRIES_MAX = 1000;

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

  /** As `Database.random`. */
  random(): number {
    const database = this.#database;
    const { keepsExpired, random } = this.#commons;
    for (let tries = 1; ; tries++) {
      const ref = database.index.random(random);
      if (ref === NONE || !database.isExpired(ref)) return ref;
      if (!keepsExpired) database.expireEntry(ref);
      else if (tries >= RANDOM_TRIES_MAX) return ref;
    }
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
