/** Strings as rows of bytes: their length, parts of them, and writing into them. */
import { copyBytes, EMPTY_BYTES } from '../../base/bytes.js';
import { NONE } from '../../engine/arena.js';
import { ENCODING_RAW, setEncoding, TYPE_STRING, valueLength, valueStart } from '../../engine/entry.js';
import { integer, key, string } from '../arguments.js';
import type { Argv } from '../argv.js';
import type { Context } from '../context.js';
import { defineCommand, type Handler } from '../define.js';
import { OFFSET_OUT_OF_RANGE, STRING_TOO_LONG } from '../errors.js';
import { ACCESS, DENYOOM, FAST, INSERT, READONLY, RO, RW, UPDATE, WRITE } from '../flags.js';
import { APPEND, SETRANGE } from './events.js';
import { add } from './store.js';

/** @throws STRING_TOO_LONG when a string of so many bytes may not be */
function checkStringLength(context: Context, length: number): void {
  if (length > context.services.limits.bulkBytesMax) throw STRING_TOO_LONG;
}

/**
 * The string of the key in argument `keyIndex`, at least `length` bytes long: what is missing is added as
 * zeros, a missing key is created. Redis calls such a string `raw`, short or not.
 * @param entry the key's, or NONE right after it was searched for
 * @returns the entry, which may have moved
 */
export function stringOfLength(
  context: Context,
  argv: Argv,
  keyIndex: number,
  entry: number,
  length: number,
): number {
  const { db, arena } = context;
  let grown = entry;
  if (grown === NONE) {
    const { bytes, starts, ends } = argv;
    grown = db.addString(bytes, starts[keyIndex], ends[keyIndex], EMPTY_BYTES, 0, 0, ENCODING_RAW);
  }
  try {
    if (valueLength(arena, grown) < length) grown = db.resizeString(grown, length);
  } catch (error) {
    // No memory for it: nothing has happened then.
    if (entry === NONE) db.removeEntry(grown);
    throw error;
  }
  setEncoding(arena, grown, ENCODING_RAW);
  return grown;
}

export const append = defineCommand({
  name: 'APPEND',
  summary: 'Appends a string to the value of a key. The key is created if it does not exist.',
  group: 'string',
  since: '2.0.0',
  complexity:
    'O(1). The amortized time complexity is O(1) assuming the appended value is small and the already present value is of any size, since the dynamic string library used by Redis will double the free space available on every reallocation.',
  flags: WRITE | DENYOOM | FAST,
  args: [key('key', RW | INSERT), string('value')],
  run(context, argv, reply) {
    const entry = context.write(argv, 1, TYPE_STRING);
    const added = argv.byteLength(2);
    let length = added;
    if (entry === NONE) {
      add(context, argv, 1, 2);
    } else {
      const { arena } = context;
      const before = valueLength(arena, entry);
      length += before;
      checkStringLength(context, length);
      const grown = stringOfLength(context, argv, 1, entry, length);
      const at = valueStart(arena, grown) + before;
      copyBytes(argv.bytes, argv.starts[2], argv.ends[2], arena.bytesOf(grown), at);
    }
    context.changed(APPEND, argv, 1);
    reply.integer(length);
  },
});

export const strlen = defineCommand({
  name: 'STRLEN',
  summary: 'Returns the length of a string value.',
  group: 'string',
  since: '2.2.0',
  complexity: 'O(1)',
  flags: READONLY | FAST,
  args: [key('key', RO)],
  run(context, argv, reply) {
    const entry = context.read(argv, 1, TYPE_STRING);
    reply.integer(entry === NONE ? 0 : valueLength(context.arena, entry));
  },
});

const runGetrange: Handler = (context, argv, reply) => {
  const first = argv.integer(2);
  const last = argv.integer(3);
  const entry = context.read(argv, 1, TYPE_STRING);
  const length = entry === NONE ? 0 : valueLength(context.arena, entry);
  if (length === 0 || (first < 0 && last < 0 && first > last)) {
    reply.emptyBulk();
    return;
  }
  // An end before the string is the first byte, as in Redis: GETRANGE of 0 to -100 answers one byte.
  const from = Math.max(0, first < 0 ? first + length : first);
  const to = Math.min(length - 1, Math.max(0, last < 0 ? last + length : last));
  if (from > to) {
    reply.emptyBulk();
    return;
  }
  const start = valueStart(context.arena, entry);
  reply.bulk(context.arena.bytesOf(entry), start + from, start + to + 1);
};

export const getrange = defineCommand({
  name: 'GETRANGE',
  summary: 'Returns the bytes of a string between two offsets.',
  group: 'string',
  since: '2.4.0',
  complexity:
    'O(N) where N is the length of the returned string. The complexity is ultimately determined by the returned length, but because creating a substring from an existing string is very cheap, it can be considered O(1) for small strings.',
  flags: READONLY,
  args: [key('key', RO | ACCESS), integer('start'), integer('end')],
  run: runGetrange,
});

export const substr = defineCommand({
  name: 'SUBSTR',
  summary: 'Returns the bytes of a string between two offsets.',
  group: 'string',
  since: '1.0.0',
  complexity: getrange.complexity,
  flags: READONLY,
  args: [key('key', RO | ACCESS), integer('start'), integer('end')],
  deprecated: { since: '2.0.0', replacedBy: '`GETRANGE`' },
  run: runGetrange,
});

export const setrange = defineCommand({
  name: 'SETRANGE',
  summary: 'Overwrites a part of a string from an offset on. The key is created if it does not exist.',
  group: 'string',
  since: '2.2.0',
  complexity:
    'O(1), not counting the time taken to copy the new string in place. Usually, this string is very small so the amortized complexity is O(1). Otherwise, complexity is O(M) with M being the length of the value argument.',
  flags: WRITE | DENYOOM,
  args: [key('key', RW | UPDATE), integer('offset'), string('value')],
  run(context, argv, reply) {
    const offset = argv.integer(2);
    if (offset < 0) throw OFFSET_OUT_OF_RANGE;
    const entry = context.write(argv, 1, TYPE_STRING);
    const { arena } = context;
    const added = argv.byteLength(3);
    if (added === 0) {
      reply.integer(entry === NONE ? 0 : valueLength(arena, entry));
      return;
    }
    checkStringLength(context, offset + added);
    const grown = stringOfLength(context, argv, 1, entry, offset + added);
    const at = valueStart(arena, grown) + offset;
    copyBytes(argv.bytes, argv.starts[3], argv.ends[3], arena.bytesOf(grown), at);
    context.changed(SETRANGE, argv, 1);
    reply.integer(valueLength(arena, grown));
  },
});
