/**
 * The stream type: what a stream is to a command. One encoding for whoever asks; for the keyspace it is packed, which is to
 * say one block, until there is a second node or a group.
 *
 * `entry` is the keyspace entry of a stream. A stream without entries stays; only commands on keys remove it.
 * After a change `settle` tells the table of collections how much JavaScript memory the stream takes now.
 */
import { assert } from '../../../base/assert.js';
import type { KeyspaceCommons } from '../../commons.js';
import type { Database } from '../../database.js';
import { ENCODING_STREAM_PACKED, TYPE_STREAM, typeOf } from '../../entry.js';
import type { EncodingLimits } from '../encoding-limits.js';
import { type LoadedStream, Stream } from './stream.js';
import { StreamCursor } from './stream-cursor.js';
import { HEAD_BYTES, initializeHead } from './stream-head.js';
import type { StreamId } from './stream-id.js';

/** What the first entry takes, if it is a common one. */
const FIRST_ENTRY_BYTES = 64;

export class Streams {
  readonly #commons: KeyspaceCommons;
  readonly #stream: Stream;
  readonly #cursor: StreamCursor;

  constructor(commons: KeyspaceCommons, limits: EncodingLimits) {
    this.#commons = commons;
    this.#stream = new Stream(commons.arena, commons.collections, limits);
    this.#cursor = new StreamCursor(commons.arena);
  }

  /** Creates an empty stream at a key that does not exist. @returns its entry */
  create(db: Database, key: Buffer, keyFrom: number, keyTo: number): number {
    const { arena } = this.#commons;
    const head = arena.allocate(HEAD_BYTES + FIRST_ENTRY_BYTES);
    initializeHead(arena, head);
    return db.create(key, keyFrom, keyTo, TYPE_STREAM, ENCODING_STREAM_PACKED, head);
  }

  /** Creates a stream of what was read and found sound. @returns its entry */
  createLoaded(db: Database, key: Buffer, keyFrom: number, keyTo: number, loaded: LoadedStream): number {
    const entry = this.create(db, key, keyFrom, keyTo);
    this.get(entry).load(loaded);
    return entry;
  }

  /** @returns the one stream of this object: it is another one after the next call */
  get(entry: number): Stream {
    assert(typeOf(this.#commons.arena, entry) === TYPE_STREAM, 'the entry is a stream');
    return this.#stream.open(entry);
  }

  /**
   * A walk over the entries from one id to another, both included.
   * @returns the one cursor of this object: it serves one walk at a time
   */
  range(stream: Stream, first: StreamId, last: StreamId, backwards: boolean): StreamCursor {
    return this.#cursor.open(stream, first, last, backwards);
  }
}
