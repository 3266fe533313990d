/** BITFIELD and BITFIELD_RO: a string as a row of integers of any size. */
import { NONE } from '../../engine/arena.js';
import { TYPE_STRING, valueLength, valueStart } from '../../engine/entry.js';
import type { Reply } from '../../protocol/reply.js';
import { ReplyError } from '../../protocol/reply-error.js';
import {
  block,
  integer,
  key,
  keyAt,
  many,
  manyWithToken,
  oneOf,
  optional,
  string,
  token,
  withToken,
} from '../arguments.js';
import type { Argv } from '../argv.js';
import type { Context } from '../context.js';
import { defineCommand } from '../define.js';
import { SYNTAX_ERROR } from '../errors.js';
import { ACCESS, DENYOOM, FAST, READONLY, RO, RW, UPDATE, VARIABLE_FLAGS, WRITE } from '../flags.js';
import { stringOfLength } from '../string/range.js';
import { SETBIT } from './events.js';
import { readBigBits, readBits, writeBigBits, writeBits } from './field-bits.js';
import { FAIL, type FieldType, fieldType, SATURATE, WRAP } from './field-type.js';
import { bitOffset } from './offset.js';

const NOT_AN_OVERFLOW = new ReplyError('ERR Invalid OVERFLOW type specified');
const GET_ONLY = new ReplyError('ERR BITFIELD_RO only supports the GET subcommand');

const GET = 0;
const SET = 1;
const INCRBY = 2;

/** Sums of a short field and an amount up to here are exact Numbers. */
const SHORT_AMOUNT_MAX = 2 ** 52;

/** What became of a field that was to be written. */
const REFUSED = 0;
const SAME = 1;
const CHANGED = 2;
type Outcome = typeof REFUSED | typeof SAME | typeof CHANGED;

interface Operation {
  readonly kind: typeof GET | typeof SET | typeof INCRBY;
  readonly type: FieldType;
  readonly offset: number;
  readonly overflow: number;
  /** What to set or to add: exact when it is within ±2^52. */
  readonly amount: number;
  /** The argument that holds it. */
  readonly amountIndex: number;
}

function overflowNamed(argv: Argv, index: number): number {
  if (argv.is(index, 'WRAP')) return WRAP;
  if (argv.is(index, 'SAT')) return SATURATE;
  if (argv.is(index, 'FAIL')) return FAIL;
  throw NOT_AN_OVERFLOW;
}

/** @throws SYNTAX_ERROR and others, before anything is changed */
function parseOperations(context: Context, argv: Argv): Operation[] {
  const operations: Operation[] = [];
  let overflow = WRAP;
  for (let index = 2; index < argv.count; ) {
    const left = argv.count - index - 1;
    if (argv.is(index, 'OVERFLOW') && left >= 1) {
      overflow = overflowNamed(argv, index + 1);
      index += 2;
      continue;
    }
    const isGet = argv.is(index, 'GET') && left >= 2;
    const isSet = argv.is(index, 'SET') && left >= 3;
    if (!isGet && !isSet && !(argv.is(index, 'INCRBY') && left >= 3)) throw SYNTAX_ERROR;
    const type = fieldType(argv, index + 1);
    const offset = bitOffset(context, argv, index + 2, type.bits);
    const amountIndex = index + 3;
    const amount = isGet ? 0 : argv.integer(amountIndex);
    const kind = isGet ? GET : isSet ? SET : INCRBY;
    operations.push({ kind, type, offset, overflow, amount, amountIndex });
    index += isGet ? 3 : 4;
  }
  return operations;
}

/** The string that operations work on. Valid until the database changes. */
interface Row {
  readonly bytes: Buffer;
  readonly start: number;
  readonly length: number;
}

function rowOf(context: Context, entry: number): Row {
  const { arena } = context;
  return {
    bytes: arena.bytesOf(entry),
    start: entry === NONE ? 0 : valueStart(arena, entry),
    length: entry === NONE ? 0 : valueLength(arena, entry),
  };
}

function get({ bytes, start, length }: Row, { type, offset }: Operation, reply: Reply): void {
  if (type.isShort) reply.integer(type.valueOf(readBits(bytes, start, length, offset, type.bits)));
  else reply.bigInteger(type.valueOfBig(readBigBits(bytes, start, length, offset, type.bits)));
}

/** SET and INCRBY of a short field by a short amount. */
function changeShort({ bytes, start, length }: Row, operation: Operation, reply: Reply): Outcome {
  const { kind, type, offset, overflow, amount } = operation;
  const before = type.valueOf(readBits(bytes, start, length, offset, type.bits));
  const after = type.fit(kind === INCRBY ? before + amount : amount, overflow);
  if (Number.isNaN(after)) {
    reply.null();
    return REFUSED;
  }
  reply.integer(kind === INCRBY ? after : before);
  writeBits(bytes, start, offset, type.bits, after);
  return after === before ? SAME : CHANGED;
}

