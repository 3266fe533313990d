/** ZREM and ZREMRANGEBY…: members go. */
import { TYPE_ZSET } from '../../engine/entry.js';
import { double, integer, key, many, string } from '../arguments.js';
import type { Argv } from '../argv.js';
import type { Context } from '../context.js';
import { type CommandDeclaration, defineCommand } from '../define.js';
import type { KeyEvent } from '../events.js';
import { DELETE, FAST, RW, WRITE } from '../flags.js';
import { ZREM, ZREMRANGEBYLEX, ZREMRANGEBYRANK, ZREMRANGEBYSCORE } from './events.js';
import {
  parseNameBound,
  parseScoreBound,
  type RankSpan,
  spanLength,
  spanOfNames,
  spanOfRanks,
  spanOfScores,
} from './range-spec.js';
import { membersRemoved } from './replies.js';

export const zrem = defineCommand({
  name: 'ZREM',
  summary: 'Removes members from a sorted set, and the set when no member is left.',
  group: 'sorted-set',
  since: '1.2.0',
  complexity:
    'O(M*log(N)) with N being the number of elements in the sorted set and M the number of elements to be removed.',
  flags: WRITE | FAST,
  args: [key('key', RW | DELETE), many(string('member'))],
  history: [['2.4.0', 'Accepts multiple elements.']],
  run(context, argv, reply) {
    const entry = context.write(argv, 1, TYPE_ZSET);
    let removed = 0;
    for (let index = 2; entry !== 0 && index < argv.count; index++) {
      if (context.sortedSets.remove(entry, argv.bytes, argv.starts[index], argv.ends[index])) removed++;
    }
    if (removed > 0) membersRemoved(context, argv, 1, entry, ZREM, removed);
    reply.integer(removed);
  },
});

/** @param parse reads the bounds before the key is looked at, and says which ranks they name */
const removingRange = (
  declaration: Pick<CommandDeclaration, 'name' | 'summary' | 'since' | 'args'>,
  event: KeyEvent,
  parse: (context: Context, argv: Argv) => (entry: number) => RankSpan,
) =>
  defineCommand({
    ...declaration,
    group: 'sorted-set',
    complexity:
      'O(log(N)+M) with N being the number of elements in the sorted set and M the number of elements removed by the operation.',
    flags: WRITE,
    run(context, argv, reply) {
      const spanOf = parse(context, argv);
      const entry = context.write(argv, 1, TYPE_ZSET);
      let removed = 0;
      if (entry !== 0) {
        const span = spanOf(entry);
        removed = spanLength(span);
        if (removed > 0) {
          context.sortedSets.removeRange(entry, span.first, removed);
          membersRemoved(context, argv, 1, entry, event, removed);
        }
      }
      reply.integer(removed);
    },
  });

const KEY = key('key', RW | DELETE);

export const zremrangebyrank = removingRange(
  {
    name: 'ZREMRANGEBYRANK',
    summary: 'Removes members from a sorted set within a range of indexes.',
    since: '2.0.0',
    args: [KEY, integer('start'), integer('stop')],
  },
  ZREMRANGEBYRANK,
  (context, argv) => {
    const start = argv.integer(2);
    const stop = argv.integer(3);
    return (entry) => spanOfRanks(context.sortedSets.length(entry), start, stop);
  },
);

export const zremrangebyscore = removingRange(
  {
    name: 'ZREMRANGEBYSCORE',
    summary: 'Removes members from a sorted set within a range of scores.',
    since: '1.2.0',
    args: [KEY, double('min'), double('max')],
  },
  ZREMRANGEBYSCORE,
  (context, argv) => {
    const min = parseScoreBound(argv, 2);
    const max = parseScoreBound(argv, 3);
    return (entry) => spanOfScores(context.sortedSets, entry, min, max);
  },
);

export const zremrangebylex = removingRange(
  {
    name: 'ZREMRANGEBYLEX',
    summary: 'Removes members from a sorted set within a range of names.',
    since: '2.8.9',
    args: [KEY, string('min'), string('max')],
  },
  ZREMRANGEBYLEX,
  (context, argv) => {
    const min = parseNameBound(argv, 2);
    const max = parseNameBound(argv, 3);
    return (entry) => spanOfNames(context.sortedSets, entry, min, max);
  },
);
