/**
 * INCR and its kin: whole numbers in strings. A counter is changed where it lies, without a string or an
 * object being made, while it stays within ±(2^53 − 1); beyond, it is computed with BigInt.
 */
import {
  copyBytes,
  countDigits,
  INT64_MAX,
  INT64_MIN,
  parseBigInteger,
  parseInteger,
  writeInteger,
} from '../../base/bytes.js';
import { NONE } from '../../engine/arena.js';
import {
  ENCODING_INT,
  encodingOf,
  setEncoding,
  TYPE_STRING,
  valueLength,
  valueStart,
} from '../../engine/entry.js';
import type { Reply } from '../../protocol/reply.js';
import { ReplyError } from '../../protocol/reply-error.js';
import { integer, key } from '../arguments.js';
import type { Argv } from '../argv.js';
import type { Context } from '../context.js';
import { defineCommand } from '../define.js';
import { NOT_AN_INTEGER, OVERFLOW } from '../errors.js';
import { ACCESS, DENYOOM, FAST, RW, UPDATE, WRITE } from '../flags.js';
import { INCRBY } from './events.js';
import { storeText } from './store.js';

const DECREMENT_OVERFLOW = new ReplyError('ERR decrement would overflow');

const MINUS = 0x2d;
const DIGIT_0 = 0x30;
const DIGIT_9 = 0x39;
/** Numbers of so many digits are exact, whatever the digits. */
const EXACT_DIGITS_MAX = 15;

/** The digits of a counter that is made: written here, then copied. */
const scratch = Buffer.alloc(17);

/** @param amount within ±(2^53 − 1) */
function increment(context: Context, argv: Argv, reply: Reply, amount: number): void {
  const entry = context.write(argv, 1, TYPE_STRING);
  if (entry === NONE) {
    create(context, argv, amount);
    reply.integer(amount);
    return;
  }
  const { arena } = context;
  const bytes = arena.bytesOf(entry);
  const start = valueStart(arena, entry);
  const length = valueLength(arena, entry);
  const isPlain = encodingOf(arena, entry) === ENCODING_INT;
  if (isPlain && length <= EXACT_DIGITS_MAX && addToLastDigit(bytes, start, start + length, amount)) {
    context.changed(INCRBY, argv, 1);
    reply.integerText(bytes, start, start + length);
    return;
  }
  const sum = parseInteger(bytes, start, start + length) + amount;
  // NaN, when the counter is no plain integer, isn't safe either.
  if (!Number.isSafeInteger(sum)) {
    incrementBig(context, argv, reply, entry, BigInt(amount));
    return;
  }
  // Most counters have as many digits as before, and are written where they stand. The TTL stays anyway.
  const isInPlace = isPlain && sum >= 0 && countDigits(sum) === length;
  if (isInPlace) writeInteger(sum, bytes, start);
  else rewrite(context, entry, sum);
  context.changed(INCRBY, argv, 1);
  reply.integer(sum);
}

/**
 * Nine counters of ten change in their last digit alone when one is added.
 * @returns false when more has to change, or less is known: then nothing is done
 */
function addToLastDigit(bytes: Buffer, start: number, end: number, amount: number): boolean {
  const digit = bytes[end - 1] + amount;
  if (digit < DIGIT_0 || digit > DIGIT_9 || bytes[start] === MINUS) return false;
  bytes[end - 1] = digit;
  return true;
}

function create(context: Context, argv: Argv, value: number): void {
  const { bytes, starts, ends } = argv;
  const length = writeInteger(value, scratch, 0);
  context.db.addString(bytes, starts[1], ends[1], scratch, 0, length, ENCODING_INT);
  context.changed(INCRBY, argv, 1);
}

function rewrite(context: Context, entry: number, value: number): void {
  const { arena, db } = context;
  const length = writeInteger(value, scratch, 0);
  const target = db.resizeString(entry, length);
  copyBytes(scratch, 0, length, arena.bytesOf(target), valueStart(arena, target));
  setEncoding(arena, target, ENCODING_INT);
}

function incrementBig(context: Context, argv: Argv, reply: Reply, entry: number, amount: bigint): void {
  let value = 0n;
  if (entry !== NONE) {
    const { arena } = context;
    const start = valueStart(arena, entry);
    const parsed = parseBigInteger(arena.bytesOf(entry), start, start + valueLength(arena, entry));
    if (parsed === null) throw NOT_AN_INTEGER;
    value = parsed;
  }
  const sum = value + amount;
  if (sum > INT64_MAX || sum < INT64_MIN) throw OVERFLOW;
  storeText(context, argv, 1, sum.toString(), ENCODING_INT);
  context.changed(INCRBY, argv, 1);
  reply.bigInteger(sum);
}

/** Adds, or subtracts, what argument 2 says. */
function incrementBy(context: Context, argv: Argv, reply: Reply, sign: 1 | -1): void {
  const amount = argv.safeInteger(2);
  if (!Number.isNaN(amount)) {
    // Not sign * amount, which would make -0 of 0.
    increment(context, argv, reply, sign < 0 ? 0 - amount : amount);
    return;
  }
  const exact = argv.bigInteger(2);
  if (sign < 0 && exact === INT64_MIN) throw DECREMENT_OVERFLOW;
  const entry = context.write(argv, 1, TYPE_STRING);
  incrementBig(context, argv, reply, entry, sign < 0 ? -exact : exact);
}

export const incr = defineCommand({
  name: 'INCR',
  summary: 'Adds one to the integer value of a key. A key that does not exist counts as 0.',
  group: 'string',
  since: '1.0.0',
  complexity: 'O(1)',
  flags: WRITE | DENYOOM | FAST,
  args: [key('key', RW | ACCESS | UPDATE)],
  run: (context, argv, reply) => increment(context, argv, reply, 1),
});

export const decr = defineCommand({
  name: 'DECR',
  summary: 'Subtracts one from the integer value of a key. A key that does not exist counts as 0.',
  group: 'string',
  since: '1.0.0',
  complexity: 'O(1)',
  flags: WRITE | DENYOOM | FAST,
  args: [key('key', RW | ACCESS | UPDATE)],
  run: (context, argv, reply) => increment(context, argv, reply, -1),
});

export const incrby = defineCommand({
  name: 'INCRBY',
  summary: 'Adds a number to the integer value of a key. A key that does not exist counts as 0.',
  group: 'string',
  since: '1.0.0',
  complexity: 'O(1)',
  flags: WRITE | DENYOOM | FAST,
  args: [key('key', RW | ACCESS | UPDATE), integer('increment')],
  run: (context, argv, reply) => incrementBy(context, argv, reply, 1),
});

export const decrby = defineCommand({
  name: 'DECRBY',
  summary: 'Subtracts a number from the integer value of a key. A key that does not exist counts as 0.',
  group: 'string',
  since: '1.0.0',
  complexity: 'O(1)',
  flags: WRITE | DENYOOM | FAST,
  args: [key('key', RW | ACCESS | UPDATE), integer('decrement')],
  run: (context, argv, reply) => incrementBy(context, argv, reply, -1),
});
