/** LPOP, RPOP, and LMPOP: elements go out at one end. */
import { TYPE_LIST } from '../../engine/entry.js';
import type { Reply } from '../../protocol/reply.js';
import { countedKeys, integer, key, many, oneOf, optional, since, token, withToken } from '../arguments.js';
import type { Argv } from '../argv.js';
import type { Context } from '../context.js';
import { defineCommand } from '../define.js';
import { OUT_OF_RANGE_POSITIVE, wrongArity } from '../errors.js';
import { ACCESS, DELETE, FAST, RW, WRITE } from '../flags.js';
import { type MultiPop, parseMultiPop } from '../multi-pop.js';
import { isHead, popMany, popOne } from './ends.js';

const popping = (name: string, atHead: boolean, summary: string) => {
  const tooMany = wrongArity(name.toLowerCase());
  return defineCommand({
    name,
    summary,
    group: 'list',
    since: '1.0.0',
    complexity: 'O(N) where N is the number of elements returned',
    flags: WRITE | FAST,
    args: [key('key', RW | ACCESS | DELETE), optional(since('6.2.0', integer('count')))],
    history: [['6.2.0', 'Added the `count` argument.']],
    run(context, argv, reply) {
      if (argv.count > 3) throw tooMany;
      const hasCount = argv.count === 3;
      const count = hasCount ? argv.integer(2, OUT_OF_RANGE_POSITIVE) : 1;
      if (count < 0) throw OUT_OF_RANGE_POSITIVE;
      const entry = context.write(argv, 1, TYPE_LIST);
      if (entry === 0) {
        if (hasCount) reply.nullArray();
        else reply.null();
      } else if (!hasCount) {
        popOne(context, argv, 1, entry, atHead, reply);
      } else if (count === 0) {
        reply.array(0);
      } else {
        popMany(context, argv, 1, entry, atHead, count, reply);
      }
    },
  });
};

export const lpop = popping('LPOP', true, 'Removes and returns elements from the head of a list.');
export const rpop = popping('RPOP', false, 'Removes and returns elements from the tail of a list.');

/** Pops from the first of the keys that holds a list. @returns false when none does; nothing is replied then */
export function popFirst(context: Context, argv: Argv, pop: MultiPop, reply: Reply): boolean {
  for (let index = pop.firstKey; index < pop.firstKey + pop.keyCount; index++) {
    const entry = context.write(argv, index, TYPE_LIST);
    if (entry === 0) continue;
    reply.array(2);
    reply.bulk(argv.bytes, argv.starts[index], argv.ends[index]);
    const taken = popMany(context, argv, index, entry, pop.isFirstEnd, pop.count, reply);
    const { propagation } = context.services;
    if (propagation.isWanted) {
      const effect = propagation.begin(context.db, 3).word(pop.isFirstEnd ? 'LPOP' : 'RPOP');
      effect.argument(argv, index).integer(taken);
    }
    return true;
  }
  return false;
}

export const lmpop = defineCommand({
  name: 'LMPOP',
  summary: 'Removes and returns elements from the first list that is not empty.',
  group: 'list',
  since: '7.0.0',
  complexity: 'O(N+M) where N is the number of provided keys and M is the number of elements returned.',
  flags: WRITE,
  args: [
    integer('numkeys'),
    many(key('key', RW | ACCESS | DELETE)),
    oneOf('where', token('LEFT'), token('RIGHT')),
    optional(withToken('COUNT', integer('count'))),
  ],
  keySpecs: [countedKeys(1, RW | ACCESS | DELETE)],
  run(context, argv, reply) {
    if (!popFirst(context, argv, parseMultiPop(argv, 1, isHead), reply)) reply.nullArray();
  },
});
