/**
 * Writes replies, RESP2 or RESP3, one after another into one growing buffer. It knows no command and
 * no socket: its owner takes `bytes[0, length)` and resets `length`.
 *
 * A command may be refused after it began to reply: `mark` and `rewind` take the partial reply back.
 *
 * Source: redis.io/docs/reference/protocol-spec.
 */
import { copyBytes, writeInteger } from '../base/bytes.js';
import { DOUBLE_BYTES_MAX, writeDouble } from '../base/double.js';
import type { ReplyError } from './reply-error.js';

/** Room for a batch of small replies; a larger one grows the buffer, which then shrinks when taken. */
const INITIAL_BYTES = 64 * 1024;
/** The longest header: a type byte, 17 digits, CRLF. */
const HEADER_BYTES_MAX = 24;

/** Up to this many characters a loop beats `write`'s call into C++ (Node 20: 13 ns instead of 106 for 6, even at 22). */
const LOOP_CHARACTERS_MAX = 20;

const CR = 13;
const LF = 10;
const STAR = 0x2a;
const DOLLAR = 0x24;
const COLON = 0x3a;
const COMMA = 0x2c;
const PERCENT = 0x25;
const TILDE = 0x7e;
const GREATER = 0x3e;
const PLUS = 0x2b;
const EQUALS = 0x3d;
const PAREN = 0x28;
const PIPE = 0x7c;
const DIGIT_0 = 48;

/** Of the double that is being written: the length of its text stands before it. */
const doubleText = Buffer.alloc(DOUBLE_BYTES_MAX);

const NULL_BULK = Buffer.from('$-1\r\n');
const NULL_ARRAY = Buffer.from('*-1\r\n');
const NULL_RESP3 = Buffer.from('_\r\n');
const TRUE_RESP3 = Buffer.from('#t\r\n');
const FALSE_RESP3 = Buffer.from('#f\r\n');

export class Reply {
  bytes: Buffer = Buffer.from(new ArrayBuffer(INITIAL_BYTES));
  length = 0;
  /** 2 or 3: what the client asked for with HELLO. */
  resp = 2;
  /** Errors written so far: the dispatcher compares it to count failed calls. */
  errorCount = 0;
  /** The last error written. */
  lastError: ReplyError | null = null;
  /** Errors of commands that scripts passed on so far. */
  passedErrorCount = 0;

  /** A fresh buffer when a large reply grew this one, so that its memory goes. */
  reset(): void {
    this.length = 0;
    if (this.bytes.length > 16 * INITIAL_BYTES) this.bytes = Buffer.from(new ArrayBuffer(INITIAL_BYTES));
  }

  reserve(bytes: number): void {
    if (this.length + bytes > this.bytes.length) this.#grow(bytes);
  }

