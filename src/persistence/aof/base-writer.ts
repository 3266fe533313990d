/**
 * Data as the commands that make them: the base of an append-only file where `aof-use-rdb-preamble` is off. It knows no
 * file; pieces go out through a function.
 */
import {
  keyLength,
  keyStart,
  TYPE_STREAM,
  TYPE_STRING,
  typeOf,
  valueLength,
  valueStart,
} from '../../engine/entry.js';
import type { Moment } from '../../engine/moment.js';
import type { LargeEntry } from '../../engine/snapshot.js';
import type { Collections } from '../../engine/types/data-types.js';
import type { Frozen } from '../../engine/types/frozen.js';
import { FrozenStream } from '../../engine/types/stream/frozen-stream.js';
import { Reply } from '../../protocol/reply.js';
import { addingCommand, type Elements, elementSteps, elementsOf } from './base-elements.js';
import { frozenStreamSteps, writeStream } from './base-stream.js';

/** Pieces of about this size go out. */
const PIECE_BYTES = 256 * 1024;
/** Elements that one command adds at most: Redis' AOF_REWRITE_ITEMS_PER_CMD. */
const ELEMENTS_MAX = 64;

export class AofBaseWriter {
  readonly #collections: Collections;
  readonly #emit: (piece: Buffer) => void;
  readonly #words = new Reply();
  #databaseId = -1;

  /** @param emit is given each piece, whose bytes are overwritten when it has returned */
  constructor(collections: Collections, emit: (piece: Buffer) => void) {
    this.#collections = collections;
    this.#emit = emit;
  }

  functionLibrary(source: Buffer): void {
    this.#words.array(3);
    this.#words.bulkLatin1('FUNCTION');
    this.#words.bulkLatin1('LOAD');
    this.#words.bulk(source, 0, source.length);
  }

  database(_id: number, _size: number, _expiring: number): void {
    // Commands select by themselves: entries of several databases may come in any order.
  }

  /** @param atMs when it expires; -1: never */
  entry(databaseId: number, ref: number, atMs: Moment): void {
    this.#select(databaseId);
    const { arena, streams } = this.#collections;
    const type = typeOf(arena, ref);
    if (type === TYPE_STRING) this.#string(ref);
    else if (type === TYPE_STREAM) writeStream(this.#words, this.#keyOf(ref), arena, streams.get(ref));
    else this.#elements(ref, elementsOf(this.#collections, ref));
    if (atMs >= 0) this.#expireAt(this.#keyOf(ref), atMs);
    if (this.#words.length >= PIECE_BYTES) this.#flush();
  }

  /**
   * As `entry`, of a large value, which is written in pieces. Entries may be written in between: each command is whole.
   * @param frozen its elements, for it may change meanwhile
   */
  begin(databaseId: number, ref: number, atMs: Moment, frozen: Frozen | null): LargeEntry | null {
    if (frozen === null) return null;
    const key = Buffer.from(this.#keyOf(ref));
    const step = this.#stepsOf(key, frozen, typeOf(this.#collections.arena, ref));
    return {
      proceed: () => {
        this.#select(databaseId);
        const isWhole = step();
        if (isWhole && atMs >= 0) this.#expireAt(key, atMs);
        if (this.#words.length >= PIECE_BYTES) this.#flush();
        return isWhole;
      },
    };
  }

  end(): void {
    this.#flush();
  }

  #flush(): void {
    if (this.#words.length === 0) return;
    this.#emit(this.#words.bytes.subarray(0, this.#words.length));
    this.#words.reset();
  }

  #select(databaseId: number): void {
    if (databaseId === this.#databaseId) return;
    this.#databaseId = databaseId;
    this.#words.array(2);
    this.#words.bulkLatin1('SELECT');
    this.#words.bulkInteger(databaseId);
  }

  /** Until the arena changes. */
  #keyOf(ref: number): Buffer {
    const { arena } = this.#collections;
    const start = keyStart(arena, ref);
    return arena.bytesOf(ref).subarray(start, start + keyLength(arena, ref));
  }

  /** A command about a key, which `count` words have to follow. */
  #keyed(name: string, key: Buffer, count: number): void {
    this.#words.array(2 + count);
    this.#words.bulkLatin1(name);
    this.#words.bulk(key, 0, key.length);
  }

  #expireAt(key: Buffer, atMs: Moment): void {
    this.#keyed('PEXPIREAT', key, 1);
    this.#words.bulkLatin1(String(atMs));
  }

  #string(ref: number): void {
    const { arena } = this.#collections;
    this.#keyed('SET', this.#keyOf(ref), 1);
    const start = valueStart(arena, ref);
    this.#words.bulk(arena.bytesOf(ref), start, start + valueLength(arena, ref));
  }

  #elements(ref: number, elements: Elements): void {
    const key = this.#keyOf(ref);
    let left = elements.count;
    let room = 0;
    while (elements.next()) {
      if (room === 0) {
        room = Math.min(left, ELEMENTS_MAX);
        left -= room;
        this.#keyed(elements.name, key, room * elements.wordsEach);
      }
      elements.write(this.#words);
      room--;
    }
  }

  /** @returns a step, which writes a few elements' commands, and returns true when it was the last */
  #stepsOf(key: Buffer, frozen: Frozen, type: number): () => boolean {
    if (frozen instanceof FrozenStream) return frozenStreamSteps(this.#words, key, frozen);
    const { name, wordsEach } = addingCommand(frozen, type);
    const elements = new Reply();
    let inCommand = 0;
    const command = (): void => {
      if (inCommand === 0) return;
      this.#keyed(name, key, inCommand * wordsEach);
      this.#words.rawSpan(elements.bytes, 0, elements.length);
      elements.reset();
      inCommand = 0;
    };
    const added = (): void => {
      if (++inCommand === ELEMENTS_MAX) command();
    };
    const step = elementSteps(frozen, type, elements, added);
    return () => {
      const isWhole = step();
      // Until then a command may wait for more elements, while those of others go out.
      if (isWhole) command();
      return isWhole;
    };
  }
}
