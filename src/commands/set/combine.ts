/** SINTER, SUNION, SDIFF, their STORE forms, and SINTERCARD. */
import type { SetSelection } from '../../engine/types/set/set-selection.js';
import { ReplyError } from '../../protocol/reply-error.js';
import { countedKeys, integer, key, many, optional, withToken } from '../arguments.js';
import type { Context } from '../context.js';
import { defineCommand } from '../define.js';
import { SYNTAX_ERROR } from '../errors.js';
import type { KeyEvent } from '../events.js';
import { ACCESS, DENYOOM, OW, READONLY, RO, RW, UPDATE, WRITE } from '../flags.js';
import { storeResult } from '../stored-result.js';
import { difference, intersection, replyMember, replyUnion, setsAt, storedUnion } from './algebra.js';
import { SDIFFSTORE, SINTERSTORE, SUNIONSTORE } from './events.js';

const UNORDERED = ['nondeterministic_output_order'];

const IN_ALL_SETS = 'O(N) where N is the total number of elements in all given sets.';

/** SINTER or SDIFF, and the form that stores. */
interface Selecting {
  readonly name: string;
  readonly what: string;
  readonly complexity: string;
  readonly event: KeyEvent;
  /** Of the destination's key. */
  readonly access: number;
  /** Whether Redis begins with an intset when it stores, whatever the sets are. */
  readonly asIntset: boolean;
  select(context: Context, entries: readonly number[]): SetSelection;
}

const INTERSECTION: Selecting = {
  name: 'SINTER',
  what: 'intersection',
  complexity: 'O(N*M) worst case where N is the cardinality of the smallest set and M is the number of sets.',
  event: SINTERSTORE,
  access: RW | UPDATE,
  asIntset: false,
  select: intersection,
};
const DIFFERENCE: Selecting = {
  name: 'SDIFF',
  what: 'difference',
  complexity: IN_ALL_SETS,
  event: SDIFFSTORE,
  access: OW | UPDATE,
  asIntset: true,
  select: difference,
};

const selecting = ({ name, what, complexity, select }: Selecting) =>
  defineCommand({
    name,
    summary: `Returns the ${what} of sets.`,
    group: 'set',
    since: '1.0.0',
    complexity,
    flags: READONLY,
    args: [many(key('key', RO | ACCESS))],
    tips: UNORDERED,
    run(context, argv, reply) {
      const entries = setsAt(context, argv, 1, argv.count - 1);
      const mark = reply.beginDeferred();
      let count = 0;
      const selection = select(context, entries);
      for (; selection.next(); count++) replyMember(reply, selection);
      reply.endDeferredSet(mark, count);
    },
  });

const selectingAndStoring = ({ name, what, complexity, event, access, asIntset, select }: Selecting) =>
  defineCommand({
    name: `${name}STORE`,
    summary: `Stores the ${what} of sets in a key.`,
    group: 'set',
    since: '1.0.0',
    complexity,
    flags: WRITE | DENYOOM,
    args: [key('destination', access), many(key('key', RO | ACCESS))],
    run(context, argv, reply) {
      const { sets } = context;
      const entries = setsAt(context, argv, 2, argv.count - 1);
      const result = sets.computed.fromSelection(select(context, entries), asIntset);
      storeResult(context, argv, result, sets.length(result), event, reply);
    },
  });

export const sinter = selecting(INTERSECTION);
export const sdiff = selecting(DIFFERENCE);
export const sinterstore = selectingAndStoring(INTERSECTION);
export const sdiffstore = selectingAndStoring(DIFFERENCE);

export const sunion = defineCommand({
  name: 'SUNION',
  summary: 'Returns the union of sets.',
  group: 'set',
  since: '1.0.0',
  complexity: IN_ALL_SETS,
  flags: READONLY,
  args: [many(key('key', RO | ACCESS))],
  tips: UNORDERED,
  run(context, argv, reply) {
    replyUnion(context, setsAt(context, argv, 1, argv.count - 1), reply);
  },
});

export const sunionstore = defineCommand({
  name: 'SUNIONSTORE',
  summary: 'Stores the union of sets in a key.',
  group: 'set',
  since: '1.0.0',
  complexity: IN_ALL_SETS,
  flags: WRITE | DENYOOM,
  args: [key('destination', OW | UPDATE), many(key('key', RO | ACCESS))],
  run(context, argv, reply) {
    const result = storedUnion(context, setsAt(context, argv, 2, argv.count - 1));
    storeResult(context, argv, result, context.sets.length(result), SUNIONSTORE, reply);
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
    const selection = intersection(context, setsAt(context, argv, 2, 1 + keyCount));
    while ((limit === 0 || count < limit) && selection.next()) count++;
    reply.integer(count);
  },
});
