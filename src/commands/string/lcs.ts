/**
 * LCS: the longest common subsequence of two strings, found from their ends. Where bytes differ one has to step back in one of the
 * strings to find the rest: the table (lcs-table.ts) says in which.
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
import { LcsTable } from './lcs-table.js';

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

/** Visits the stretches of the subsequence that are contiguous in both strings, the last first. */
function forEachStretch(
  a: Buffer,
  b: Buffer,
  table: LcsTable,
  visit: (aStart: number, bStart: number, length: number) => void,
): void {
  let i = a.length;
  let j = b.length;
  while (i > 0 && j > 0) {
    if (a[i - 1] !== b[j - 1]) {
      if (table.isBackInA(i, j)) i--;
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

function replySubsequence(a: Buffer, b: Buffer, table: LcsTable, reply: Reply): void {
  const subsequence = Buffer.alloc(table.length);
  let at = table.length;
  forEachStretch(a, b, table, (aStart, _bStart, count) => {
    at -= count;
    a.copy(subsequence, at, aStart, aStart + count);
  });
  reply.bulk(subsequence, 0, table.length);
}

function replyRange(start: number, length: number, reply: Reply): void {
  reply.array(2);
  reply.integer(start);
  reply.integer(start + length - 1);
}

function replyIndexes(a: Buffer, b: Buffer, table: LcsTable, options: Options, reply: Reply): void {
  reply.map(2);
  reply.bulkLatin1('matches');
  const mark = reply.beginDeferred();
  let count = 0;
  forEachStretch(a, b, table, (aStart, bStart, stretch) => {
    if (stretch < options.lengthMin) return;
    count++;
    reply.array(options.withLengths ? 3 : 2);
    replyRange(aStart, stretch, reply);
    replyRange(bStart, stretch, reply);
    if (options.withLengths) reply.integer(stretch);
  });
  reply.endDeferredArray(mark, count);
  reply.bulkLatin1('len');
  reply.integer(table.length);
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
    const table = new LcsTable(a, b, !options.isLength);
    if (options.isLength) reply.integer(table.length);
    else if (options.isIndexes) replyIndexes(a, b, table, options, reply);
    else replySubsequence(a, b, table, reply);
  },
});
