/**
 * Bytes that were written and that the kernel has not taken yet, as a list of chunks. A connection has a
 * Backlog only while there are such bytes, and drained chunks go back to the reactor's pool: an idle
 * connection holds no memory.
 *
 *     chunks   │ sent │ start … end │ → │ start … end │ → │ start … end │ room │
 *
 * The first chunk is small, because a message to thousands of subscribers takes one chunk for each; the
 * next ones are large, because a reader that falls behind will fall further. A large write gets a chunk
 * of its own size, so that it is copied once.
 */
import { type AddressSource, NativeBuffer } from '../../src/native/native-buffer.js';

const SMALL_BYTES = 2 * 1024;
const LARGE_BYTES = 64 * 1024;

/** Chunks kept for reuse, of each kind: at most 0.5 MiB and 4 MiB. */
const SMALL_POOLED_MAX = 256;
const LARGE_POOLED_MAX = 64;

class Chunk {
  start = 0;
  end = 0;
  constructor(readonly memory: NativeBuffer) {}
}

/** One per reactor. */
export class ChunkPool {
  readonly #source: AddressSource;
  readonly #small: Chunk[] = [];
  readonly #large: Chunk[] = [];

  constructor(source: AddressSource) {
    this.#source = source;
  }

  take(byteLength: number, isFirst: boolean): Chunk {
    if (isFirst && byteLength <= SMALL_BYTES) return this.#small.pop() ?? this.#allocate(SMALL_BYTES);
    if (byteLength <= LARGE_BYTES) return this.#large.pop() ?? this.#allocate(LARGE_BYTES);
    return this.#allocate(byteLength);
  }

  give(chunk: Chunk): void {
    const capacity = chunk.memory.bytes.length;
    chunk.start = 0;
    chunk.end = 0;
    if (capacity === SMALL_BYTES && this.#small.length < SMALL_POOLED_MAX) this.#small.push(chunk);
    else if (capacity === LARGE_BYTES && this.#large.length < LARGE_POOLED_MAX) this.#large.push(chunk);
  }

  #allocate(byteLength: number): Chunk {
    return new Chunk(new NativeBuffer(this.#source, byteLength));
  }
}

export class Backlog {
  readonly #pool: ChunkPool;
  #chunks: Chunk[] = [];
  /** Of the first chunk that has unsent bytes; those before it were given back. */
  #head = 0;

  constructor(pool: ChunkPool) {
    this.#pool = pool;
  }

  /** Of the oldest unsent byte. */
  get address(): number {
    const chunk = this.#chunks[this.#head];
    return chunk.memory.address + chunk.start;
  }

  /** Unsent bytes that lie together from `address` on. 0 when there are none. */
  get contiguousBytes(): number {
    if (this.#head === this.#chunks.length) return 0;
    const chunk = this.#chunks[this.#head];
    return chunk.end - chunk.start;
  }

  append(bytes: Buffer, start: number, end: number): void {
    let from = start;
    if (this.#head < this.#chunks.length) {
      const last = this.#chunks[this.#chunks.length - 1];
      const count = Math.min(last.memory.bytes.length - last.end, end - from);
      bytes.copy(last.memory.bytes, last.end, from, from + count);
      last.end += count;
      from += count;
      if (from === end) return;
    }
    const chunk = this.#pool.take(end - from, this.#head === this.#chunks.length);
    chunk.end = bytes.copy(chunk.memory.bytes, 0, from, end);
    this.#chunks.push(chunk);
  }

  /** Forgets the oldest `count` bytes, which lay together. */
  sent(count: number): void {
    const chunk = this.#chunks[this.#head];
    chunk.start += count;
    if (chunk.start < chunk.end) return;
    this.#pool.give(chunk);
    this.#head++;
    // Dropping sent chunks in halves keeps a list of any length linear.
    if (this.#head * 2 >= this.#chunks.length) {
      this.#chunks = this.#chunks.slice(this.#head);
      this.#head = 0;
    }
  }

  clear(): void {
    for (let index = this.#head; index < this.#chunks.length; index++) this.#pool.give(this.#chunks[index]);
    this.#chunks = [];
    this.#head = 0;
  }
}
