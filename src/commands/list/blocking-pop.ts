/** BLPOP, BRPOP, BLMPOP: takes an element from the first list that has one, and waits while none does. */
import { TYPE_LIST } from '../../engine/entry.js';
import {
  countedKeys,
  double,
  integer,
  key,
  keysFrom,
  many,
  oneOf,
  optional,
  token,
  withToken,
} from '../arguments.js';
import { defineCommand } from '../define.js';
import { ACCESS, BLOCKING, DELETE, RW, WRITE } from '../flags.js';
import { argumentRange, parseMultiPop } from '../multi-pop.js';
import { timeoutMs } from '../timeout.js';
import { isHead, popOne } from './ends.js';
import { popFirst } from './pop.js';

const waitingPop = (name: string, atHead: boolean, summary: string) =>
  defineCommand({
    name,
    summary,
    group: 'list',
    since: '2.0.0',
    complexity: 'O(N) where N is the number of provided keys.',
    flags: WRITE | BLOCKING,
    args: [many(key('key', RW | ACCESS | DELETE)), double('timeout')],
    keySpecs: [keysFrom(1, RW | ACCESS | DELETE, 1, -2)],
    history: [['6.0.0', '`timeout` is interpreted as a double instead of an integer.']],
    run(context, argv, reply) {
      const last = argv.count - 1;
      const waitMs = timeoutMs(argv, last, context.nowMs);
      for (let index = 1; index < last; index++) {
        const entry = context.write(argv, index, TYPE_LIST);
        if (entry === 0) continue;
        reply.array(2);
        reply.bulk(argv.bytes, argv.starts[index], argv.ends[index]);
        popOne(context, argv, index, entry, atHead, reply);
        const { propagation } = context.services;
        if (propagation.isWanted) {
          propagation
            .begin(context.db, 2)
            .word(atHead ? 'LPOP' : 'RPOP')
            .argument(argv, index);
        }
        return;
      }
      const { blocking } = context.services;
      if (!blocking.canBlock) reply.nullArray();
      else
        blocking.waitForKeys(
          argv,
          { keys: argumentRange(1, last - 1), type: TYPE_LIST, wakesWhenGone: false },
          waitMs,
        );
    },
  });

export const blpop = waitingPop(
  'BLPOP',
  true,
  'Removes and returns the first element of a list, and waits for one.',
);
export const brpop = waitingPop(
  'BRPOP',
  false,
  'Removes and returns the last element of a list, and waits for one.',
);

export const blmpop = defineCommand({
  name: 'BLMPOP',
  summary: 'Removes and returns elements from the first list that is not empty, and waits for one.',
  group: 'list',
  since: '7.0.0',
  complexity: 'O(N+M) where N is the number of provided keys and M is the number of elements returned.',
  flags: WRITE | BLOCKING,
  args: [
    double('timeout'),
    integer('numkeys'),
    many(key('key', RW | ACCESS | DELETE)),
    oneOf('where', token('LEFT'), token('RIGHT')),
    optional(withToken('COUNT', integer('count'))),
  ],
  keySpecs: [countedKeys(2, RW | ACCESS | DELETE)],
  run(context, argv, reply) {
    const pop = parseMultiPop(argv, 2, isHead);
    const waitMs = timeoutMs(argv, 1, context.nowMs);
    if (popFirst(context, argv, pop, reply)) return;
    const { blocking } = context.services;
    if (!blocking.canBlock) {
      reply.nullArray();
      return;
    }
    const keys = argumentRange(pop.firstKey, pop.keyCount);
    blocking.waitForKeys(argv, { keys, type: TYPE_LIST, wakesWhenGone: false }, waitMs);
  },
});
