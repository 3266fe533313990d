/** ZUNION, ZINTER, ZDIFF, their STORE forms, and ZINTERCARD. */
import {
  type Argument,
  countedKeys,
  integer,
  key,
  keyAt,
  many,
  oneOf,
  optional,
  token,
  withToken,
} from '../arguments.js';
import type { Context } from '../context.js';
import { defineCommand } from '../define.js';
import type { KeyEvent } from '../events.js';
import { ACCESS, DENYOOM, OW, READONLY, RO, UPDATE, WRITE } from '../flags.js';
import { storeResult } from '../stored-result.js';
import { computeDifference, computeIntersection, computeUnion, Intersection } from './algebra.js';
import { type CombineRequest, parseCombine } from './combine-request.js';
import { ZDIFFSTORE, ZINTERSTORE, ZUNIONSTORE } from './events.js';
import { replyCount, replyMember } from './replies.js';

const SOURCES = RO | ACCESS;
const WEIGHTS: Argument[] = [
  optional(many(withToken('WEIGHTS', integer('weight')))),
  optional(withToken('AGGREGATE', oneOf('aggregate', token('SUM'), token('MIN'), token('MAX')))),
];

interface Combination {
  /** ZUNION, ZINTER or ZDIFF. */
  readonly name: string;
  readonly what: string;
  readonly takesWeights: boolean;
  readonly complexity: string;
  readonly storeSince: string;
  readonly event: KeyEvent;
  /** Builds the result in `sortedSets.build`. */
  compute(context: Context, request: CombineRequest): void;
}

const UNION: Combination = {
  name: 'ZUNION',
  what: 'union',
  takesWeights: true,
  complexity:
    'O(N)+O(M*log(M)) with N being the sum of the sizes of the input sorted sets, and M being the number of elements in the resulting sorted set.',
  storeSince: '2.0.0',
  event: ZUNIONSTORE,
  compute: computeUnion,
};
const INTERSECTION: Combination = {
  name: 'ZINTER',
  what: 'intersection',
  takesWeights: true,
  complexity:
    'O(N*K)+O(M*log(M)) worst case with N being the smallest input sorted set, K being the number of input sorted sets and M being the number of elements in the resulting sorted set.',
  storeSince: '2.0.0',
  event: ZINTERSTORE,
  compute: computeIntersection,
};
const DIFFERENCE: Combination = {
  name: 'ZDIFF',
  what: 'difference',
  takesWeights: false,
  complexity:
    'O(L + (N-K)log(N)) worst case where L is the total number of elements in all the sets, N is the size of the first set, and K is the size of the result set.',
  storeSince: '6.2.0',
  event: ZDIFFSTORE,
  compute: computeDifference,
};

function replying(combination: Combination) {
  const { name, what, takesWeights, complexity, compute } = combination;
  const command = {
    name: name.toLowerCase(),
    keyCountAt: 1,
    takesWeights,
    takesScores: true,
    takesLimit: false,
  };
  return defineCommand({
    name,
    summary: `Returns the ${what} of sorted sets.`,
    group: 'sorted-set',
    since: '6.2.0',
    complexity,
    flags: READONLY,
    args: [
      integer('numkeys'),
      many(key('key', SOURCES)),
      ...(takesWeights ? WEIGHTS : []),
      optional(token('WITHSCORES')),
    ],
    keySpecs: [countedKeys(1, SOURCES)],
    run(context, argv, reply) {
      const { build } = context.sortedSets;
      const request = parseCombine(context, argv, command);
      compute(context, request);
      replyCount(reply, build.count, request.withScores);
      const cursor = build.sorted();
      while (cursor.next()) replyMember(reply, cursor, request.withScores);
      build.cancel();
    },
  });
}

function storing(combination: Combination) {
  const { name, what, takesWeights, complexity, storeSince, event, compute } = combination;
  const command = {
    name: `${name.toLowerCase()}store`,
    keyCountAt: 2,
    takesWeights,
    takesScores: false,
    takesLimit: false,
  };
  return defineCommand({
    name: `${name}STORE`,
    summary: `Stores the ${what} of sorted sets in a key.`,
    group: 'sorted-set',
    since: storeSince,
    complexity,
    flags: WRITE | DENYOOM,
    args: [
      key('destination', OW | UPDATE),
      integer('numkeys'),
      many(key('key', SOURCES)),
      ...(takesWeights ? WEIGHTS : []),
    ],
    keySpecs: [keyAt(1, OW | UPDATE), countedKeys(2, SOURCES)],
    run(context, argv, reply) {
      const request = parseCombine(context, argv, command);
      compute(context, request);
      const entry = context.sortedSets.build.endCompact();
      storeResult(context, argv, entry, context.sortedSets.length(entry), event, reply);
    },
  });
}

export const zunion = replying(UNION);
export const zinter = replying(INTERSECTION);
export const zdiff = replying(DIFFERENCE);
export const zunionstore = storing(UNION);
export const zinterstore = storing(INTERSECTION);
export const zdiffstore = storing(DIFFERENCE);

const CARDINALITY = {
  name: 'zintercard',
  keyCountAt: 1,
  takesWeights: false,
  takesScores: false,
  takesLimit: true,
};

export const zintercard = defineCommand({
  name: 'ZINTERCARD',
  summary: 'Returns the number of members in the intersection of sorted sets.',
  group: 'sorted-set',
  since: '7.0.0',
  complexity:
    'O(N*K) worst case with N being the smallest input sorted set, K being the number of input sorted sets.',
  flags: READONLY,
  args: [integer('numkeys'), many(key('key', SOURCES)), optional(withToken('LIMIT', integer('limit')))],
  keySpecs: [countedKeys(1, SOURCES)],
  run(context, argv, reply) {
    const request = parseCombine(context, argv, CARDINALITY);
    let count = 0;
    const shared = new Intersection(context, request, false);
    while ((request.limit === 0 || count < request.limit) && shared.next()) count++;
    reply.integer(count);
  },
});
