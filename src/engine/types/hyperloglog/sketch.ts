/**
 * A HyperLogLog in the keyspace, changed where it lies. A sparse one grows and shrinks with its runs, and becomes dense
 * when a run can't hold a value or the whole gets too long.
 */
import { Murmur64 } from '../../../base/murmur.js';
import type { Arena } from '../../arena.js';
import type { Database } from '../../database.js';
import { valueLength, valueStart } from '../../entry.js';
import { countDense, denseRegister, mergeDense, setDenseRegister, setDenseRegisters } from './dense.js';
import {
  DENSE,
  DENSE_BYTES,
  encodingAt,
  HEADER_BYTES,
  invalidate,
  isHyperLogLog,
  REGISTER_BITS_LOG,
  REGISTERS,
  setEncodingAt,
} from './layout.js';
import { forEachRun, mergeRuns, RunCutter, SPARSE_VALUE_MAX } from './sparse.js';

const HASH_SEED = 0xadc83b19;
const INDEX_MASK = REGISTERS - 1;

/** What became of a register. */
export const SAME = 0;
export const CHANGED = 1;
/** The runs don't add up: a client wrote them with SET or SETRANGE. */
export const CORRUPT = 2;
export type Outcome = typeof SAME | typeof CHANGED | typeof CORRUPT;

/** Used within one call. */
const hash = new Murmur64();
const cutter = new RunCutter();

/** Where the lowest set bit of a word other than 0 is. */
const lowestBit = (word: number): number => 31 - Math.clz32(word & -word);

export class Sketch {
  /** The chunk that holds it, and where it starts. They change with `entry`. */
  bytes: Buffer;
  start = 0;
  length = 0;

  readonly #db: Database;
  readonly #arena: Arena;
  #entry: number;
  readonly #sparseBytesMax: number;

  /** @param sparseBytesMax above this a sparse one becomes dense: `hll-sparse-max-bytes` */
  constructor(db: Database, arena: Arena, entry: number, sparseBytesMax: number) {
    this.#db = db;
    this.#arena = arena;
    this.#entry = entry;
    this.#sparseBytesMax = sparseBytesMax;
    this.bytes = arena.bytesOf(entry);
    this.#locate();
  }

  /** The entry; other methods move it. */
  get entry(): number {
    return this.#entry;
  }

  get isValid(): boolean {
    return isHyperLogLog(this.bytes, this.start, this.length);
  }

  get isDense(): boolean {
    return encodingAt(this.bytes, this.start) === DENSE;
  }

  /** Adds an element. */
  add(bytes: Buffer, start: number, end: number): Outcome {
    hash.hash(bytes, start, end, HASH_SEED);
    const { low, high } = hash;
    // The 50 bits above the index, and a set one above them.
    const rest = low >>> REGISTER_BITS_LOG;
    const zeros = rest !== 0 ? lowestBit(rest) : 18 + (high !== 0 ? lowestBit(high) : 32);
    return this.raise(low & INDEX_MASK, zeros + 1);
  }

  /** Raises a register to `value`, if it is lower. */
  raise(index: number, value: number): Outcome {
    if (this.isDense) return this.#raiseDense(index, value);
    return value > SPARSE_VALUE_MAX
      ? this.#raiseAfterConversion(index, value)
      : this.#raiseSparse(index, value);
  }

  /** @returns false when it is corrupt, and unchanged */
  makeDense(): boolean {
    if (this.isDense) return true;
    const dense = Buffer.alloc(DENSE_BYTES);
    this.bytes.copy(dense, 0, this.start, this.start + HEADER_BYTES);
    setEncodingAt(dense, 0, DENSE);
    const isWhole = this.#forEachRun((index, length, value) => {
      if (value === 0) return;
      for (let at = index; at < index + length; at++) setDenseRegister(dense, HEADER_BYTES, at, value);
    });
    if (!isWhole) return false;
    this.#resize(DENSE_BYTES);
    dense.copy(this.bytes, this.start);
    return true;
  }

  /** Raises `registers` to what they are here. @returns false when it is corrupt */
  mergeInto(registers: Uint8Array): boolean {
    if (this.isDense) {
      mergeDense(this.bytes, this.start + HEADER_BYTES, registers);
      return true;
    }
    return this.#forEachRun((index, length, value) => {
      for (let at = index; value > 0 && at < index + length; at++) {
        if (value > registers[at]) registers[at] = value;
      }
    });
  }

  /** Raises all registers to `registers`, none of which is lower than what it is here. @returns false when it is corrupt */
  raiseAll(registers: Uint8Array): boolean {
    if (this.isDense) {
      setDenseRegisters(this.bytes, this.start + HEADER_BYTES, registers);
      return true;
    }
    for (let index = 0; index < REGISTERS; index++) {
      if (registers[index] > 0 && this.raise(index, registers[index]) === CORRUPT) return false;
    }
    return true;
  }

  /** Counts registers by value. @returns false when it is corrupt */
  countInto(histogram: Int32Array): boolean {
    if (this.isDense) {
      countDense(this.bytes, this.start + HEADER_BYTES, histogram);
      return true;
    }
    return this.#forEachRun((_index, length, value) => {
      histogram[value] += length;
    });
  }

  #forEachRun(visit: (index: number, length: number, value: number) => void): boolean {
    return forEachRun(this.bytes, this.start + HEADER_BYTES, this.start + this.length, visit);
  }

  #raiseDense(index: number, value: number): Outcome {
    const at = this.start + HEADER_BYTES;
    if (denseRegister(this.bytes, at, index) >= value) return SAME;
    setDenseRegister(this.bytes, at, index, value);
    return CHANGED;
  }

  #raiseAfterConversion(index: number, value: number): Outcome {
    return this.makeDense() ? this.#raiseDense(index, value) : CORRUPT;
  }

  #raiseSparse(index: number, value: number): Outcome {
    const { start, length } = this;
    if (!cutter.find(this.bytes, start + HEADER_BYTES, start + length, index)) return CORRUPT;
    if (cutter.value >= value) return SAME;
    cutter.set(index, value);
    const added = cutter.cutBytes - cutter.oldBytes;
    if (added > 0 && length + added > this.#sparseBytesMax) return this.#raiseAfterConversion(index, value);
    this.#replaceRun(added);
    return CHANGED;
  }

  /** Puts what the cutter made in the place of the run it found. */
  #replaceRun(added: number): void {
    // Offsets hold wherever the string moves to.
    const offset = cutter.at - this.start;
    const previous = cutter.previousAt - this.start;
    const length = this.length + added;
    if (added > 0) this.#resize(length);
    const { bytes, start } = this;
    const rest = start + offset + cutter.oldBytes;
    if (added !== 0) bytes.copyWithin(rest + added, rest, start + length - added);
    cutter.cut.copy(bytes, start + offset, 0, cutter.cutBytes);
    const merged = mergeRuns(bytes, start + previous, start + length);
    if (length - merged !== this.length) this.#resize(length - merged);
    invalidate(this.bytes, this.start);
  }

  #resize(length: number): void {
    this.#entry = this.#db.resizeString(this.#entry, length);
    this.#locate();
  }

  #locate(): void {
    this.bytes = this.#arena.bytesOf(this.#entry);
    this.start = valueStart(this.#arena, this.#entry);
    this.length = valueLength(this.#arena, this.#entry);
  }
}
