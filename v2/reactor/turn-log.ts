/**
 * What was written in a turn to connections that had nothing pending, one piece behind the other. Senders hold a
 * stretch of it until the turn's end, when it goes to the kernel from here: a message to a thousand subscribers lies
 * here once, and not in a chunk of memory for each of them.
 *
 *     bytes   │ piece │ piece │ last piece │ room │
 *                     └── a sender's stretch ─┘
 *
 * A stretch consists of adjoining pieces. The reactor empties the log when the flush list is empty: then no connection holds one.
 */
import { type AddressSource, NativeBuffer } from '../../src/native/native-buffer.js';

/** A thousand clients' short messages of their own, and little beside a connection's receive buffer. */
const LOG_BYTES = 256 * 1024;

/** There is no room, or the piece can't adjoin. */
export const NOT_LOGGED = -1;

export class TurnLog {
  readonly #memory: NativeBuffer;
  #byteLength = 0;
  #lastStart = 0;

  constructor(source: AddressSource) {
    this.#memory = new NativeBuffer(source, LOG_BYTES);
  }

  get bytes(): Buffer {
    return this.#memory.bytes;
  }

  addressAt(position: number): number {
    return this.#memory.address + position;
  }

  /** Adds a piece, unless it is the one added last. @returns where it begins, or NOT_LOGGED */
  add(bytes: Buffer, start: number, end: number): number {
    const last = this.#lastStart;
    if (this.#byteLength - last === end - start && this.#holds(last, bytes, start, end)) return last;
    return this.#append(bytes, start, end);
  }

  /** Adds a piece at `position`, where a stretch ends: what is there already has to be the same. */
  extend(position: number, bytes: Buffer, start: number, end: number): number {
    if (position === this.#byteLength) return this.#append(bytes, start, end);
    const fits = position + end - start <= this.#byteLength;
    return fits && this.#holds(position, bytes, start, end) ? position : NOT_LOGGED;
  }

  clear(): void {
    this.#byteLength = 0;
    this.#lastStart = 0;
  }

  #append(bytes: Buffer, start: number, end: number): number {
    const position = this.#byteLength;
    if (end - start > LOG_BYTES - position) return NOT_LOGGED;
    bytes.copy(this.#memory.bytes, position, start, end);
    this.#lastStart = position;
    this.#byteLength = position + end - start;
    return position;
  }

  #holds(position: number, bytes: Buffer, start: number, end: number): boolean {
    return this.#memory.bytes.compare(bytes, start, end, position, position + end - start) === 0;
  }
}
