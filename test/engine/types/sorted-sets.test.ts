import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  ENCODING_LISTPACK,
  ENCODING_NAMES,
  ENCODING_SKIPLIST,
  encodingOf,
} from '../../../src/engine/entry.js';
import {
  ADD_GT,
  ADD_INCR,
  ADD_LT,
  ADD_NX,
  ADD_XX,
  ADDED,
  NOT_A_NUMBER,
  NOT_DONE,
  UNCHANGED,
  UPDATED,
} from '../../../src/engine/types/zset/sorted-sets.js';
import {
  blobOfDump,
  REDIS_IS_INSTALLED,
  type ReferenceRedis,
  startReferenceRedis,
} from '../support/reference-redis.js';
import { Model, type Pair, pairs, SortedSet, unsigned } from './sorted-set.js';
import { bytesOf, removeKey, testKeyspace } from './support.js';

const member = fc.oneof(
  fc.constantFrom('a', 'b', 'c', '', '1', '-1', '70000'),
  fc.string({ maxLength: 8 }),
  fc.integer({ min: 0, max: 400 }).map((index) => `m${index}`),
);
const score = fc.oneof(
  fc.integer({ min: -3, max: 3 }),
  fc.integer({ min: -100_000, max: 100_000 }).map((value) => value / 8),
  fc.double({ noNaN: true }),
  fc.constantFrom(0, -0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 2 ** 53, 2 ** 62, 1e300, 5e-324),
);
const step = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('add' as const), member, score }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('remove' as const), member }) },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('range' as const), place: fc.nat(1000), count: fc.nat(9) }),
  },
);