  #grow(bytes: number): void {
    const grown = Buffer.from(new ArrayBuffer(Math.max(this.bytes.length * 2, this.length + bytes)));
    this.bytes.copy(grown, 0, 0, this.length);
    this.bytes = grown;
  }

  /** A point to come back to. */
  mark(): number {
    return this.length;
  }

  rewind(mark: number): void {
    this.length = mark;
  }

  /** Bytes that are RESP already. */
  raw(bytes: Buffer): void {
    this.rawSpan(bytes, 0, bytes.length);
  }

  rawSpan(bytes: Buffer, start: number, end: number): void {
    this.reserve(end - start);
    copyBytes(bytes, start, end, this.bytes, this.length);
    this.length += end - start;
  }

  ok(): void {
    this.reserve(5);
    const { bytes, length } = this;
    bytes[length] = PLUS;
    bytes[length + 1] = 0x4f;
    bytes[length + 2] = 0x4b;
    bytes[length + 3] = CR;
    bytes[length + 4] = LF;
    this.length = length + 5;
  }

  /** A status line. @param text ASCII without line ends */
  simple(text: string): void {
    this.reserve(text.length + 3);
    this.bytes[this.length++] = PLUS;
    this.#text(text);
    this.#lineEnd();
  }

  error(error: ReplyError): void {
    this.errorCount++;
    this.lastError = error;
    this.raw(error.bytes);
  }

  /** An error that a script's command gave, and was counted with: it goes out as it is. */
  passedError(error: ReplyError): void {
    this.passedErrorCount++;
    this.raw(error.bytes);
  }

  /** @param value a whole number within ±(2^53 − 1) */
  integer(value: number): void {
    this.#header(COLON, value);
  }

  /** An integer as its text, which is as `integer` would write it: up to 17 characters. */
  integerText(bytes: Buffer, start: number, end: number): void {
    this.reserve(HEADER_BYTES_MAX);
    const out = this.bytes;
    let { length } = this;
    out[length++] = COLON;
    for (let index = start; index < end; index++) out[length++] = bytes[index];
    out[length] = CR;
    out[length + 1] = LF;
    this.length = length + 2;
  }

  /** An integer of 64 bits. */
  bigInteger(value: bigint): void {
    this.#line(COLON, value.toString());
  }

  bulk(bytes: Buffer, start: number, end: number): void {
    const size = end - start;
    this.reserve(size + HEADER_BYTES_MAX + 2);
    const out = this.bytes;
    let { length } = this;
    out[length++] = DOLLAR;
    if (size < 10) {
      out[length++] = DIGIT_0 + size;
    } else {
      length = writeInteger(size, out, length);
    }
    out[length] = CR;
    out[length + 1] = LF;
    length += 2;
    copyBytes(bytes, start, end, out, length);
    length += size;
    out[length] = CR;
    out[length + 1] = LF;
    this.length = length + 2;
  }

  /** @param text each character one byte */
  bulkLatin1(text: string): void {
    this.#header(DOLLAR, text.length);
    this.reserve(text.length + 2);
    this.#text(text);
    this.#lineEnd();
  }

  bulkUtf8(text: string): void {
    const size = Buffer.byteLength(text);
    this.#header(DOLLAR, size);
    this.reserve(size + 2);
    this.length += this.bytes.write(text, this.length, 'utf8');
    this.#lineEnd();
  }

  /** A whole number as a bulk string: what GET answers for a counter. */
  bulkInteger(value: number): void {
    this.reserve(2 * HEADER_BYTES_MAX + 4);
    const scratch = this.length + HEADER_BYTES_MAX;
    const size = writeInteger(value, this.bytes, scratch) - scratch;
    this.#header(DOLLAR, size);
    this.bytes.copyWithin(this.length, scratch, scratch + size);
    this.length += size;
    this.#lineEnd();
  }

  emptyBulk(): void {
    this.bulkLatin1('');
  }

  /** No value, where a bulk string could have been. */
  null(): void {
    this.raw(this.resp === 2 ? NULL_BULK : NULL_RESP3);
  }

  /** No value, where an array could have been. */
  nullArray(): void {
    this.raw(this.resp === 2 ? NULL_ARRAY : NULL_RESP3);
  }

  array(count: number): void {
    this.#header(STAR, count);
  }

  /** @param count pairs; in RESP2 an array of twice as many */
  map(count: number): void {
    if (this.resp === 2) this.#header(STAR, count * 2);
    else this.#header(PERCENT, count);
  }

  set(count: number): void {
    this.#header(this.resp === 2 ? STAR : TILDE, count);
  }

  /** An out-of-band message: an array in RESP2. */
  push(count: number): void {
    this.#header(this.resp === 2 ? STAR : GREATER, count);
  }

  /** RESP3 only: attributes before a reply. @param count pairs */
  attribute(count: number): void {
    this.#header(PIPE, count);
  }

  boolean(value: boolean): void {
    if (this.resp === 2) this.integer(value ? 1 : 0);
    else this.raw(value ? TRUE_RESP3 : FALSE_RESP3);
  }

  /** The shortest text that reads back as the same double: a bulk string in RESP2. */
  double(value: number): void {
    if (this.resp === 2) {
      this.bulkDouble(value);
      return;
    }
    this.reserve(DOUBLE_BYTES_MAX + 3);
    this.bytes[this.length++] = COMMA;
    this.length = writeDouble(value, this.bytes, this.length);
    this.#lineEnd();
  }

  /** The same text as a bulk string, whatever the protocol. */
  bulkDouble(value: number): void {
    this.bulk(doubleText, 0, writeDouble(value, doubleText, 0));
  }

  /** @param digits of a whole number of any size: a bulk string in RESP2 */
  bigNumber(digits: string): void {
    if (this.resp === 2) this.bulkLatin1(digits);
    else this.#line(PAREN, digits);
  }

  /**
   * Text for people: a bulk string in RESP2.
   * @param format three characters: `txt` or `mkd`
   */
  verbatim(text: string, format = 'txt'): void {
    if (this.resp === 2) {
      this.bulkUtf8(text);
      return;
    }
    const size = Buffer.byteLength(text) + 4;
    this.#header(EQUALS, size);
    this.reserve(size + 2);
    this.length += this.bytes.write(`${format}:`, this.length, 'latin1');
    this.length += this.bytes.write(text, this.length, 'utf8');
    this.#lineEnd();
  }

  /** As `verbatim`, of bytes that aren't a text of ours. */
  verbatimBytes(bytes: Buffer, start: number, end: number, format: string): void {
    if (this.resp === 2) {
      this.bulk(bytes, start, end);
      return;
    }
    this.#header(EQUALS, end - start + 4);
    this.reserve(end - start + 6);
    this.#text(`${format}:`);
    this.rawSpan(bytes, start, end);
    this.#lineEnd();
  }

  /**
   * Begins an aggregate whose count is known only at the end. Elements follow; then `endDeferred`
   * with the same mark. Deferred aggregates may nest.
   */
  beginDeferred(): number {
    return this.length;
  }

  endDeferredArray(mark: number, count: number): void {
    this.#insertHeader(mark, STAR, count);
  }

  endDeferredSet(mark: number, count: number): void {
    this.#insertHeader(mark, this.resp === 2 ? STAR : TILDE, count);
  }

  /** @param count pairs */
  endDeferredMap(mark: number, count: number): void {
    if (this.resp === 2) this.#insertHeader(mark, STAR, count * 2);
    else this.#insertHeader(mark, PERCENT, count);
  }

  #insertHeader(mark: number, type: number, count: number): void {
    const end = this.length;
    this.#header(type, count);
    const size = this.length - end;
    const header = Buffer.from(this.bytes.subarray(end, this.length));
    this.bytes.copyWithin(mark + size, mark, end);
    header.copy(this.bytes, mark);
  }

  #header(type: number, value: number): void {
    this.reserve(HEADER_BYTES_MAX);
    const { bytes } = this;
    let { length } = this;
    bytes[length++] = type;
    if (value >= 0 && value < 10) {
      bytes[length++] = DIGIT_0 + value;
    } else {
      length = writeInteger(value, bytes, length);
    }
    bytes[length] = CR;
    bytes[length + 1] = LF;
    this.length = length + 2;
  }

  #line(type: number, text: string): void {
    this.reserve(text.length + 3);
    this.bytes[this.length++] = type;
    this.#text(text);
    this.#lineEnd();
  }

  /** Text of one byte a character; there must be room. */
  #text(text: string): void {
    if (text.length > LOOP_CHARACTERS_MAX) {
      this.length += this.bytes.write(text, this.length, 'latin1');
      return;
    }
    const { bytes, length } = this;
    for (let index = 0; index < text.length; index++) bytes[length + index] = text.charCodeAt(index);
    this.length = length + text.length;
  }

  #lineEnd(): void {
    this.reserve(2);
    this.bytes[this.length] = CR;
    this.bytes[this.length + 1] = LF;
    this.length += 2;
  }
}
