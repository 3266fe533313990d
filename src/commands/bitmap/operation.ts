/** BITOP: strings combined bit by bit. Shorter ones, and missing keys, count as filled up with zeros. */
import { NONE } from '../../engine/arena.js';
import { ENCODING_RAW, TYPE_STRING, valueLength, valueStart } from '../../engine/entry.js';
import { ReplyError } from '../../protocol/reply-error.js';
import { key, keyAt, keysFrom, many, oneOf, token } from '../arguments.js';
import type { Argv } from '../argv.js';
import type { Context } from '../context.js';
import { defineCommand } from '../define.js';
import { SYNTAX_ERROR } from '../errors.js';
import { DEL } from '../events.js';
import { ACCESS, DENYOOM, OW, RO, UPDATE, WRITE } from '../flags.js';
import { SET } from '../string/events.js';

const NOT_OF_ONE = new ReplyError('ERR BITOP NOT must be called with a single source key.');

/** Combines words[i] with others[i]. */
type Combine = (words: Int32Array, at: number, others: Int32Array, count: number) => void;

const and: Combine = (words, at, others, count) => {
  for (let index = 0; index < count; index++) words[at + index] &= others[index];
};
const or: Combine = (words, at, others, count) => {
  for (let index = 0; index < count; index++) words[at + index] |= others[index];
};
const xor: Combine = (words, at, others, count) => {
  for (let index = 0; index < count; index++) words[at + index] ^= others[index];
};

/** Strings don't start at whole words: they are brought into place piece by piece. Fits the first-level cache. */
const PIECE_BYTES = 16 * 1024;
const piece = Buffer.from(new ArrayBuffer(PIECE_BYTES));
const pieceWords = new Int32Array(piece.buffer);

/** The result, its memory a multiple of four bytes. */
class Result {
  readonly bytes: Buffer;
  readonly words: Int32Array;

  constructor(readonly length: number) {
    this.bytes = Buffer.from(new ArrayBuffer(Math.ceil(length / 4) * 4));
    this.words = new Int32Array(this.bytes.buffer);
  }

  /** Combines with the string in `from` [start, end), as if it were as long as the result. */
  combine(combine: Combine, from: Buffer, start: number, end: number): void {
    for (let offset = 0; offset < this.length; offset += PIECE_BYTES) {
      const left = Math.min(PIECE_BYTES, this.length - offset);
      const there = Math.max(0, Math.min(left, end - start - offset));
      from.copy(piece, 0, start + offset, start + offset + there);
      piece.fill(0, there, Math.ceil(left / 4) * 4);
      combine(this.words, offset >>> 2, pieceWords, Math.ceil(left / 4));
    }
  }

  invert(): void {
    for (let index = 0; index < this.words.length; index++) this.words[index] = ~this.words[index];
  }
}

/** The entries of the source keys, NONE for missing ones. */
function sources(context: Context, argv: Argv): number[] {
  const entries: number[] = [];
  for (let index = 3; index < argv.count; index++) entries.push(context.read(argv, index, TYPE_STRING));
  return entries;
}

function compute(context: Context, entries: readonly number[], combine: Combine | null): Result {
  const { arena } = context;
  const lengthOf = (entry: number): number => (entry === NONE ? 0 : valueLength(arena, entry));
  const result = new Result(entries.reduce((longest, entry) => Math.max(longest, lengthOf(entry)), 0));
  entries.forEach((entry, index) => {
    const start = entry === NONE ? 0 : valueStart(arena, entry);
    const bytes = arena.bytesOf(entry);
    if (index === 0) bytes.copy(result.bytes, 0, start, start + lengthOf(entry));
    else if (combine !== null) result.combine(combine, bytes, start, start + lengthOf(entry));
  });
  if (combine === null) result.invert();
  return result;
}

/** @returns null for NOT */
function operationNamed(argv: Argv): Combine | null {
  if (argv.is(1, 'AND')) return and;
  if (argv.is(1, 'OR')) return or;
  if (argv.is(1, 'XOR')) return xor;
  if (argv.is(1, 'NOT')) return null;
  throw SYNTAX_ERROR;
}

export const bitop = defineCommand({
  name: 'BITOP',
  summary: 'Combines strings bit by bit and stores the result.',
  group: 'bitmap',
  since: '2.6.0',
  complexity: 'O(N)',
  flags: WRITE | DENYOOM,
  args: [
    oneOf('operation', token('AND'), token('OR'), token('XOR'), token('NOT')),
    key('destkey', OW | UPDATE),
    many(key('key', RO | ACCESS)),
  ],
  keySpecs: [keyAt(2, OW | UPDATE), keysFrom(3, RO | ACCESS)],
  run(context, argv, reply) {
    const combine = operationNamed(argv);
    if (combine === null && argv.count !== 4) throw NOT_OF_ONE;
    const { bytes, length } = compute(context, sources(context, argv), combine);
    const { db } = context;
    const start = argv.starts[2];
    const end = argv.ends[2];
    if (length > 0) {
      db.setString(argv.bytes, start, end, bytes, 0, length, ENCODING_RAW, false);
      context.changed(SET, argv, 2);
    } else if (db.drop(argv.bytes, start, end)) {
      context.changed(DEL, argv, 2);
    }
    reply.integer(length);
  },
});
