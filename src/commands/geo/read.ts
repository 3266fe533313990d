/** GEOPOS, GEOHASH and GEODIST: what is known of single places. */
import { TYPE_ZSET } from '../../engine/entry.js';
import { distanceBetween } from '../../engine/types/geo/distance.js';
import { latitudeOf, longitudeOf, standardGeohash } from '../../engine/types/geo/geohash.js';
import type { Reply } from '../../protocol/reply.js';
import { key, many, optional, string } from '../arguments.js';
import type { Argv } from '../argv.js';
import type { Context } from '../context.js';
import { defineCommand } from '../define.js';
import { SYNTAX_ERROR } from '../errors.js';
import { ACCESS, READONLY, RO } from '../flags.js';
import { UNIT, unitAt } from './arguments.js';
import { replyDistance, replyPosition } from './replies.js';

const KEY = key('key', RO | ACCESS);

/** The score of the member in an argument; NaN when it, or the key, is absent. */
function scoreAt(context: Context, entry: number, argv: Argv, index: number): number {
  if (entry === 0) return Number.NaN;
  return context.sortedSets.score(entry, argv.bytes, argv.starts[index], argv.ends[index]);
}

/** Replies with an array that has what `replyPlace` tells of each member from argument 2 on, by its score: NaN for none. */
function replyOfEach(context: Context, argv: Argv, reply: Reply, replyPlace: (score: number) => void): void {
  const entry = context.read(argv, 1, TYPE_ZSET);
  reply.array(argv.count - 2);
  for (let index = 2; index < argv.count; index++) replyPlace(scoreAt(context, entry, argv, index));
}

export const geopos = defineCommand({
  name: 'GEOPOS',
  summary: 'Returns the longitude and latitude of places.',
  group: 'geo',
  since: '3.2.0',
  complexity: 'O(1) for each member requested.',
  flags: READONLY,
  args: [KEY, optional(many(string('member')))],
  run(context, argv, reply) {
    replyOfEach(context, argv, reply, (score) => {
      if (Number.isNaN(score)) reply.nullArray();
      else replyPosition(reply, longitudeOf(score), latitudeOf(score));
    });
  },
});

export const geohash = defineCommand({
  name: 'GEOHASH',
  summary: 'Returns the positions of places as standard geohash texts.',
  group: 'geo',
  since: '3.2.0',
  complexity: 'O(1) for each member requested.',
  flags: READONLY,
  args: [KEY, optional(many(string('member')))],
  run(context, argv, reply) {
    replyOfEach(context, argv, reply, (score) => {
      if (Number.isNaN(score)) reply.null();
      else reply.bulkLatin1(standardGeohash(score));
    });
  },
});

export const geodist = defineCommand({
  name: 'GEODIST',
  summary: 'Returns the distance between two places.',
  group: 'geo',
  since: '3.2.0',
  complexity: 'O(1)',
  flags: READONLY,
  args: [KEY, string('member1'), string('member2'), optional(UNIT)],
  run(context, argv, reply) {
    if (argv.count > 5) throw SYNTAX_ERROR;
    const metresPerUnit = argv.count === 5 ? unitAt(argv, 4) : 1;
    const entry = context.read(argv, 1, TYPE_ZSET);
    const from = scoreAt(context, entry, argv, 2);
    const to = scoreAt(context, entry, argv, 3);
    if (Number.isNaN(from) || Number.isNaN(to)) {
      reply.null();
      return;
    }
    const metres = distanceBetween(longitudeOf(from), latitudeOf(from), longitudeOf(to), latitudeOf(to));
    replyDistance(reply, metres / metresPerUnit);
  },
});
