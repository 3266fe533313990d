/** HINCRBY and HINCRBYFLOAT: fields as counters. */
import { INT64_MAX, INT64_MIN, parseBigInteger, parseInteger, writeInteger } from '../../base/bytes.js';
import {
  addLongDoubles,
  formatLongDouble,
  isFiniteLongDouble,
  parseLongDouble,
} from '../../base/long-double.js';
import { TYPE_HASH, typeOf } from '../../engine/entry.js';
import type { Reply } from '../../protocol/reply.js';
import { ReplyError } from '../../protocol/reply-error.js';
import { double, integer, key, string } from '../arguments.js';
import type { Argv } from '../argv.js';
import type { Context } from '../context.js';
import { defineCommand } from '../define.js';
import { NAN_OR_INFINITY, NOT_A_FLOAT, OVERFLOW, WRONG_TYPE } from '../errors.js';
import { ACCESS, DENYOOM, FAST, RW, UPDATE, WRITE } from '../flags.js';
import { HINCRBY, HINCRBYFLOAT } from './events.js';
import { hashForWriting } from './writing.js';

const VALUE_NOT_AN_INTEGER = new ReplyError('ERR hash value is not an integer');
const VALUE_NOT_A_FLOAT = new ReplyError('ERR hash value is not a float');
const INCREMENT_NOT_FINITE = new ReplyError('ERR value is NaN or Infinity');

/** The digits of a sum, on their way into the hash. */
const scratch = Buffer.alloc(17);

/** The hash, or 0. It counts as used when the sum is stored. */
function hashAt({ arena, db }: Context, argv: Argv): number {
  const entry = db.findToWrite(argv.bytes, argv.starts[1], argv.ends[1]);
  if (entry !== 0 && typeOf(arena, entry) !== TYPE_HASH) throw WRONG_TYPE;
  return entry;
}

/** The field's text, or `0` when it isn't there. Nothing is created. */
function currentText(context: Context, argv: Argv): string {
  const entry = hashAt(context, argv);
  if (entry === 0) return '0';
  const view = context.hashes.get(entry, argv.bytes, argv.starts[2], argv.ends[2]);
  return view === null ? '0' : view.toString();
}

/** The field's value; NaN when it is no integer within ±(2^53 − 1). */
function currentInteger(context: Context, argv: Argv): number {
  const entry = hashAt(context, argv);
  if (entry === 0) return 0;
  const view = context.hashes.get(entry, argv.bytes, argv.starts[2], argv.ends[2]);
  return view === null ? 0 : parseInteger(view.bytes, view.start, view.end);
}

/** HINCRBY beyond ±(2^53 − 1), and of what isn't a whole number. */
function incrementBig(context: Context, argv: Argv, reply: Reply): void {
  const increment = argv.bigInteger(3);
  const text = Buffer.from(currentText(context, argv), 'latin1');
  const value = parseBigInteger(text, 0, text.length);
  if (value === null) throw VALUE_NOT_AN_INTEGER;
  const sum = value + increment;
  if (sum > INT64_MAX || sum < INT64_MIN) throw OVERFLOW;
  store(context, argv, sum.toString());
  context.changed(HINCRBY, argv, 1);
  reply.bigInteger(sum);
}

function store(context: Context, argv: Argv, text: string): void {
  const value = Buffer.from(text, 'latin1');
  const entry = hashForWriting(context, argv);
  context.hashes.set(entry, argv.bytes, argv.starts[2], argv.ends[2], value, 0, value.length);
}

export const hincrby = defineCommand({
  name: 'HINCRBY',
  summary: 'Adds an integer to the value of a field. A field that does not exist counts as 0.',
  group: 'hash',
  since: '2.0.0',
  complexity: 'O(1)',
  flags: WRITE | DENYOOM | FAST,
  args: [key('key', RW | ACCESS | UPDATE), string('field'), integer('increment')],
  run(context, argv, reply) {
    const increment = argv.safeInteger(3);
    const sum = Number.isNaN(increment) ? increment : increment + currentInteger(context, argv);
    // NaN, when one of them is no plain integer, isn't safe either.
    if (!Number.isSafeInteger(sum)) {
      incrementBig(context, argv, reply);
      return;
    }
    const entry = hashForWriting(context, argv);
    const end = writeInteger(sum, scratch, 0);
    context.hashes.set(entry, argv.bytes, argv.starts[2], argv.ends[2], scratch, 0, end);
    context.changed(HINCRBY, argv, 1);
    reply.integer(sum);
  },
});

export const hincrbyfloat = defineCommand({
  name: 'HINCRBYFLOAT',
  summary: 'Adds a number to the floating point value of a field. A field that does not exist counts as 0.',
  group: 'hash',
  since: '2.6.0',
  complexity: 'O(1)',
  flags: WRITE | DENYOOM | FAST,
  args: [key('key', RW | ACCESS | UPDATE), string('field'), double('increment')],
  run(context, argv, reply) {
    const increment = parseLongDouble(argv.latin1(3));
    if (increment === null) throw NOT_A_FLOAT;
    if (!isFiniteLongDouble(increment)) throw INCREMENT_NOT_FINITE;
    const value = parseLongDouble(currentText(context, argv));
    if (value === null) throw VALUE_NOT_A_FLOAT;
    const sum = addLongDoubles(value, increment);
    if (sum === null || !isFiniteLongDouble(sum)) throw NAN_OR_INFINITY;
    const text = formatLongDouble(sum);
    store(context, argv, text);
    context.changed(HINCRBYFLOAT, argv, 1);
    const { propagation } = context.services;
    if (propagation.isWanted) {
      propagation.begin(context.db, 4).word('HSET').argument(argv, 1).argument(argv, 2).word(text);
    }
    reply.bulkLatin1(text);
  },
});
