/** SINTER, SUNION, SDIFF, their STORE forms, and SINTERCARD. */
import { ENCODING_INTSET, ENCODING_LISTPACK, encodingOf } from '../../engine/entry.js';
import type { Reply } from '../../protocol/reply.js';
import { ReplyError } from '../../protocol/reply-error.js';
import { countedKeys, integer, key, many, optional, withToken } from '../arguments.js';
import type { Context } from '../context.js';
import { defineCommand } from '../define.js';
import { SYNTAX_ERROR } from '../errors.js';
import type { KeyEvent } from '../events.js';
import { ACCESS, DENYOOM, OW, READONLY, RO, RW, UPDATE, WRITE } from '../flags.js';
import { storeResult } from '../stored-result.js';
import { intersect, setsAt, subtract, unite, workingEncoding } from './algebra.js';
import { SDIFFSTORE, SINTERSTORE, SUNIONSTORE } from './events.js';

const UNORDERED = ['nondeterministic_output_order'];

/** Replies with a temporary set and drops it. */
function replyAndDrop(context: Context, result: number, reply: Reply): void {
  reply.set(context.sets.length(result));
  const cursor = context.sets.all(result);
  const { member } = cursor;
  while (cursor.next()) reply.bulk(member.bytes, member.start, member.end);
  context.temporaries.discard(result);
}

export const sinter = defineCommand({
  name: 'SINTER',
  summary: 'Returns the intersection of sets.',
  group: 'set',
  since: '1.0.0',
  complexity: 'O(N*M) worst case where N is the cardinality of the smallest set and M is the number of sets.',
  flags: READONLY,
  args: [many(key('key', RO | ACCESS))],
  tips: UNORDERED,
  run(context, argv, reply) {
    const entries = setsAt(context, argv, 1, argv.count - 1);
    const mark = reply.beginDeferred();
    let count = 0;
    intersect(context, entries, (member) => {
      reply.bulk(member.bytes, member.start, member.end);
      count++;
      return true;
    });
    reply.endDeferredSet(mark, count);
  },
});

export const sinterstore = defineCommand({
  name: 'SINTERSTORE',
  summary: 'Stores the intersection of sets in a key.',
  group: 'set',
  since: '1.0.0',
  complexity: 'O(N*M) worst case where N is the cardinality of the smallest set and M is the number of sets.',
  flags: WRITE | DENYOOM,
  args: [key('destination', RW | UPDATE), many(key('key', RO | ACCESS))],
  run(context, argv, reply) {
    const { sets, arena } = context;
    const entries = setsAt(context, argv, 2, argv.count - 1);
    const smallest = entries.reduce((least, entry) =>
      entry === 0 || least === 0 ? 0 : sets.length(entry) < sets.length(least) ? entry : least,
    );
    // The result begins packed, however large the sets are, and is made an intset in the end if it can be one.
    const isIntset = smallest === 0 || encodingOf(arena, smallest) === ENCODING_INTSET;
    const encoding = isIntset ? ENCODING_INTSET : ENCODING_LISTPACK;
    const result = sets.createTemporary(encoding);
    intersect(context, entries, (member) => {
      sets.addNew(result, member.bytes, member.start, member.end, member.view);
      return true;
    });
    sets.compact(result);
    storeResult(context, argv, result, sets.length(result), SINTERSTORE, reply);
  },
});

const KEY_COUNT_TOO_SMALL = new ReplyError('ERR numkeys should be greater than 0');
const KEY_COUNT_TOO_LARGE = new ReplyError("ERR Number of keys can't be greater than number of args");
const LIMIT_NEGATIVE = new ReplyError("ERR LIMIT can't be negative");

export const sintercard = defineCommand({
  name: 'SINTERCARD',
  summary: 'Returns the number of members in the intersection of sets.',
  group: 'set',
  since: '7.0.0',
  complexity: 'O(N*M) worst case where N is the cardinality of the smallest set and M is the number of sets.',
  flags: READONLY,
  args: [integer('numkeys'), many(key('key', RO | ACCESS)), optional(withToken('LIMIT', integer('limit')))],
  keySpecs: [countedKeys(1, RO | ACCESS)],
  run(context, argv, reply) {
    const keyCount = argv.integer(1, KEY_COUNT_TOO_SMALL);
    if (keyCount < 1) throw KEY_COUNT_TOO_SMALL;
    if (keyCount > argv.count - 2) throw KEY_COUNT_TOO_LARGE;
    let limit = 0;
    for (let index = 2 + keyCount; index < argv.count; index += 2) {
      if (!argv.is(index, 'LIMIT') || index + 1 === argv.count) throw SYNTAX_ERROR;
      limit = argv.integer(index + 1, LIMIT_NEGATIVE);
      if (limit < 0) throw LIMIT_NEGATIVE;
    }
    let count = 0;
    intersect(context, setsAt(context, argv, 2, 1 + keyCount), () => {
      count++;
      return count !== limit;
    });
    reply.integer(count);
  },
});

type Combine = (context: Context, entries: readonly number[], encoding: number) => number;

const combining = (name: string, combine: Combine, summary: string, complexity: string) =>
  defineCommand({
    name,
    summary,
    group: 'set',
    since: '1.0.0',
    complexity,
    flags: READONLY,
    args: [many(key('key', RO | ACCESS))],
    tips: UNORDERED,
    run(context, argv, reply) {
      const entries = setsAt(context, argv, 1, argv.count - 1);
      replyAndDrop(context, combine(context, entries, workingEncoding(context, entries)), reply);
    },
  });

const combiningAndStoring = (
  name: string,
  combine: Combine,
  event: KeyEvent,
  summary: string,
  complexity: string,
) =>
  defineCommand({
    name,
    summary,
    group: 'set',
    since: '1.0.0',
    complexity,
    flags: WRITE | DENYOOM,
    args: [key('destination', OW | UPDATE), many(key('key', RO | ACCESS))],
    run(context, argv, reply) {
      const entries = setsAt(context, argv, 2, argv.count - 1);
      const result = combine(context, entries, ENCODING_INTSET);
      storeResult(context, argv, result, context.sets.length(result), event, reply);
    },
  });

const IN_ALL_SETS = 'O(N) where N is the total number of elements in all given sets.';

export const sunion = combining('SUNION', unite, 'Returns the union of sets.', IN_ALL_SETS);
export const sdiff = combining('SDIFF', subtract, 'Returns the difference of sets.', IN_ALL_SETS);
export const sunionstore = combiningAndStoring(
  'SUNIONSTORE',
  unite,
  SUNIONSTORE,
  'Stores the union of sets in a key.',
  IN_ALL_SETS,
);
export const sdiffstore = combiningAndStoring(
  'SDIFFSTORE',
  subtract,
  SDIFFSTORE,
  'Stores the difference of sets in a key.',
  IN_ALL_SETS,
);
