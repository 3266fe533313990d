/** SPOP and SRANDMEMBER: members by chance. */
import { TYPE_SET } from '../../engine/entry.js';
import { integer, key, optional, since } from '../arguments.js';
import type { Argv } from '../argv.js';
import type { Context } from '../context.js';
import { defineCommand } from '../define.js';
import { OUT_OF_RANGE_POSITIVE, SYNTAX_ERROR } from '../errors.js';
import { DEL } from '../events.js';
import { ACCESS, DELETE, FAST, READONLY, RO, RW, WRITE } from '../flags.js';
import { parseSampleCount, replyRepeatedly } from '../sample-count.js';
import type { Effect } from '../services/propagation.js';
import { SPOP } from './events.js';
import { removeIfEmpty } from './members.js';

/** What SPOP is passed on as: others can't know whom chance meets. The members follow unless all of them go. */
function beginRemoval(context: Context, argv: Argv, takesAll: boolean, count: number): Effect {
  const { propagation } = context.services;
  if (takesAll) return propagation.begin(context.db, 2).word('DEL').argument(argv, 1);
  return propagation
    .begin(context.db, count + 2)
    .word('SREM')
    .argument(argv, 1);
}

export const spop = defineCommand({
  name: 'SPOP',
  summary: 'Removes and returns one or more random members of a set.',
  group: 'set',
  since: '1.0.0',
  complexity: 'Without the count argument O(1), otherwise O(N) where N is the value of the passed count.',
  flags: WRITE | FAST,
  args: [key('key', RW | ACCESS | DELETE), optional(since('3.2.0', integer('count')))],
  tips: ['nondeterministic_output'],
  history: [['3.2.0', 'Added the `count` argument.']],
  run(context, argv, reply) {
    const { db, sets } = context;
    const { propagation } = context.services;
    if (argv.count > 3) throw SYNTAX_ERROR;
    const hasCount = argv.count === 3;
    const count = hasCount ? argv.integer(2, OUT_OF_RANGE_POSITIVE) : 1;
    if (count < 0) throw OUT_OF_RANGE_POSITIVE;
    const entry = context.write(argv, 1, TYPE_SET);
    if (entry === 0 || count === 0) {
      if (hasCount) reply.set(0);
      else reply.null();
      return;
    }
    if (!hasCount) {
      const view = sets.random(entry);
      reply.bulk(view.bytes, view.start, view.end);
      if (propagation.isWanted) {
        propagation.begin(db, 3).word('SREM').argument(argv, 1).bytes(view.bytes, view.start, view.end);
      }
      sets.remove(entry, view.bytes, view.start, view.end);
      context.changed(SPOP, argv, 1);
      removeIfEmpty(context, argv, 1, entry);
      return;
    }
    const length = sets.length(entry);
    reply.set(Math.min(count, length));
    const takesAll = count >= length;
    const cursor = takesAll ? sets.all(entry) : sets.sample(entry, count);
    const { member } = cursor;
    const effect = propagation.isWanted ? beginRemoval(context, argv, takesAll, count) : null;
    while (cursor.next()) {
      reply.bulk(member.bytes, member.start, member.end);
      if (!takesAll) effect?.bytes(member.bytes, member.start, member.end);
    }
    if (takesAll) {
      // Redis replies by way of SUNION, which looks for the key again.
      context.keyspace.stats.hits++;
      db.removeEntry(entry);
      context.changedMany(length, SPOP, argv, 1);
      context.notify(DEL, argv, 1);
    } else {
      sets.removeSampled(entry);
      context.changedMany(count, SPOP, argv, 1);
    }
  },
});

export const srandmember = defineCommand({
  name: 'SRANDMEMBER',
  summary: 'Returns one or more random members of a set.',
  group: 'set',
  since: '1.0.0',
  complexity:
    'Without the count argument O(1), otherwise O(N) where N is the absolute value of the passed count.',
  flags: READONLY,
  args: [key('key', RO | ACCESS), optional(since('2.6.0', integer('count')))],
  tips: ['nondeterministic_output'],
  history: [['2.6.0', 'Added the optional `count` argument.']],
  run(context, argv, reply) {
    const { sets } = context;
    if (argv.count > 3) throw SYNTAX_ERROR;
    const hasCount = argv.count === 3;
    const count = hasCount ? parseSampleCount(argv, 2) : 1;
    const entry = context.read(argv, 1, TYPE_SET);
    if (entry === 0 || count === 0) {
      if (hasCount) reply.array(0);
      else reply.null();
      return;
    }
    if (!hasCount) {
      const view = sets.random(entry);
      reply.bulk(view.bytes, view.start, view.end);
      return;
    }
    if (count < 0) {
      reply.array(-count);
      replyRepeatedly(reply, -count, () => {
        const view = sets.random(entry);
        reply.bulk(view.bytes, view.start, view.end);
      });
      return;
    }
    const shown = Math.min(count, sets.length(entry));
    reply.array(shown);
    const cursor = sets.sample(entry, shown);
    const { member } = cursor;
    while (cursor.next()) reply.bulk(member.bytes, member.start, member.end);
  },
});
