/**
 * Collections that have no key yet: what SUNIONSTORE, ZRANGESTORE or SORT … STORE compute. A temporary
 * is an entry that stands in no database; everything that takes the entry of a collection takes it.
 * It ends with `publish` or with `discard`, also when the command fails.
 *
 *     const result = sets.createTemporary(…)
 *     … sets.add(result, …)
 *     temporaries.publish(result, db, destination)      or discard(result) and db.remove(destination) when it is empty
 */
import type { KeyspaceCommons } from '../commons.js';
import type { Database } from '../database.js';
import {
  ENTRY_HEADER_BYTES,
  encodingOf,
  isLarge,
  kindOf,
  rootOf,
  typeOf,
  WORD_EXPIRY,
  WORD_KEY_LENGTH,
  WORD_KIND,
  WORD_VALUE,
} from '../entry.js';

/** Elements freed at once when a temporary is thrown away. */
const FREE_NOW_ELEMENTS = 4096;

export class Temporaries {
  readonly #commons: KeyspaceCommons;

  constructor(commons: KeyspaceCommons) {
    this.#commons = commons;
  }

  /** @param root block reference or handle, as `encoding` says */
  create(type: number, encoding: number, root: number): number {
    const { arena } = this.#commons;
    const entry = arena.allocate(ENTRY_HEADER_BYTES);
    arena.setWord(entry, WORD_KIND, kindOf(type, encoding, 0, 0));
    arena.setWord(entry, WORD_KEY_LENGTH, 0);
    arena.setWord(entry, WORD_VALUE, root);
    arena.setWord(entry, WORD_EXPIRY, 0);
    return entry;
  }

  /** Makes a key hold the collection, whatever it held. @returns its entry; the temporary is gone */
  publish(temporary: number, db: Database, key: Buffer, keyFrom: number, keyTo: number): number {
    const { arena } = this.#commons;
    const type = typeOf(arena, temporary);
    const encoding = encodingOf(arena, temporary);
    const entry = db.setCollection(key, keyFrom, keyTo, type, encoding, rootOf(arena, temporary));
    arena.free(temporary);
    return entry;
  }

  /** Drops the collection. */
  discard(temporary: number): void {
    const { arena, collections, reclaimer } = this.#commons;
    const root = rootOf(arena, temporary);
    if (isLarge(encodingOf(arena, temporary))) {
      reclaimer.release(collections.remove(root), FREE_NOW_ELEMENTS);
    } else {
      arena.free(root);
    }
    arena.free(temporary);
  }
}
