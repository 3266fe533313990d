/**
 * Says which part of the claimed memory is about to be used, so that it can be resident by then: in a virtual machine the
 * first touch of a page takes milliseconds. Chunks are used from their front to their end, and the one taken last is the
 * one whose memory is not there: it was never used, or was given back since.
 */

/** Memory [start, end) of what was claimed will be used soon. */
export type Announce = (memory: ArrayBuffer, start: number, end: number) => void;

/** Memory is announced in parts of so much, and when less than so much of what was announced is left. */
const PART_BYTES = 2 << 20;
const LEFT_BYTES_MIN = 1 << 20;

/** No chunk. */
export const NOWHERE = -1;

/** All places are offsets in the claimed memory. */
export class LookAhead {
  /** The chunk taken last, and up to where it was announced. */
  #start = 0;
  #end = 0;
  #announced = 0;
  /** The chunk whose first part was announced before it was taken. */
  #begun = NOWHERE;

  constructor(
    readonly memory: ArrayBuffer,
    readonly announce: Announce,
  ) {}

  /** A chunk whose memory is not there is taken. */
  enter(start: number, end: number): void {
    this.#start = start;
    this.#end = end;
    this.#announced = start === this.#begun ? start + PART_BYTES : start;
    this.#begun = NOWHERE;
  }

  /**
   * Memory before `end` is in use now.
   * @param next where the chunk starts that would be taken next; NOWHERE when its memory is there
   */
  used(end: number, next: number): void {
    if (end <= this.#start || end > this.#end) return;
    while (end + LEFT_BYTES_MIN > this.#announced && this.#announced < this.#end) {
      const start = this.#announced;
      this.#announced = Math.min(start + PART_BYTES, this.#end);
      this.announce(this.memory, start, this.#announced);
    }
    if (end + LEFT_BYTES_MIN <= this.#end || next === this.#begun || next === NOWHERE) return;
    this.#begun = next;
    this.announce(this.memory, next, next + PART_BYTES);
  }
}
