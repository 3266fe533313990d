/**
 * The arguments of the command being run, as spans of the received bytes. One object serves every
 * command: it is valid until `run` returns. `starts[i]`, `ends[i]` and `bytes` give the span; the methods
 * read it as something else, and throw the client's mistake when it is none.
 */
import { copyBytes, equalsFolded, parseBigInteger, parseInteger } from '../base/bytes.js';
import { parseDouble, readShortDecimal } from '../base/double.js';
import type { ReplyError } from '../protocol/reply-error.js';
import { RequestSpans } from '../protocol/request-parser.js';
import { NOT_A_FLOAT, NOT_AN_INT32, NOT_AN_INTEGER } from './errors.js';

/** strtod reads no more than this: Redis copies the text to a buffer of that size. */
const DOUBLE_TEXT_BYTES_MAX = 256;

/** True when a decimal number is too large, or too small, for a double: strtod's ERANGE. */
function isOutOfRange(text: string, value: number): boolean {
  if (value === 0) return /^[+-]?[0.]*[1-9]/.test(text);
  return !Number.isFinite(value) && /[0-9]/.test(text);
}

export class Argv extends RequestSpans {
  /** Bytes of all arguments. */
  totalBytes(): number {
    let bytes = 0;
    for (let index = 0; index < this.count; index++) bytes += this.byteLength(index);
    return bytes;
  }

  byteLength(index: number): number {
    return this.ends[index] - this.starts[index];
  }

  /** True when the argument is this option word, in any case. @param upper in upper case */
  is(index: number, upper: string): boolean {
    return equalsFolded(this.bytes, this.starts[index], this.ends[index], upper);
  }

  /** A 64-bit integer; beyond ±2^53 it is rounded, which offsets, counts and limits don't notice. */
  integer(index: number, error: ReplyError = NOT_AN_INTEGER): number {
    const value = parseInteger(this.bytes, this.starts[index], this.ends[index]);
    if (!Number.isNaN(value)) return value;
    return Number(this.bigInteger(index, error));
  }

  /** A 64-bit integer, exact. */
  bigInteger(index: number, error: ReplyError = NOT_AN_INTEGER): bigint {
    const value = parseBigInteger(this.bytes, this.starts[index], this.ends[index]);
    if (value === null) throw error;
    return value;
  }

  /** An integer of 32 bits. @param error thrown for anything else; Redis' own two when absent */
  int32(index: number, error?: ReplyError): number {
    const value = this.integer(index, error);
    if (value < -0x8000_0000 || value > 0x7fff_ffff) throw error ?? NOT_AN_INT32;
    return value;
  }

  /** NaN unless the argument is an integer within ±(2^53 − 1): for those who treat the rest apart. */
  safeInteger(index: number): number {
    return parseInteger(this.bytes, this.starts[index], this.ends[index]);
  }

  double(index: number, error: ReplyError = NOT_A_FLOAT): number {
    const start = this.starts[index];
    const end = this.ends[index];
    const whole = parseInteger(this.bytes, start, end);
    if (!Number.isNaN(whole)) return whole;
    const short = readShortDecimal(this.bytes, start, end);
    if (!Number.isNaN(short)) return short;
    if (end - start >= DOUBLE_TEXT_BYTES_MAX) throw error;
    const text = this.bytes.toString('latin1', start, end);
    const value = parseDouble(text);
    if (Number.isNaN(value) || isOutOfRange(text, value)) throw error;
    return value;
  }

  /** The bytes as text, a character each: exact, and right for names, options and error messages. */
  latin1(index: number): string {
    return this.bytes.toString('latin1', this.starts[index], this.ends[index]);
  }

  /** As `latin1`, up to the first zero byte: what Redis shows of an argument in an error. */
  shown(index: number): string {
    const text = this.latin1(index);
    const zero = text.indexOf('\0');
    return zero < 0 ? text : text.slice(0, zero);
  }

  utf8(index: number): string {
    return this.bytes.toString('utf8', this.starts[index], this.ends[index]);
  }

  /** The bytes, copied: for what outlives the command. */
  copy(index: number): Buffer {
    return Buffer.from(this.bytes.subarray(this.starts[index], this.ends[index]));
  }

  /** All arguments, copied into one buffer of their own: a request that waits (MULTI, a blocked client). */
  clone(): Argv {
    return this.cloneInto(new Argv(this.count));
  }

  /** As `clone`, over a copy made earlier that nobody needs any more: what it has room for isn't allocated again. */
  cloneInto(copy: Argv): Argv {
    const size = this.totalBytes();
    if (copy.bytes.length < size) copy.bytes = Buffer.allocUnsafe(size);
    copy.reserve(this.count);
    copy.count = this.count;
    let at = 0;
    for (let index = 0; index < this.count; index++) {
      copyBytes(this.bytes, this.starts[index], this.ends[index], copy.bytes, at);
      copy.starts[index] = at;
      at += this.byteLength(index);
      copy.ends[index] = at;
    }
    return copy;
  }

  /** The request that begins with the argument at `first`, over the same bytes. */
  from(first: number): Argv {
    const request = new Argv(0);
    request.bytes = this.bytes;
    request.starts = this.starts.subarray(first, this.count);
    request.ends = this.ends.subarray(first, this.count);
    request.count = this.count - first;
    return request;
  }

  /** Makes this the request of these words. Slow: for tests, scripts' preparation and configuration. */
  assign(words: readonly (string | Buffer)[]): this {
    const parts = words.map((word) => (typeof word === 'string' ? Buffer.from(word) : word));
    this.bytes = Buffer.concat(parts);
    this.count = 0;
    let at = 0;
    for (const part of parts) {
      this.push(at, at + part.length);
      at += part.length;
    }
    return this;
  }
}
