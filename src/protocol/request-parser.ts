/**
 * Finds the arguments of one RESP or inline request, in place. It knows no command and no socket.
 *
 *     *2\r\n $3\r\n G E T \r\n $3\r\n k e y \r\n
 *                   ^starts[0]          ^starts[1]      offsets into the caller's bytes: nothing is copied
 *
 * A request that isn't whole yet costs nothing to try again: `bytesWanted` tells how many bytes the
 * next attempt needs, and a long one (an MSET of a million pairs) resumes after its last whole
 * argument, so that no sender can make the work quadratic, not even one that sends byte by byte.
 *
 * Source: redis.io/docs/reference/protocol-spec; limits and error texts as redis-server 7.2.
 */
import { parseInteger } from '../base/bytes.js';
import { splitArguments } from './inline-request.js';
import { ReplyError } from './reply-error.js';

/** The request is not whole. */
export const INCOMPLETE = -1;
/** The bytes are not a request: `error` says why, and the connection must be closed. */
export const MALFORMED = -2;

/** A line longer than this is neither a length nor an inline request. Redis' PROTO_INLINE_MAX_SIZE. */
const LINE_BYTES_MAX = 64 * 1024;
/** Redis 7 takes up to INT_MAX arguments. */
const ARGUMENT_COUNT_MAX = 0x7fff_ffff;
/** What a client that hasn't authenticated may send: redis-server's 10 arguments of 16 KiB. */
const UNAUTHENTICATED_ARGUMENT_COUNT_MAX = 10;
const UNAUTHENTICATED_BULK_BYTES_MAX = 16 * 1024;
/** Below this many whole arguments it is cheaper to begin again than to remember. */
const RESUME_ARGUMENT_COUNT_MIN = 32;

const NUL = 0;
const CR = 13;
const LF = 10;
const ASTERISK = 42;
const DOLLAR = 36;
const DIGIT_0 = 48;

const TOO_BIG_INLINE = new ReplyError('ERR Protocol error: too big inline request');
const UNBALANCED_QUOTES = new ReplyError('ERR Protocol error: unbalanced quotes in request');
const TOO_BIG_COUNT = new ReplyError('ERR Protocol error: too big mbulk count string');
const INVALID_COUNT = new ReplyError('ERR Protocol error: invalid multibulk length');
const UNAUTHENTICATED_COUNT = new ReplyError('ERR Protocol error: unauthenticated multibulk length');
const TOO_BIG_LENGTH = new ReplyError('ERR Protocol error: too big bulk count string');
const INVALID_LENGTH = new ReplyError('ERR Protocol error: invalid bulk length');
const UNAUTHENTICATED_LENGTH = new ReplyError('ERR Protocol error: unauthenticated bulk length');

/**
 * A NUL hides the rest of its line, as from Redis' strchr, so that nothing within another protocol's
 * binary bytes (a TLS ClientHello, say, with a session id of somebody's choice) is taken for a request.
 * @returns where `terminator` is, or -1
 */
function findInLine(bytes: Buffer, from: number, end: number, terminator: number): number {
  const length = bytes.subarray(from, end).indexOf(terminator);
  if (length < 0 || bytes.subarray(from, from + length).includes(NUL)) return -1;
  return from + length;
}

/** Where a parsed request's arguments are. Reused: valid until the next parse. */
export class RequestSpans {
  bytes: Buffer = Buffer.alloc(0);
  starts: Int32Array<ArrayBuffer>;
  ends: Int32Array<ArrayBuffer>;
  count = 0;

  /** @param capacity arguments there is room for without growing */
  constructor(capacity = 64) {
    this.starts = new Int32Array(capacity);
    this.ends = new Int32Array(capacity);
  }

  reserve(count: number): void {
    if (count <= this.starts.length) return;
    const capacity = Math.max(count, this.starts.length * 2);
    const starts = new Int32Array(capacity);
    const ends = new Int32Array(capacity);
    starts.set(this.starts);
    ends.set(this.ends);
    this.starts = starts;
    this.ends = ends;
  }

  push(start: number, end: number): void {
    this.reserve(this.count + 1);
    this.starts[this.count] = start;
    this.ends[this.count++] = end;
  }
}