describe('SortedSets', () => {
  for (const entriesMax of [128, 5, 0]) {
    it(`keep members by score and name with zset-max-listpack-entries ${entriesMax}`, () => {
      const keyspace = testKeyspace();
      const before = keyspace.usedBytes();
      fc.assert(
        fc.property(fc.array(step, { maxLength: 250, size: 'max' }), (steps) => {
          // A run that failed may have left its key.
          removeKey(keyspace, keyspace.databases[0], 'zset');
          const set = new SortedSet(entriesMax, keyspace);
          const model = new Model();
          for (const action of steps) {
            if (action.kind === 'add') {
              const known = model.get(action.member);
              const outcome = known === undefined ? ADDED : known === action.score ? UNCHANGED : UPDATED;
              assert.equal(set.add(action.member, action.score), outcome);
              model.set(action.member, action.score);
            } else if (action.kind === 'remove') {
              assert.equal(set.remove(action.member), model.delete(action.member));
            } else {
              const rank = Math.min(action.place, model.size);
              const count = Math.min(action.count, model.size - rank);
              for (const [member] of model.ordered().slice(rank, rank + count)) model.delete(member);
              set.sortedSets.removeRange(set.entry, rank, count);
            }
            assert.equal(set.length, model.size);
          }
          const ordered = unsigned(model.ordered());
          assert.deepEqual(unsigned(set.range()), ordered);
          assert.deepEqual(unsigned(set.range(model.size - 1, model.size, true)), ordered.toReversed());
          for (const [rank, [member, score]] of ordered.entries()) {
            assert.equal(set.rank(member), rank);
            assert.equal(set.score(member) === 0 ? 0 : set.score(member), score);
            const { sortedSets, entry } = set;
            for (const orEqual of [false, true]) {
              const below = ordered.filter(([, other]) => (orEqual ? other <= score : other < score));
              assert.equal(sortedSets.countBelow(entry, score, orEqual), below.length);
            }
          }
          assert.equal(set.rank('nobody'), -1);
          assert.ok(Number.isNaN(set.score('nobody')));
          removeKey(set.keyspace, set.database, 'zset');
          assert.equal(keyspace.usedBytes(), before, 'nothing leaks');
        }),
        { numRuns: 60 },
      );
    });

    it(`keep members of one score by name with zset-max-listpack-entries ${entriesMax}`, () => {
      const keyspace = testKeyspace();
      fc.assert(
        fc.property(
          fc.array(member, { maxLength: 200, size: 'max' }),
          fc.array(member, { maxLength: 10, size: 'max' }),
          (members, names) => {
            // A run that failed may have left its key.
            removeKey(keyspace, keyspace.databases[0], 'zset');
            const set = new SortedSet(entriesMax, keyspace);
            for (const member of members) set.add(member, 7);
            const sorted = [...new Set(members)].sort((a, b) => Buffer.compare(bytesOf(a), bytesOf(b)));
            for (const name of [...names, ...sorted]) {
              const order = sorted.map((other) => Buffer.compare(bytesOf(other), bytesOf(name)));
              const { sortedSets, entry } = set;
              const count = (orEqual: boolean) =>
                sortedSets.countBelowName(entry, bytesOf(name), 0, name.length, orEqual);
              assert.equal(count(false), order.filter((sign) => sign < 0).length);
              assert.equal(count(true), order.filter((sign) => sign <= 0).length);
            }
            removeKey(keyspace, set.database, 'zset');
          },
        ),
        { numRuns: 40 },
      );
    });
  }

  it('do what the options of ZADD say', () => {
    for (const entriesMax of [128, 0]) {
      const set = new SortedSet(entriesMax);
      const { sortedSets } = set;
      assert.equal(set.add('a', 1, ADD_XX), NOT_DONE);
      assert.equal(set.add('a', 1, ADD_NX), ADDED);
      assert.equal(set.add('a', 2, ADD_NX), NOT_DONE);
      assert.equal(set.score('a'), 1);
      assert.equal(set.add('a', 2, ADD_LT), NOT_DONE);
      assert.equal(set.add('a', 1, ADD_GT), NOT_DONE);
      assert.equal(set.add('a', 2, ADD_GT), UPDATED);
      assert.equal(set.add('a', 1, ADD_LT | ADD_XX), UPDATED);
      assert.equal(set.add('b', 5, ADD_LT), ADDED);
      assert.equal(set.add('a', 2.5, ADD_INCR), UPDATED);
      assert.equal(sortedSets.foundScore, 3.5);
      assert.equal(set.add('a', -1, ADD_INCR | ADD_GT), NOT_DONE);
      assert.equal(set.add('a', 0, ADD_INCR), UNCHANGED);
      assert.equal(set.add('c', 4, ADD_INCR), ADDED);
      assert.equal(sortedSets.foundScore, 4);
      assert.equal(set.add('c', Number.NaN), NOT_A_NUMBER);
      set.add('c', Number.POSITIVE_INFINITY);
      assert.equal(set.add('c', Number.NEGATIVE_INFINITY, ADD_INCR), NOT_A_NUMBER);
      assert.deepEqual(set.range(), [
        ['a', 3.5],
        ['b', 5],
        ['c', Number.POSITIVE_INFINITY],
      ]);
    }
  });

  it('become skip lists, as Redis calls them, for many or long members, and stay so', () => {
    const set = new SortedSet();
    for (let index = 0; index < 128; index++) set.add(`${index}`, index);
    set.add('5', 1000);
    assert.equal(set.encoding, 'listpack');
    set.add('one more', 1);
    assert.equal(set.encoding, 'skiplist');
    set.sortedSets.removeRange(set.entry, 0, 100);
    assert.equal(set.encoding, 'skiplist');

    const long = new SortedSet();
    long.add('x'.repeat(64), 1);
    assert.equal(long.encoding, 'listpack');
    long.add('x'.repeat(65), 1);
    assert.equal(long.encoding, 'skiplist');
    assert.equal(long.length, 2);

    const expected = new SortedSet();
    expected.sortedSets.expect(expected.entry, 128);
    assert.equal(expected.encoding, 'listpack');
    expected.sortedSets.expect(expected.entry, 129);
    assert.equal(expected.encoding, 'skiplist');

    const { sortedSets, database, keyspace } = set;
    for (const [count, bytes, encoding] of [
      [128, 64, ENCODING_LISTPACK],
      [129, 64, ENCODING_SKIPLIST],
      [128, 65, ENCODING_SKIPLIST],
    ]) {
      const key = bytesOf(`${count} ${bytes}`);
      const created = sortedSets.create(database, key, 0, key.length, count, bytes);
      assert.equal(encodingOf(keyspace.arena, created), encoding);
    }
  });

  it('are computed without a key, and compacted if they are small', () => {
    for (const [count, memberBytes, encoding] of [
      [128, 64, 'listpack'],
      [129, 3, 'skiplist'],
      [2, 65, 'skiplist'],
    ] as const) {
      const set = new SortedSet();
      const { temporaries, sortedSets } = set.types;
      const { build } = sortedSets;
      build.begin();
      const expected: Pair[] = [];
      for (let index = 0; index < count; index++) {
        const member = `${index}`.padStart(memberBytes, '0');
        build.addNewSpan(-index, bytesOf(member), 0, member.length);
        expected.unshift([member, index === 0 ? 0 : -index]);
      }
      const entry = temporaries.publish(build.endCompact(), set.database, bytesOf('to'), 0, 2);
      assert.equal(ENCODING_NAMES[encodingOf(set.keyspace.arena, entry)], encoding);
      assert.deepEqual(unsigned(pairs(sortedSets.range(entry, 0, count, false))), expected);
      removeKey(set.keyspace, set.database, 'to');
      removeKey(set.keyspace, set.database, 'zset');
      assert.equal(set.keyspace.usedBytes(), testKeyspace().usedBytes());
    }
  });

  for (const [name, entriesMax] of [
    ['small', 128],
    ['large', 0],
  ] as const) {
    const made = (count: number): SortedSet => {
      const set = new SortedSet(entriesMax);
      for (let index = 0; index < count; index++) set.add(`m${index}`, index);
      return set;
    };

    it(`give up members by chance, all equally likely (${name})`, () => {
      const set = made(20);
      const rounds = 4000;
      const single = new Map<string, number>();
      const sampled = new Map<string, number>();
      for (let round = 0; round < rounds; round++) {
        const cursor = set.sortedSets.random(set.entry);
        assert.equal(cursor.member.toString(), `m${cursor.score}`);
        single.set(cursor.member.toString(), (single.get(cursor.member.toString()) ?? 0) + 1);
        const size = 5 + (round % 2) * 5;
        const sample = pairs(set.sortedSets.sample(set.entry, size));
        assert.equal(new Set(sample.map(([member]) => member)).size, size);
        for (const [member, score] of sample) {
          assert.equal(member, `m${score}`);
          sampled.set(member, (sampled.get(member) ?? 0) + 1);
        }
      }
      for (const [counts, expected] of [
        [single, rounds / 20],
        [sampled, (rounds * 7.5) / 20],
      ] as const) {
        assert.equal(counts.size, 20);
        // Five standard deviations, with the seed of the test's keyspace.
        for (const count of counts.values()) assert.ok(Math.abs(count - expected) < 5 * Math.sqrt(expected));
      }
    });

    it(`are scanned whole, and copied (${name})`, () => {
      const set = made(100);
      const seen = new Set<string>();
      let position = 0;
      do {
        const cursor = set.sortedSets.scan(set.entry, position, 10);
        for (const [member, score] of pairs(cursor)) {
          assert.equal(member, `m${score}`);
          seen.add(member);
        }
        position = cursor.position;
      } while (position !== 0);
      assert.equal(seen.size, 100);
      const copy = set.database.copyEntry(set.entry, set.database, bytesOf('copy'), 0, 4);
      const all = set.range();
      removeKey(set.keyspace, set.database, 'zset');
      assert.deepEqual(pairs(set.sortedSets.range(copy, 0, 100, false)), all);
      removeKey(set.keyspace, set.database, 'copy');
      assert.equal(set.keyspace.usedBytes(), testKeyspace().usedBytes());
    });
  }

  it('are created from the listpack of a dump, and large when that is too long', () => {
    const set = new SortedSet();
    for (let index = 0; index < 20; index++) set.add(`m${index}`, index / 4);
    const { bytes, at, length } = set.sortedSets.listpack(set.entry);
    const blob = Buffer.from(bytes.subarray(at, at + length));
    for (const [entriesMax, encoding] of [
      [20, 'listpack'],
      [19, 'skiplist'],
    ] as const) {
      set.limits.zsetMaxListpackEntries = entriesMax;
      const key = bytesOf(`to${entriesMax}`);
      const made = set.sortedSets.createFromListpack(set.database, key, 0, 4, blob, 0, blob.length);
      assert.equal(ENCODING_NAMES[encodingOf(set.keyspace.arena, made)], encoding);
      assert.deepEqual(pairs(set.sortedSets.range(made, 0, 20, false)), set.range());
    }
  });

  describe('beside redis-server', () => {
    let redis: ReferenceRedis | null = null;

    before(async function () {
      if (!REDIS_IS_INSTALLED) this.skip(); // redis-server is not installed
      redis = await startReferenceRedis();
    });
    after(() => redis?.stop());

    it('have the same listpack after the same commands', async () => {
      // Redis 7.0 writes fractions in 17 digits and 7.2 in as few as will do: these are the same in both.
      const same = fc.oneof(
        fc.integer({ min: -5, max: 5 }),
        fc.integer({ min: -800, max: 800 }).map((value) => value / 8),
        fc.constantFrom(2 ** 53, -(2 ** 53) - 2, 2 ** 62, -(2 ** 62), 1.5, -0, 4_294_967_296),
        fc.constantFrom(Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY),
      );
      const action = fc.record({ add: fc.integer({ min: 0, max: 3 }), member, score: same });
      const samples = fc.sample(fc.array(action, { minLength: 1, maxLength: 60, size: 'max' }), {
        numRuns: 60,
        seed: 22,
      });
      for (const [run, actions] of samples.entries()) {
        assert.ok(redis);
        const set = new SortedSet();
        const pipeline = redis.client.pipeline();
        const text = (score: number): string => `${score}`.replace('Infinity', 'inf');
        for (const { add, member, score } of actions) {
          if (add > 0) {
            set.add(member, score);
            pipeline.zadd(`zset:${run}`, Object.is(score, -0) ? '-0.0' : text(score), bytesOf(member));
          } else {
            set.remove(member);
            pipeline.zrem(`zset:${run}`, bytesOf(member));
          }
        }
        await pipeline.exec();
        const payload = await redis.client.dumpBuffer(`zset:${run}`);
        const { bytes, at, length } = set.sortedSets.listpack(set.entry);
        if (payload === null) assert.equal(set.length, 0);
        else
          assert.deepEqual(bytes.subarray(at, at + length), blobOfDump(payload), `sample ${run} of seed 22`);
      }
    });
  });
});
