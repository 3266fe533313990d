/**
 * Deciding whether bytes from outside (RESTORE, an RDB file) are a node of a stream, before anything that trusts one
 * touches them. The layout is in stream-node.ts.
 */
import { LISTPACK_END, LISTPACK_HEADER_BYTES, nextEntry, STRING_32_BITS } from '../../packed/listpack.js';
import { NOT_A_LISTPACK, validateListpack } from '../../packed/listpack-validate.js';
import { entryAsDouble } from '../../packed/listpack-value.js';
import { StreamId } from './stream-id.js';
import { FLAG_DELETED, FLAG_SAME_FIELDS, readStreamId } from './stream-node.js';

/** What `validate` answers for bytes that are no node. */
export const NOT_A_NODE = -1;

const FLAGS = FLAG_DELETED | FLAG_SAME_FIELDS;
/** A small integer takes no other byte. */
const ONE_BYTE_MAX = 0x7f;

/** Integers are stored as such: what is text there was written by nobody. */
const isInteger = (head: number): boolean =>
  head <= ONE_BYTE_MAX || (head >= 0xc0 && head < 0xe0) || head > STRING_32_BITS;

/** Checks the nodes of one stream, in their order. */
export class StreamNodeValidator {
  /** Of the last entry that isn't deleted, in all nodes so far. */
  readonly lastId = new StreamId();
  /** Of the first one. */
  readonly firstId = new StreamId();
  hasEntries = false;

  readonly #id = new StreamId();
  #bytes: Buffer = Buffer.alloc(0);
  /** The entry to be read next. */
  #at = 0;
  /** Where the end mark is. */
  #end = 0;

  /**
   * @param master the node's key
   * @returns how many entries are not deleted; NOT_A_NODE for anything else
   */
  validate(bytes: Buffer, master: StreamId): number {
    if (validateListpack(bytes, 0, bytes.length) === NOT_A_LISTPACK) return NOT_A_NODE;
    this.#bytes = bytes;
    this.#at = LISTPACK_HEADER_BYTES;
    this.#end = bytes.length - 1;
    const live = this.#count();
    const deleted = this.#count();
    const masterFields = this.#count();
    if (live < 0 || deleted < 0 || masterFields < 1 || live + deleted < 1) return NOT_A_NODE;
    if (!this.#skip(masterFields) || this.#count() !== 0) return NOT_A_NODE;
    let liveFound = 0;
    let deletedFound = 0;
    while (this.#at < this.#end) {
      const flags = bytes[this.#at];
      if (!this.#entry(flags, masterFields, master)) return NOT_A_NODE;
      if ((flags & FLAG_DELETED) !== 0) deletedFound++;
      else if (this.#follows(master)) liveFound++;
      else return NOT_A_NODE;
    }
    return liveFound === live && deletedFound === deleted ? live : NOT_A_NODE;
  }

  /** Whether the entry read last is behind those before it. Deleted ones need not be: XSETID may go back. */
  #follows(master: StreamId): boolean {
    if (this.hasEntries && (this.#id.compare(this.lastId) <= 0 || this.#id.compare(master) < 0)) return false;
    this.lastId.copyFrom(this.#id);
    if (!this.hasEntries) this.firstId.copyFrom(this.#id);
    this.hasEntries = true;
    return true;
  }

  /** Passes an entry, whose id is in `#id` then. */
  #entry(flags: number, masterFields: number, master: StreamId): boolean {
    if (flags > FLAGS || !this.#skip(1)) return false;
    const flagsAt = this.#at - 2;
    if (!this.#passInteger() || !this.#passInteger()) return false;
    readStreamId(this.#bytes, flagsAt, master, this.#id);
    const isSame = (flags & FLAG_SAME_FIELDS) !== 0;
    const fields = isSame ? masterFields : this.#count();
    if (fields < 1 || !this.#skip(isSame ? fields : fields * 2)) return false;
    return this.#count() === (isSame ? fields + 3 : fields * 2 + 4);
  }

  #passInteger(): boolean {
    return this.#at < this.#end && isInteger(this.#bytes[this.#at]) && this.#skip(1);
  }

  /** Passes a number of elements. @returns −1 unless it is one */
  #count(): number {
    if (this.#at >= this.#end || !isInteger(this.#bytes[this.#at])) return -1;
    const count = entryAsDouble(this.#bytes, this.#at);
    this.#skip(1);
    return count;
  }

  /** Passes elements of the listpack. @returns false when there are fewer */
  #skip(count: number): boolean {
    for (let left = count; left > 0; left--) {
      if (this.#bytes[this.#at] === LISTPACK_END) return false;
      this.#at = nextEntry(this.#bytes, this.#at);
    }
    return true;
  }
}
