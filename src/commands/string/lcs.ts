/**
 * LCS: the longest common subsequence of two strings, by dynamic programming. Where bytes differ one has to
 * step back in one of the strings to find the rest: one bit for each pair of bytes says in which.
 */
import { EMPTY_BYTES } from '../../base/bytes.js';
import { NONE } from '../../engine/arena.js';
import { TYPE_STRING, typeOf, valueLength, valueStart } from '../../engine/entry.js';
import type { Reply } from '../../protocol/reply.js';
import { ReplyError } from '../../protocol/reply-error.js';
import { integer, key, keysFrom, optional, token, withToken } from '../arguments.js';
import type { Argv } from '../argv.js';
import type { Context } from '../context.js';
import { defineCommand } from '../define.js';
import { SYNTAX_ERROR } from '../errors.js';
import { ACCESS, READONLY, RO } from '../flags.js';

const NOT_STRINGS = new ReplyError('ERR The specified keys must contain string values');
const LENGTH_AND_INDEXES = new ReplyError(
  'ERR If you want both the length and indexes, please just use IDX.',
);
const TABLE_TOO_LARGE = new ReplyError(
  'ERR Insufficient memory, transient memory for LCS exceeds proto-max-bulk-len',
);
/** Redis' table has four bytes for each pair of prefixes; ours has a bit, but the limit is the same. */
const REFERENCE_CELL_BYTES = 4;

interface Options {
  isLength: boolean;
  isIndexes: boolean;
  withLengths: boolean;
  lengthMin: number;
}

function parseOptions(argv: Argv): Options {
  const options: Options = { isLength: false, isIndexes: false, withLengths: false, lengthMin: 0 };
  for (let index = 3; index < argv.count; index++) {
    if (argv.is(index, 'IDX')) options.isIndexes = true;
    else if (argv.is(index, 'LEN')) options.isLength = true;
    else if (argv.is(index, 'WITHMATCHLEN')) options.withLengths = true;
    else if (argv.is(index, 'MINMATCHLEN') && index + 1 < argv.count) {
      index++;
      options.lengthMin = argv.integer(index);
    } else throw SYNTAX_ERROR;
  }
  if (options.isIndexes && options.isLength) throw LENGTH_AND_INDEXES;
  return options;
}

/** The string that an entry holds, as a view that the next change to the database ends. */
function stringOf(context: Context, entry: number): Buffer {
  if (entry === NONE) return EMPTY_BYTES;
  const { arena } = context;
  if (typeOf(arena, entry) !== TYPE_STRING) throw NOT_STRINGS;
  const start = valueStart(arena, entry);
  return arena.bytesOf(entry).subarray(start, start + valueLength(arena, entry));
}

/** The pairs of bytes at which to step back in `a` rather than in `b`. */
class Steps {
  readonly #bits: Uint8Array;
  readonly #width: number;

  constructor(rows: number, width: number) {
    this.#width = width;
    this.#bits = new Uint8Array(Math.ceil((rows * width) / 8));
  }

  setBackInA(row: number, column: number): void {
    const cell = row * this.#width + column;
    // Not cell >> 3: there may be more than 2^31 cells.
    this.#bits[Math.floor(cell / 8)] |= 1 << (cell % 8);
  }

  isBackInA(row: number, column: number): boolean {
    const cell = row * this.#width + column;
    return ((this.#bits[Math.floor(cell / 8)] >> (cell % 8)) & 1) !== 0;
  }
}

/** @param steps is filled in; null when only the length matters. @returns the length */
function measure(a: Buffer, b: Buffer, steps: Steps | null): number {
  let above = new Uint32Array(b.length + 1);
  let row = new Uint32Array(b.length + 1);
  for (let i = 0; i < a.length; i++) {
    const byte = a[i];
    for (let j = 0; j < b.length; j++) {
      if (byte === b[j]) {
        row[j + 1] = above[j] + 1;
      } else if (above[j + 1] > row[j]) {
        row[j + 1] = above[j + 1];
        steps?.setBackInA(i, j);
      } else {
        row[j + 1] = row[j];
      }
    }
    [above, row] = [row, above];
  }
  return above[b.length];
}

/** Visits the stretches of the subsequence that are contiguous in both strings, the last first. */
function forEachStretch(
  a: Buffer,
  b: Buffer,
  steps: Steps,
  visit: (aStart: number, bStart: number, length: number) => void,
): void {
  let i = a.length;
  let j = b.length;
  while (i > 0 && j > 0) {
    if (a[i - 1] !== b[j - 1]) {
      if (steps.isBackInA(i - 1, j - 1)) i--;
      else j--;
      continue;
    }
    const end = i;
    while (i > 0 && j > 0 && a[i - 1] === b[j - 1]) {
      i--;
      j--;
    }
    visit(i, j, end - i);
  }
}

function replySubsequence(a: Buffer, b: Buffer, steps: Steps, length: number, reply: Reply): void {
  const subsequence = Buffer.alloc(length);
  let at = length;
  forEachStretch(a, b, steps, (aStart, _bStart, count) => {
    at -= count;
    a.copy(subsequence, at, aStart, aStart + count);
  });
  reply.bulk(subsequence, 0, length);
}

function replyRange(start: number, length: number, reply: Reply): void {
  reply.array(2);
  reply.integer(start);
  reply.integer(start + length - 1);
}

function replyIndexes(
  a: Buffer,
  b: Buffer,
  steps: Steps,
  length: number,
  options: Options,
  reply: Reply,
): void {
  reply.map(2);
  reply.bulkLatin1('matches');
  const mark = reply.beginDeferred();
  let count = 0;
  forEachStretch(a, b, steps, (aStart, bStart, stretch) => {
    if (stretch < options.lengthMin) return;
    count++;
    reply.array(options.withLengths ? 3 : 2);
    replyRange(aStart, stretch, reply);
    replyRange(bStart, stretch, reply);
    if (options.withLengths) reply.integer(stretch);
  });
  reply.endDeferredArray(mark, count);
  reply.bulkLatin1('len');
  reply.integer(length);
}

export const lcs = defineCommand({
  name: 'LCS',
  summary: 'Finds the longest common subsequence of two strings.',
  group: 'string',
  since: '7.0.0',
  complexity: 'O(N*M) where N and M are the lengths of s1 and s2, respectively',
  flags: READONLY,
  args: [
    key('key1', RO | ACCESS),
    key('key2', RO | ACCESS),
    optional(token('LEN')),
    optional(token('IDX')),
    optional(withToken('MINMATCHLEN', integer('min-match-len'))),
    optional(token('WITHMATCHLEN')),
  ],
  keySpecs: [keysFrom(1, RO | ACCESS, 1, 1)],
  run(context, argv, reply) {
    const entryA = context.readAny(argv, 1);
    const entryB = context.readAny(argv, 2);
    // Both were looked up, and count as hits, before either's type is looked at.
    const a = stringOf(context, entryA);
    const b = stringOf(context, entryB);
    const options = parseOptions(argv);
    const referenceBytes = (a.length + 1) * (b.length + 1) * REFERENCE_CELL_BYTES;
    if (referenceBytes > context.services.limits.bulkBytesMax) throw TABLE_TOO_LARGE;
    if (options.isLength) {
      reply.integer(measure(a, b, null));
      return;
    }
    const steps = new Steps(a.length, b.length);
    const length = measure(a, b, steps);
    if (options.isIndexes) replyIndexes(a, b, steps, length, options, reply);
    else replySubsequence(a, b, steps, length, reply);
  },
});
