/** ZADD and ZINCRBY: members come, and scores change. */
import { TYPE_ZSET } from '../../engine/entry.js';
import * as zset from '../../engine/types/zset/sorted-sets.js';
import type { Reply } from '../../protocol/reply.js';
import { ReplyError } from '../../protocol/reply-error.js';
import { block, double, integer, key, many, oneOf, optional, since, string, token } from '../arguments.js';
import type { Argv } from '../argv.js';
import type { Context } from '../context.js';
import { defineCommand } from '../define.js';
import { SYNTAX_ERROR } from '../errors.js';
import { ACCESS, DENYOOM, FAST, RW, UPDATE, WRITE } from '../flags.js';
import { ZADD, ZINCR } from './events.js';

const XX_AND_NX = new ReplyError('ERR XX and NX options at the same time are not compatible');
const GT_LT_NX = new ReplyError('ERR GT, LT, and/or NX options at the same time are not compatible');
const INCR_SINGLE = new ReplyError('ERR INCR option supports a single increment-element pair');
const NOT_A_NUMBER = new ReplyError('ERR resulting score is not a number (NaN)');

/** Scores of the command at hand, parsed before anything is changed. */
let scores = new Float64Array(16);

function parseScores(argv: Argv, first: number, count: number): void {
  if (count > scores.length) scores = new Float64Array(count * 2);
  for (let pair = 0; pair < count; pair++) scores[pair] = argv.double(first + pair * 2);
}

/** `score member [score member …]` from argument `first` on. */
function add(
  context: Context,
  argv: Argv,
  first: number,
  flags: number,
  countsChanged: boolean,
  reply: Reply,
): void {
  const { sortedSets } = context;
  const { bytes, starts, ends } = argv;
  const count = (argv.count - first) / 2;
  const increments = (flags & zset.ADD_INCR) !== 0;
  parseScores(argv, first, count);
  let entry = context.write(argv, 1, TYPE_ZSET);
  if (entry === 0) {
    if ((flags & zset.ADD_XX) !== 0) {
      if (increments) reply.null();
      else reply.integer(0);
      return;
    }
    entry = sortedSets.create(context.db, bytes, starts[1], ends[1], count, argv.byteLength(first + 1));
  } else {
    sortedSets.expect(entry, count);
  }
  let added = 0;
  let updated = 0;
  let isDone = false;
  for (let pair = 0; pair < count; pair++) {
    const index = first + pair * 2 + 1;
    const outcome = sortedSets.add(entry, scores[pair], flags, bytes, starts[index], ends[index]);
    if (outcome === zset.NOT_A_NUMBER) throw NOT_A_NUMBER;
    if (outcome === zset.ADDED) added++;
    if (outcome === zset.UPDATED) updated++;
    if (outcome !== zset.NOT_DONE) isDone = true;
  }
  if (added + updated > 0) context.changedMany(added + updated, increments ? ZINCR : ZADD, argv, 1);
  if (!increments) reply.integer(countsChanged ? added + updated : added);
  else if (isDone) reply.double(sortedSets.foundScore);
  else reply.null();
}

export const zadd = defineCommand({
  name: 'ZADD',
  summary: 'Adds members to a sorted set, or updates their scores. The set is created if needed.',
  group: 'sorted-set',
  since: '1.2.0',
  complexity: 'O(log(N)) for each item added, where N is the number of elements in the sorted set.',
  flags: WRITE | DENYOOM | FAST,
  args: [
    key('key', RW | UPDATE),
    optional(since('3.0.2', oneOf('condition', token('NX'), token('XX')))),
    optional(since('6.2.0', oneOf('comparison', token('GT'), token('LT')))),
    optional(since('3.0.2', token('CH', 'change'))),
    optional(since('3.0.2', token('INCR', 'increment'))),
    many(block('data', double('score'), string('member'))),
  ],
  history: [
    ['2.4.0', 'Accepts multiple elements.'],
    ['3.0.2', 'Added the `XX`, `NX`, `CH` and `INCR` options.'],
    ['6.2.0', 'Added the `GT` and `LT` options.'],
  ],
  run(context, argv, reply) {
    let flags = 0;
    let first = 2;
    for (; first < argv.count; first++) {
      const option = optionAt(argv, first);
      if (option === 0) break;
      flags |= option;
    }
    const words = argv.count - first;
    if (words === 0 || words % 2 !== 0) throw SYNTAX_ERROR;
    if (flags !== 0) checkFlags(flags, words);
    add(context, argv, first, flags & ~CH, (flags & CH) !== 0, reply);
  },
});

/** Beside the ADD_ flags: members whose score changed count too. */
const CH = 1 << 8;

/** The option that an argument is, or 0. */
function optionAt(argv: Argv, index: number): number {
  // A score begins with none of these letters: most arguments are done with here.
  if (argv.byteLength(index) > 4 || (argv.bytes[argv.starts[index]] | 0x20) < 0x61) return 0;
  if (argv.is(index, 'NX')) return zset.ADD_NX;
  if (argv.is(index, 'XX')) return zset.ADD_XX;
  if (argv.is(index, 'GT')) return zset.ADD_GT;
  if (argv.is(index, 'LT')) return zset.ADD_LT;
  if (argv.is(index, 'INCR')) return zset.ADD_INCR;
  return argv.is(index, 'CH') ? CH : 0;
}

function checkFlags(flags: number, words: number): void {
  const has = (flag: number): boolean => (flags & flag) !== 0;
  if (has(zset.ADD_NX) && has(zset.ADD_XX)) throw XX_AND_NX;
  if (
    (has(zset.ADD_GT) && has(zset.ADD_NX)) ||
    (has(zset.ADD_LT) && has(zset.ADD_NX)) ||
    (has(zset.ADD_GT) && has(zset.ADD_LT))
  ) {
    throw GT_LT_NX;
  }
  if (has(zset.ADD_INCR) && words > 2) throw INCR_SINGLE;
}

export const zincrby = defineCommand({
  name: 'ZINCRBY',
  summary: 'Adds to the score of a member. A member that does not exist counts as 0.',
  group: 'sorted-set',
  since: '1.2.0',
  complexity: 'O(log(N)) where N is the number of elements in the sorted set.',
  flags: WRITE | DENYOOM | FAST,
  args: [key('key', RW | ACCESS | UPDATE), integer('increment'), string('member')],
  run(context, argv, reply) {
    // ZADD's options are known here too, and leave too few arguments.
    if (optionAt(argv, 2) !== 0) throw SYNTAX_ERROR;
    add(context, argv, 2, zset.ADD_INCR, false, reply);
  },
});