/** SET and INCRBY of any other field. */
function changeBig(
  { bytes, start, length }: Row,
  operation: Operation,
  amount: bigint,
  reply: Reply,
): Outcome {
  const { kind, type, offset, overflow } = operation;
  const { bits } = type;
  const read = type.isShort
    ? BigInt(readBits(bytes, start, length, offset, bits))
    : readBigBits(bytes, start, length, offset, bits);
  const before = type.valueOfBig(read);
  const after = type.fitBig(kind === INCRBY ? before + amount : type.setBig(amount, overflow), overflow);
  if (after === null) {
    reply.null();
    return REFUSED;
  }
  reply.bigInteger(kind === INCRBY ? after : before);
  if (type.isShort) writeBits(bytes, start, offset, bits, Number(after));
  else writeBigBits(bytes, start, offset, bits, after);
  return after === before ? SAME : CHANGED;
}

function change(row: Row, operation: Operation, argv: Argv, reply: Reply): Outcome {
  const { kind, type, amount, amountIndex } = operation;
  const isShort = type.isShort && Math.abs(amount) <= SHORT_AMOUNT_MAX;
  const isWrappedSet = kind === SET && amount < 0 && !type.isSigned;
  if (isShort && !isWrappedSet) return changeShort(row, operation, reply);
  return changeBig(row, operation, argv.bigInteger(amountIndex), reply);
}

/** Runs operations of which at least one writes: the string is made long enough for all of them first. */
function write(context: Context, argv: Argv, operations: readonly Operation[], reply: Reply): void {
  const found = context.write(argv, 1, TYPE_STRING);
  let length = 0;
  for (const { kind, type, offset } of operations) {
    if (kind !== GET) length = Math.max(length, Math.floor((offset + type.bits - 1) / 8) + 1);
  }
  const isGrown = found === NONE || valueLength(context.arena, found) < length;
  const row = rowOf(context, stringOfLength(context, argv, 1, found, length));
  let changes = 0;
  reply.array(operations.length);
  for (const operation of operations) {
    if (operation.kind === GET) {
      get(row, operation, reply);
      continue;
    }
    const outcome = change(row, operation, argv, reply);
    // In a string that grew, whatever is written is a change; what is refused isn't, though the string grew.
    if (outcome === CHANGED || (outcome === SAME && isGrown)) changes++;
  }
  if (changes === 0) {
    // No change that Redis tells of; but others have to have the same string.
    if (isGrown) context.services.propagation.force();
    return;
  }
  context.changedMany(changes, SETBIT, argv, 1);
}

function run(context: Context, argv: Argv, reply: Reply, isReadOnly: boolean): void {
  const operations = parseOperations(context, argv);
  if (operations.some(({ kind }) => kind !== GET)) {
    if (isReadOnly) throw GET_ONLY;
    write(context, argv, operations, reply);
    return;
  }
  const row = rowOf(context, context.read(argv, 1, TYPE_STRING));
  reply.array(operations.length);
  for (const operation of operations) get(row, operation, reply);
}

/** True when every word belongs to an operation that reads; words that make no sense may mean anything. */
function onlyReads(argv: Argv): boolean {
  for (let index = 2; index < argv.count; ) {
    const left = argv.count - index - 1;
    if (argv.is(index, 'GET') && left >= 2) index += 3;
    else if (argv.is(index, 'OVERFLOW') && left >= 1) index += 2;
    else return false;
  }
  return true;
}

const field = [string('encoding'), integer('offset')] as const;

export const bitfield = defineCommand({
  name: 'BITFIELD',
  summary: 'Reads and writes integers of any size at any bit of a string.',
  group: 'bitmap',
  since: '3.2.0',
  complexity: 'O(1) for each subcommand specified',
  flags: WRITE | DENYOOM,
  args: [
    key('key', RW | UPDATE | ACCESS | VARIABLE_FLAGS),
    optional(
      many(
        oneOf(
          'operation',
          withToken('GET', block('get-block', ...field)),
          block(
            'write',
            optional(
              withToken('OVERFLOW', oneOf('overflow-block', token('WRAP'), token('SAT'), token('FAIL'))),
            ),
            oneOf(
              'write-operation',
              withToken('SET', block('set-block', ...field, integer('value'))),
              withToken('INCRBY', block('incrby-block', ...field, integer('increment'))),
            ),
          ),
        ),
      ),
    ),
  ],
  keySpecs: [
    {
      ...keyAt(1, RW | UPDATE | ACCESS | VARIABLE_FLAGS),
      notes: 'This command allows both access and modification of the key',
    },
  ],
  keyFinder: (argv, found) => found(1, onlyReads(argv) ? RO | ACCESS : RW | ACCESS | UPDATE),
  run: (context, argv, reply) => run(context, argv, reply, false),
});

export const bitfieldRo = defineCommand({
  name: 'BITFIELD_RO',
  summary: 'Reads integers of any size at any bit of a string.',
  group: 'bitmap',
  since: '6.0.0',
  complexity: 'O(1) for each subcommand specified',
  flags: READONLY | FAST,
  args: [key('key', RO | ACCESS), optional(manyWithToken('GET', block('get-block', ...field)))],
  run: (context, argv, reply) => run(context, argv, reply, true),
});
