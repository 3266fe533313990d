/**
 * The live entries of one node, wherever its bytes are: in the arena, or kept for a snapshot. The walk over a stream is
 * stream-cursor.ts's.
 *
 *     entries.open(master, bytes, at)
 *     while (entries.next()) { entries.id; for (entries.fieldCount times) { entries.nextField(); entries.field, entries.value } }
 *
 * Valid until the bytes change.
 */
import { LISTPACK_END, nextEntry } from '../../packed/listpack.js';
import { entryAsDouble, readEntry } from '../../packed/listpack-value.js';
import { ValueView } from '../../packed/value-view.js';
import { StreamId } from './stream-id.js';
import {
  FLAG_DELETED,
  FLAG_SAME_FIELDS,
  firstStreamEntry,
  masterFieldCountAt,
  readStreamId,
  skipStreamEntry,
} from './stream-node.js';

export class NodeEntries {
  readonly id = new StreamId();
  fieldCount = 0;
  readonly field = new ValueView();
  readonly value = new ValueView();

  readonly #master = new StreamId();
  #bytes: Buffer = Buffer.alloc(0);
  /** Flags of the entry to look at next. */
  #entry = 0;
  #masterFieldsAt = 0;
  #masterFieldCount = 0;
  #isSame = false;
  #nameAt = 0;
  #valueAt = 0;

  open(master: StreamId, bytes: Buffer, at: number): void {
    this.#master.copyFrom(master);
    this.#bytes = bytes;
    this.#entry = firstStreamEntry(bytes, at);
    const countAt = masterFieldCountAt(bytes, at);
    this.#masterFieldCount = entryAsDouble(bytes, countAt);
    this.#masterFieldsAt = nextEntry(bytes, countAt);
  }

  next(): boolean {
    const bytes = this.#bytes;
    while (bytes[this.#entry] !== LISTPACK_END) {
      const flags = bytes[this.#entry];
      const rest = readStreamId(bytes, this.#entry, this.#master, this.id);
      this.#entry = skipStreamEntry(bytes, flags, rest, this.#masterFieldCount);
      if ((flags & FLAG_DELETED) !== 0) continue;
      this.#isSame = (flags & FLAG_SAME_FIELDS) !== 0;
      this.fieldCount = this.#isSame ? this.#masterFieldCount : entryAsDouble(bytes, rest);
      this.#valueAt = this.#isSame ? rest : nextEntry(bytes, rest);
      this.#nameAt = this.#masterFieldsAt;
      return true;
    }
    return false;
  }

  /** To the first, then the next pair of field and value. */
  nextField(): void {
    const bytes = this.#bytes;
    if (this.#isSame) this.#nameAt = readEntry(bytes, this.#nameAt, this.field);
    else this.#valueAt = readEntry(bytes, this.#valueAt, this.field);
    this.#valueAt = readEntry(bytes, this.#valueAt, this.value);
  }
}
