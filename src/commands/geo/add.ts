/** GEOADD: places are members of a sorted set whose score is the position. */
import { TYPE_ZSET } from '../../engine/entry.js';
import { scoreOfPosition } from '../../engine/types/geo/geohash.js';
import { ADD_NX, ADD_XX, ADDED, UPDATED } from '../../engine/types/zset/sorted-sets.js';
import { block, double, key, many, oneOf, optional, since, string, token } from '../arguments.js';
import type { Argv } from '../argv.js';
import type { Context } from '../context.js';
import { defineCommand } from '../define.js';
import { SYNTAX_ERROR } from '../errors.js';
import { DENYOOM, RW, UPDATE, WRITE } from '../flags.js';
import { ZADD } from '../sorted-set/events.js';
import { checkPosition } from './arguments.js';

/** Beside the ADD_ flags: members whose score changed count too. */
const CH = 1 << 8;

function optionAt(argv: Argv, index: number): number {
  if (argv.is(index, 'NX')) return ADD_NX;
  if (argv.is(index, 'XX')) return ADD_XX;
  return argv.is(index, 'CH') ? CH : 0;
}

/** As Redis: the scores, in the place of the coordinates that make them. @param first argument of a longitude */
function propagate(context: Context, argv: Argv, first: number): void {
  const words = first + ((argv.count - first) / 3) * 2;
  const effect = context.services.propagation.begin(context.db, words).word('zadd');
  for (let index = 1; index < first; index++) effect.argument(argv, index);
  for (let index = first; index < argv.count; index += 3) {
    effect.integer(scoreOfPosition(argv.double(index), argv.double(index + 1))).argument(argv, index + 2);
  }
}

export const geoadd = defineCommand({
  name: 'GEOADD',
  summary: 'Adds places to a geospatial index, or moves them. The index is created if needed.',
  group: 'geo',
  since: '3.2.0',
  complexity: 'O(log(N)) for each item added, where N is the number of elements in the sorted set.',
  flags: WRITE | DENYOOM,
  args: [
    key('key', RW | UPDATE),
    optional(since('6.2.0', oneOf('condition', token('NX'), token('XX')))),
    optional(since('6.2.0', token('CH', 'change'))),
    many(block('data', double('longitude'), double('latitude'), string('member'))),
  ],
  history: [['6.2.0', 'Added the `CH`, `NX` and `XX` options.']],
  run(context, argv, reply) {
    const { sortedSets } = context;
    const { bytes, starts, ends } = argv;
    let flags = 0;
    let first = 2;
    for (; first < argv.count; first++) {
      const option = optionAt(argv, first);
      if (option === 0) break;
      flags |= option;
    }
    const words = argv.count - first;
    const isContradiction = (flags & ADD_NX) !== 0 && (flags & ADD_XX) !== 0;
    if (words === 0 || words % 3 !== 0 || isContradiction) throw SYNTAX_ERROR;
    for (let index = first; index < argv.count; index += 3) checkPosition(argv, index);
    let entry = context.write(argv, 1, TYPE_ZSET);
    if (entry === 0) {
      if ((flags & ADD_XX) !== 0) {
        reply.integer(0);
        return;
      }
      entry = sortedSets.create(context.db, bytes, starts[1], ends[1], words / 3, argv.byteLength(first + 2));
    } else {
      sortedSets.expect(entry, words / 3);
    }
    let added = 0;
    let updated = 0;
    for (let index = first; index < argv.count; index += 3) {
      const score = scoreOfPosition(argv.double(index), argv.double(index + 1));
      const member = index + 2;
      const outcome = sortedSets.add(entry, score, flags & ~CH, bytes, starts[member], ends[member]);
      if (outcome === ADDED) added++;
      if (outcome === UPDATED) updated++;
    }
    if (added + updated > 0) {
      context.changedMany(added + updated, ZADD, argv, 1);
      if (context.services.propagation.isWanted) propagate(context, argv, first);
    }
    reply.integer((flags & CH) !== 0 ? added + updated : added);
  },
});