/** What is remembered of a long unfinished request: its arguments so far, none of them looked at twice. */
export class PartialRequest {
  readonly #spans = new RequestSpans();

  constructor(
    /** Arguments announced. */
    readonly expected: number,
    /** Where the request's first byte was. */
    public start: number,
    /** Where the next argument's `$` is, counted from there. */
    public next: number,
  ) {}

  /** Exchanges the arguments remembered for those in `argv`, which costs nothing however many they are. */
  exchange(argv: RequestSpans): void {
    const { starts, ends, count } = argv;
    const spans = this.#spans;
    argv.starts = spans.starts;
    argv.ends = spans.ends;
    argv.count = spans.count;
    spans.starts = starts;
    spans.ends = ends;
    spans.count = count;
  }
}

export interface RequestLimits {
  /** `proto-max-bulk-len`, in bytes. */
  bulkBytesMax: number;
}

export class RequestParser {
  /** Why the last parse was MALFORMED. */
  error: ReplyError = INVALID_COUNT;
  /** After INCOMPLETE: the bytes, from the request's first, that the next attempt needs at least. */
  bytesWanted = 0;
  /** After INCOMPLETE: to be handed to the next attempt, or null to begin again. */
  partial: PartialRequest | null = null;
  /** The long request being gone on with. */
  #resumed: PartialRequest | null = null;

  constructor(
    readonly argv: RequestSpans,
    readonly limits: RequestLimits,
  ) {}

  /**
   * Parses the request that begins at `start`.
   * @param partial what the last attempt at this same request left
   * @param authenticated false narrows the limits
   * @returns the offset after the request, INCOMPLETE or MALFORMED. `argv.count` is 0 after an empty
   *   request, which is skipped without a reply.
   */
  parse(
    bytes: Buffer,
    start: number,
    end: number,
    partial: PartialRequest | null,
    authenticated: boolean,
  ): number {
    const argv = this.argv;
    argv.bytes = bytes;
    argv.count = 0;
    if (partial !== null) return this.#resume(bytes, start, end, partial, authenticated);
    if (start >= end) return this.#incomplete(1);
    if (bytes[start] !== ASTERISK) return this.#parseInline(bytes, start, end);
    let expected = 0;
    let index = start + 1;
    // The usual count: one to nine digits.
    for (; index < end && bytes[index] !== CR; index++) expected = expected * 10 + bytes[index] - DIGIT_0;
    if (index + 1 >= end) return this.#incompleteCount(start, end);
    const digits = index - start - 1;
    const isOneDigit = digits === 1 && expected > 0 && expected < 10;
    if (!isOneDigit && (digits > 9 || digits < 1 || !this.#allDigits(bytes, start + 1, index))) {
      expected = parseInteger(bytes, start + 1, index);
      if (Number.isNaN(expected) || expected > ARGUMENT_COUNT_MAX) {
        if (findInLine(bytes, start, end, CR) < 0) return this.#incompleteCount(start, end);
        return this.#malformed(INVALID_COUNT);
      }
    }
    if (!authenticated && expected > UNAUTHENTICATED_ARGUMENT_COUNT_MAX) {
      return this.#malformed(UNAUTHENTICATED_COUNT);
    }
    index += 2;
    if (expected <= 0) return index;
    return this.#parseBulks(bytes, start, index, end, expected, authenticated);
  }

  /** Appends the arguments from `from` on to `argv` until there are `expected`. */
  #parseBulks(
    bytes: Buffer,
    start: number,
    from: number,
    end: number,
    expected: number,
    authenticated: boolean,
  ): number {
    const argv = this.argv;
    const bulkBytesMax = this.limits.bulkBytesMax;
    let index = from;
    while (argv.count < expected) {
      const head = index;
      if (head >= end) return this.#suspend(start, head, expected, head + 1);
      if (bytes[head] !== DOLLAR) return this.#unexpected(bytes, head, end, start, expected);
      let length = 0;
      let digits = 0;
      for (index = head + 1; index < end; index++) {
        const digit = bytes[index] - DIGIT_0;
        if (digit < 0 || digit > 9) break;
        length = length * 10 + digit;
        digits++;
      }
      if (index + 1 >= end || bytes[index] !== CR) {
        if (this.#endsLine(bytes, head, end)) return this.#malformed(INVALID_LENGTH);
        return this.#lacksLine(start, head, end, expected);
      }
      if (digits === 0 || length > bulkBytesMax || (digits > 1 && bytes[head + 1] === DIGIT_0)) {
        return this.#malformed(INVALID_LENGTH);
      }
      if (!authenticated && length > UNAUTHENTICATED_BULK_BYTES_MAX) {
        return this.#malformed(UNAUTHENTICATED_LENGTH);
      }
      const bulk = index + 2;
      index = bulk + length + 2;
      if (index > end) return this.#suspend(start, head, expected, index);
      const count = argv.count;
      if (count === argv.starts.length) argv.reserve(count + 1);
      argv.starts[count] = bulk;
      argv.ends[count] = bulk + length;
      argv.count = count + 1;
    }
    return index;
  }

  /** Goes on with a long request. */
  #resume(
    bytes: Buffer,
    start: number,
    end: number,
    partial: PartialRequest,
    authenticated: boolean,
  ): number {
    const { argv } = this;
    partial.exchange(argv);
    const moved = start - partial.start;
    if (moved !== 0) {
      for (let index = 0; index < argv.count; index++) {
        argv.starts[index] += moved;
        argv.ends[index] += moved;
      }
      partial.start = start;
    }
    this.#resumed = partial;
    const next = this.#parseBulks(bytes, start, start + partial.next, end, partial.expected, authenticated);
    this.#resumed = null;
    return next;
  }

