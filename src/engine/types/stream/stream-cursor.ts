/**
 * A walk over the entries of a stream between two ids, in either direction:
 *
 *     cursor.open(stream, first, last, backwards)
 *     while (cursor.next()) { cursor.id; for (cursor.fieldCount times) { cursor.nextField(); cursor.field, cursor.value } }
 *
 * Valid until the stream or the arena changes. Deleted entries are passed over.
 */
import type { Arena } from '../../arena.js';
import { endEntry, LISTPACK_END, nextEntry } from '../../packed/listpack.js';
import { entryAsDouble, readEntry } from '../../packed/listpack-value.js';
import { ValueView } from '../../packed/value-view.js';
import type { NodeRow } from './node-row.js';
import { StreamId } from './stream-id.js';
import {
  FLAG_DELETED,
  FLAG_SAME_FIELDS,
  firstStreamEntry,
  masterFieldCountAt,
  previousStreamEntry,
  readStreamId,
  skipStreamEntry,
} from './stream-node.js';

export class StreamCursor {
  /** Of the entry the cursor is on. */
  readonly id = new StreamId();
  fieldCount = 0;
  readonly field = new ValueView();
  readonly value = new ValueView();
  /** Where the entry is: the node's number and the offset of its flags in the node. */
  node = 0;
  offset = 0;

  #stream: NodeRow | null = null;
  readonly #first = new StreamId();
  readonly #last = new StreamId();
  readonly #master = new StreamId();
  readonly #arena: Arena;
  #backwards = false;
  /** Flags of the entry to look at next; backwards, of the one behind it. −1: in the next node. */
  #entry = -1;
  /** The open node's block. */
  #ref = 0;
  #masterFields = 0;
  #isSame = false;
  #nameAt = 0;
  #valueAt = 0;

  constructor(arena: Arena) {
    this.#arena = arena;
  }

  /** @param first @param last the lower and the upper id, both included */
  open(stream: NodeRow, first: StreamId, last: StreamId, backwards: boolean): this {
    this.#stream = stream;
    this.#first.copyFrom(first);
    this.#last.copyFrom(last);
    this.#backwards = backwards;
    this.node = backwards ? stream.findNode(last) + 1 : Math.max(0, stream.findNode(first)) - 1;
    this.#entry = -1;
    return this;
  }

  next(): boolean {
    const stream = this.#stream;
    if (stream === null) return false;
    for (;;) {
      if (this.#entry < 0 && !this.#openNode(stream)) break;
      const bytes = this.#arena.bytesOf(this.#ref);
      const at = this.#arena.offsetOf(this.#ref);
      let entry = at + this.#entry;
      if (this.#backwards) {
        entry = previousStreamEntry(bytes, at, entry);
        this.#entry = entry < 0 ? -1 : entry - at;
        if (entry < 0) continue;
      } else if (bytes[entry] === LISTPACK_END) {
        this.#entry = -1;
        continue;
      }
      const flags = bytes[entry];
      const rest = readStreamId(bytes, entry, this.#master, this.id);
      if (!this.#backwards) this.#entry = skipStreamEntry(bytes, flags, rest, this.#masterFields) - at;
      // Those that are deleted tell nothing of those behind them: XSETID may have gone back since.
      if ((flags & FLAG_DELETED) !== 0) continue;
      if (this.#backwards ? this.id.compare(this.#first) < 0 : this.id.compare(this.#last) > 0) break;
      if (this.#backwards ? this.id.compare(this.#last) > 0 : this.id.compare(this.#first) < 0) continue;
      this.offset = entry - at;
      this.#openFields(bytes, at, flags, rest);
      return true;
    }
    this.#stream = null;
    return false;
  }

  /** To the first, then the next pair of field and value. */
  nextField(): void {
    const bytes = this.#arena.bytesOf(this.#ref);
    if (this.#isSame) this.#nameAt = readEntry(bytes, this.#nameAt, this.field);
    else this.#valueAt = readEntry(bytes, this.#valueAt, this.field);
    this.#valueAt = readEntry(bytes, this.#valueAt, this.value);
  }

  #openFields(bytes: Buffer, at: number, flags: number, rest: number): void {
    this.#isSame = (flags & FLAG_SAME_FIELDS) !== 0;
    this.fieldCount = this.#isSame ? this.#masterFields : entryAsDouble(bytes, rest);
    this.#valueAt = this.#isSame ? rest : nextEntry(bytes, rest);
    this.#nameAt = nextEntry(bytes, masterFieldCountAt(bytes, at));
  }

  #openNode(stream: NodeRow): boolean {
    this.node += this.#backwards ? -1 : 1;
    if (this.node < 0 || this.node >= stream.nodeCount) return false;
    this.#ref = stream.nodeRef(this.node);
    const bytes = this.#arena.bytesOf(this.#ref);
    const at = this.#arena.offsetOf(this.#ref);
    stream.readMasterId(this.node, this.#master);
    this.#masterFields = entryAsDouble(bytes, masterFieldCountAt(bytes, at));
    this.#entry = (this.#backwards ? endEntry(bytes, at) : firstStreamEntry(bytes, at)) - at;
    return true;
  }
}
