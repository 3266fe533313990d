/**
 * Predicts which part of the claimed memory is about to be used, so that it can be resident by then: in a virtual machine
 * the first touch of a page takes milliseconds. Chunks are used from front to end, and the one taken last is the one
 * whose memory isn't resident: it was never used, or was given back since.
 */

/** [start, end) of `memory`, which is the first chunk's or what was claimed, will be used soon. */
export type Announce = (memory: ArrayBufferLike, start: number, end: number) => void;

/**
 * Memory is announced in parts of so much, and when less than so much of what was announced is left: 20 ms before it is used
 * where 100 MB are written in a second, and twice what a page of 2 MiB takes on a core of which the server leaves two fifths.
 */
const PART_BYTES = 2 << 20;
const LEFT_BYTES_MIN = 2 << 20;

/** No chunk. */
export const NOWHERE = -1;

/** All places are offsets in a chunk's ArrayBuffer: the claimed memory, but for the chunk that was there before it. */
export class LookAhead {
  /** The chunk taken last, and up to where it was announced. */
  #memory: ArrayBufferLike | null = null;
  #start = 0;
  #end = 0;
  #announced = 0;
  /** The chunk whose first part was announced before it was taken. */
  #begun = NOWHERE;

  constructor(
    readonly claimed: ArrayBuffer,
    readonly announce: Announce,
  ) {}

  /** A chunk whose memory is not there is taken. */
  enter({ buffer, byteOffset, length }: Buffer): void {
    this.#memory = buffer;
    this.#start = byteOffset;
    this.#end = byteOffset + length;
    this.#announced =
      buffer === this.claimed && byteOffset === this.#begun ? byteOffset + PART_BYTES : byteOffset;
    this.#begun = NOWHERE;
  }

  /**
   * Of a chunk's memory what lies before `end` is in use now.
   * @param next where in the claimed memory the chunk starts that would be taken next; NOWHERE when its memory is there
   */
  used(memory: ArrayBufferLike, end: number, next: number): void {
    if (memory !== this.#memory || end <= this.#start || end > this.#end) return;
    while (end + LEFT_BYTES_MIN > this.#announced && this.#announced < this.#end) {
      const start = this.#announced;
      this.#announced = Math.min(start + PART_BYTES, this.#end);
      this.announce(memory, start, this.#announced);
    }
    if (end + LEFT_BYTES_MIN <= this.#end || next === this.#begun || next === NOWHERE) return;
    this.#begun = next;
    this.announce(this.claimed, next, next + PART_BYTES);
  }
}
