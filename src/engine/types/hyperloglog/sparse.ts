/**
 * Sparse registers: runs of equal ones.
 *
 *     00nnnnnn            n + 1 registers of value 0, up to 64
 *     01nnnnnn nnnnnnnn   n + 1 registers of value 0, up to 16,384
 *     1vvvvvnn            n + 1 registers of value v + 1, up to 4 of up to 32
 *
 * Where runs are cut decides the bytes, and the bytes are to be Redis': a changed run is cut into at most three, then
 * the neighbourhood is merged where values are equal and lengths allow it.
 */
import { REGISTERS } from './layout.js';

export const SPARSE_VALUE_MAX = 32;
const VALUE_RUN_MAX = 4;
const SHORT_ZEROS_MAX = 64;
/** The longest that one run is cut into: long zeros, a value, long zeros. */
const CUT_BYTES_MAX = 5;
/** How many runs are looked at for merging, from the one before the change. */
const MERGE_RUNS = 5;

/** Bytes of the run at `at`. */
export function runBytes(bytes: Buffer, at: number): number {
  return (bytes[at] & 0xc0) === 0x40 ? 2 : 1;
}

/** How many registers it is. @param at may point to the last byte: a long run without its second byte is taken whole */
export function runLength(bytes: Buffer, at: number): number {
  const first = bytes[at];
  if (first >= 0x80) return (first & 3) + 1;
  return first >= 0x40 ? (((first & 0x3f) << 8) | bytes[at + 1]) + 1 : first + 1;
}

/** The value of its registers. */
export function runValue(bytes: Buffer, at: number): number {
  return bytes[at] >= 0x80 ? ((bytes[at] >>> 2) & 0x1f) + 1 : 0;
}

/**
 * Visits the runs.
 * @param at where the registers start
 * @returns false when they are not exactly as many as they should be
 */
export function forEachRun(
  bytes: Buffer,
  at: number,
  end: number,
  visit: (index: number, length: number, value: number) => void,
): boolean {
  let index = 0;
  for (let run = at; run < end; run += runBytes(bytes, run)) {
    const length = runLength(bytes, run);
    if (index + length > REGISTERS) return false;
    visit(index, length, runValue(bytes, run));
    index += length;
  }
  return index === REGISTERS;
}

/** Finds the run that a register is in, and cuts it. One object serves every change. */
export class RunCutter {
  /** Of the run found: where it is, its bytes, and where the run before it is (itself when it is the first). */
  at = 0;
  oldBytes = 0;
  previousAt = 0;
  value = 0;
  /** What the run was cut into. */
  readonly cut = Buffer.alloc(CUT_BYTES_MAX);
  cutBytes = 0;
  #first = 0;
  #length = 0;

  /**
   * @param from where the registers start
   * @returns false when there is no such register: the sketch is corrupt
   */
  find(bytes: Buffer, from: number, end: number, index: number): boolean {
    this.#first = 0;
    this.previousAt = from;
    for (let at = from; at < end; at += this.oldBytes) {
      this.oldBytes = runBytes(bytes, at);
      this.#length = runLength(bytes, at);
      if (index < this.#first + this.#length) {
        this.at = at;
        this.value = runValue(bytes, at);
        return at + this.oldBytes <= end;
      }
      this.#first += this.#length;
      this.previousAt = at;
    }
    return false;
  }

  /** Gives one register of the run found another value. */
  set(index: number, value: number): void {
    this.cutBytes = 0;
    const before = index - this.#first;
    this.#add(this.value, before);
    this.#add(value, 1);
    this.#add(this.value, this.#length - before - 1);
  }

  #add(value: number, length: number): void {
    if (length === 0) return;
    const { cut } = this;
    if (value > 0) {
      cut[this.cutBytes++] = valueRun(value, length);
    } else if (length <= SHORT_ZEROS_MAX) {
      cut[this.cutBytes++] = length - 1;
    } else {
      cut[this.cutBytes++] = 0x40 | ((length - 1) >>> 8);
      cut[this.cutBytes++] = (length - 1) & 0xff;
    }
  }
}

const valueRun = (value: number, length: number): number => 0x80 | ((value - 1) << 2) | (length - 1);

/**
 * Merges equal neighbours around a change.
 * @param from the run before the change
 * @returns by how many bytes the registers got shorter
 */
export function mergeRuns(bytes: Buffer, from: number, end: number): number {
  let newEnd = end;
  let at = from;
  for (let runs = 0; runs < MERGE_RUNS && at < newEnd; runs++) {
    const next = at + runBytes(bytes, at);
    const isMergeable = bytes[at] >= 0x80 && next < newEnd && bytes[next] >= 0x80;
    const length = isMergeable ? runLength(bytes, at) + runLength(bytes, next) : VALUE_RUN_MAX + 1;
    if (length <= VALUE_RUN_MAX && runValue(bytes, at) === runValue(bytes, next)) {
      bytes[at] = valueRun(runValue(bytes, at), length);
      bytes.copyWithin(next, next + 1, newEnd);
      newEnd--;
    } else {
      at = next;
    }
  }
  return end - newEnd;
}