  #parseInline(bytes: Buffer, start: number, end: number): number {
    const newline = findInLine(bytes, start, end, LF);
    if (newline < 0) {
      if (end - start > LINE_BYTES_MAX) return this.#malformed(TOO_BIG_INLINE);
      return this.#incomplete(end - start + 1);
    }
    const lineEnd = newline > start && bytes[newline - 1] === CR ? newline - 1 : newline;
    if (!splitArguments(bytes, start, lineEnd, this.argv)) return this.#malformed(UNBALANCED_QUOTES);
    return newline + 1;
  }

  #allDigits(bytes: Buffer, start: number, end: number): boolean {
    for (let index = start; index < end; index++) {
      const byte = bytes[index];
      if (byte < DIGIT_0 || byte > DIGIT_0 + 9) return false;
    }
    return bytes[start] !== DIGIT_0 || end - start === 1;
  }

  /** Redis looks for the whole length line before it complains of what begins it. */
  #unexpected(bytes: Buffer, head: number, end: number, start: number, expected: number): number {
    if (!this.#endsLine(bytes, head, end)) return this.#lacksLine(start, head, end, expected);
    const found = String.fromCharCode(bytes[head]);
    return this.#malformed(new ReplyError(`ERR Protocol error: expected '$', got '${found}'`));
  }

  /** True when a CR and a byte after it are there. */
  #endsLine(bytes: Buffer, from: number, end: number): boolean {
    const found = findInLine(bytes, from, end, CR);
    return found >= 0 && found + 1 < end;
  }

  #incompleteCount(start: number, end: number): number {
    if (end - start > LINE_BYTES_MAX) return this.#malformed(TOO_BIG_COUNT);
    return this.#incomplete(end - start + 1);
  }

  #incomplete(bytesWanted: number): number {
    this.bytesWanted = bytesWanted;
    this.partial = null;
    return INCOMPLETE;
  }

  #malformed(error: ReplyError): number {
    this.error = error;
    this.partial = null;
    return MALFORMED;
  }

  #lacksLine(start: number, head: number, end: number, expected: number): number {
    if (end - head > LINE_BYTES_MAX) return this.#malformed(TOO_BIG_LENGTH);
    return this.#suspend(start, head, expected, end + 1);
  }

  /** The argument whose `$` is at `head` isn't whole: remembers the ones before it when they are many. */
  #suspend(start: number, head: number, expected: number, wantedEnd: number): number {
    this.bytesWanted = wantedEnd - start;
    this.partial = this.#resumed;
    if (this.partial === null) {
      if (this.argv.count < RESUME_ARGUMENT_COUNT_MIN) return INCOMPLETE;
      this.partial = new PartialRequest(expected, start, 0);
    }
    this.partial.next = head - start;
    this.partial.exchange(this.argv);
    return INCOMPLETE;
  }
}
