/**
 * BY and GET of SORT: where to look something up for an element. `weight_*` is a key, `user_*->name` a field of a
 * hash, `#` the element itself; a pattern without a star means nothing that exists.
 */
import { copyBytes } from '../../base/bytes.js';
import { NONE } from '../../engine/arena.js';
import { TYPE_HASH, TYPE_STRING, typeOf, valueLength, valueStart } from '../../engine/entry.js';
import { ValueView } from '../../engine/packed/value-view.js';
import type { Argv } from '../argv.js';
import type { Context } from '../context.js';
import { KEY_MISS } from '../events.js';

const STAR = '*';
const ARROW = '->';
const ELEMENT = '#';

const FIRST_ELEMENT_BYTES = 64;

export class SortPattern {
  readonly hasStar: boolean;
  readonly #isElement: boolean;
  /** What stands before and behind the star in the key. */
  readonly #prefix: Buffer;
  readonly #suffix: Buffer;
  /** The key that was last looked up, its prefix in place. */
  #key: Buffer;
  /** Null: the key holds a string. */
  readonly #field: Buffer | null;
  readonly #view = new ValueView();

  constructor(argv: Argv, index: number) {
    const pattern = argv.latin1(index);
    const star = pattern.indexOf(STAR);
    const arrow = pattern.indexOf(ARROW, star + 1);
    const hasField = star >= 0 && arrow >= 0 && arrow + ARROW.length < pattern.length;
    this.hasStar = star >= 0;
    this.#isElement = pattern === ELEMENT;
    this.#prefix = Buffer.from(pattern.slice(0, Math.max(0, star)), 'latin1');
    this.#suffix = Buffer.from(pattern.slice(star + 1, hasField ? arrow : undefined), 'latin1');
    this.#key = this.#makeKey(FIRST_ELEMENT_BYTES);
    this.#field = hasField ? Buffer.from(pattern.slice(arrow + ARROW.length), 'latin1') : null;
  }

  /**
   * What the pattern means for the element in [start, end).
   * @returns null when there is no such thing; valid until the next call, or until the data changes
   */
  find(context: Context, bytes: Buffer, start: number, end: number): ValueView | null {
    if (this.#isElement) {
      this.#view.setSpan(bytes, start, end);
      return this.#view;
    }
    if (!this.hasStar) return null;
    const entry = this.#lookup(context, bytes, start, end);
    if (entry === NONE) return null;
    const { arena, hashes } = context;
    if (this.#field !== null) {
      if (typeOf(arena, entry) !== TYPE_HASH) return null;
      return hashes.get(entry, this.#field, 0, this.#field.length);
    }
    if (typeOf(arena, entry) !== TYPE_STRING) return null;
    const from = valueStart(arena, entry);
    this.#view.setSpan(arena.bytesOf(entry), from, from + valueLength(arena, entry));
    return this.#view;
  }

  #lookup(context: Context, bytes: Buffer, start: number, end: number): number {
    const length = this.#prefix.length + end - start + this.#suffix.length;
    if (length > this.#key.length) this.#key = this.#makeKey((end - start) * 2);
    const key = this.#key;
    copyBytes(bytes, start, end, key, this.#prefix.length);
    copyBytes(this.#suffix, 0, this.#suffix.length, key, length - this.#suffix.length);
    const entry = context.db.lookup(key, 0, length);
    if (entry === NONE) context.notifyKey(KEY_MISS, context.db, key, 0, length);
    return entry;
  }

  /** A key with room for an element of so many bytes. */
  #makeKey(elementBytes: number): Buffer {
    return Buffer.concat([this.#prefix], this.#prefix.length + elementBytes + this.#suffix.length);
  }
}
