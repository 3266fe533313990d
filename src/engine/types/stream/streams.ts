/**
 * The stream type: what a stream is to a command. Always one encoding.
 *
 * `entry` is the keyspace entry of a stream. A stream without entries stays; only commands on keys remove it.
 * After a change `settle` tells the table of collections how much JavaScript memory the stream takes now.
 */
import { assert } from '../../../base/assert.js';
import type { KeyspaceCommons } from '../../commons.js';
import type { Database } from '../../database.js';
import { ENCODING_STREAM, rootOf, TYPE_STREAM } from '../../entry.js';
import type { EncodingLimits } from '../encoding-limits.js';
import { type LoadedStream, Stream, type StreamTools } from './stream.js';
import { StreamCursor } from './stream-cursor.js';
import { StreamId } from './stream-id.js';
import { StreamNodes } from './stream-nodes.js';

export class Streams {
  readonly #commons: KeyspaceCommons;
  readonly #tools: StreamTools;
  readonly #cursor: StreamCursor;

  constructor(commons: KeyspaceCommons, limits: EncodingLimits) {
    this.#commons = commons;
    const { arena } = commons;
    this.#tools = {
      nodes: new StreamNodes(arena, limits),
      cursor: new StreamCursor(arena),
      lastId: new StreamId(),
    };
    this.#cursor = new StreamCursor(arena);
  }

  /** Creates an empty stream at a key that does not exist. @returns its entry */
  create(db: Database, key: Buffer, keyFrom: number, keyTo: number): number {
    const stream = new Stream(this.#tools);
    stream.heapBytes = stream.currentHeapBytes();
    const root = this.#commons.collections.add(stream);
    return db.create(key, keyFrom, keyTo, TYPE_STREAM, ENCODING_STREAM, root);
  }

  /** Creates a stream of what was read and found sound. @returns its entry */
  createLoaded(db: Database, key: Buffer, keyFrom: number, keyTo: number, loaded: LoadedStream): number {
    const entry = this.create(db, key, keyFrom, keyTo);
    const stream = this.get(entry);
    stream.load(loaded);
    this.settle(stream);
    return entry;
  }

  /** Valid until the key is removed. */
  get(entry: number): Stream {
    const stream = this.#commons.collections.get(rootOf(this.#commons.arena, entry));
    assert(stream instanceof Stream, 'the root of a stream is a stream');
    return stream;
  }

  /** Accounts for what the stream's objects take. */
  settle(stream: Stream): void {
    const bytes = stream.currentHeapBytes();
    if (bytes === stream.heapBytes) return;
    this.#commons.collections.heapBytes += bytes - stream.heapBytes;
    stream.heapBytes = bytes;
  }

  /**
   * A walk over the entries from one id to another, both included.
   * @returns the one cursor of this object: it serves one walk at a time
   */
  range(stream: Stream, first: StreamId, last: StreamId, backwards: boolean): StreamCursor {
    return this.#cursor.open(stream, first, last, backwards);
  }

  memoryBytes(entry: number): number {
    return this.get(entry).memoryBytes();
  }
}
