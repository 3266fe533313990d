import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  ENCODING_HASHTABLE,
  ENCODING_INTSET,
  ENCODING_LISTPACK,
  ENCODING_NAMES,
  encodingOf,
} from '../../../src/engine/entry.js';
import { intsetBytes } from '../../../src/engine/packed/intset.js';
import { MemberSet, members, numbers } from './member-set.js';
import { bytesOf, removeKey, testKeyspace } from './support.js';

const integer = fc.oneof(
  fc.integer({ min: -5, max: 200 }).map(String),
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map(String),
);
const word = fc.oneof(fc.constantFrom('a', 'b', '', '007', '-0', '1.5'), fc.string({ maxLength: 12 }));

function steps(member: fc.Arbitrary<string>) {
  return fc.array(fc.record({ add: fc.integer({ min: 0, max: 3 }), member }), {
    maxLength: 150,
    size: 'max',
  });
}

describe('Sets', () => {
  for (const [name, member] of [
    ['integers', integer],
    ['words', word],
    ['both', fc.oneof(integer, integer, word)],
  ] as const) {
    for (const [intsetMax, listpackMax] of [
      [512, 128],
      [8, 4],
      [4, 8],
      [0, 0],
    ]) {
      it(`hold ${name} with limits of ${intsetMax} and ${listpackMax}`, () => {
        const keyspace = testKeyspace();
        const before = keyspace.usedBytes();
        fc.assert(
          fc.property(steps(member), (actions) => {
            // A run that failed may have left its key.
            removeKey(keyspace, keyspace.databases[0], 'set');
            const set = new MemberSet(intsetMax, listpackMax, keyspace);
            const model = new Set<string>();
            set.add('1');
            model.add('1');
            for (const { add, member } of actions) {
              assert.equal(set.has(member), model.has(member));
              if (add > 0) {
                assert.equal(set.add(member), model.has(member) ? 0 : 1);
                model.add(member);
              } else {
                assert.equal(set.remove(member), model.delete(member));
              }
              assert.equal(set.sets.length(set.entry), model.size);
            }
            assert.deepEqual([...set.all()].sort(), [...model].sort());
            removeKey(set.keyspace, set.database, 'set');
            assert.equal(keyspace.usedBytes(), before, 'nothing leaks');
          }),
          { numRuns: 60 },
        );
      });
    }
  }

  it('are created in the encoding that suits what a command adds', () => {
    const limits: [string, number, string][] = [
      ['12', 512, 'intset'],
      ['12', 513, 'hashtable'],
      ['a', 128, 'listpack'],
      ['a', 129, 'hashtable'],
    ];
    for (const [first, count, encoding] of limits) {
      const set = new MemberSet();
      set.entry = set.create(first, count);
      assert.equal(set.encoding, encoding);
    }
    const few = new MemberSet(10, 20);
    few.entry = few.create('12', 15);
    assert.equal(few.encoding, 'listpack', 'integers, too many for an intset and not for a listpack');
  });

  it('leave an encoding when its limit is exceeded, and for nothing less', () => {
    const set = new MemberSet();
    set.add(...numbers(128));
    assert.equal(set.encoding, 'intset');
    set.add('a');
    assert.equal(set.encoding, 'hashtable', 'an intset of 128 has no room for a word in a listpack');

    const integers = new MemberSet();
    for (const member of numbers(512)) integers.add(member);
    assert.equal(integers.encoding, 'intset');
    integers.add('512');
    assert.equal(integers.encoding, 'hashtable');

    const words = new MemberSet();
    words.add('a');
    for (const member of numbers(127)) words.add(member);
    assert.equal(words.encoding, 'listpack');
    words.add('a');
    assert.equal(words.encoding, 'listpack', 'what is there already takes no room');
    words.add('b');
    assert.equal(words.encoding, 'hashtable');

    const long = new MemberSet();
    long.add('7');
    long.add('x'.repeat(64));
    assert.equal(long.encoding, 'listpack');
    long.add('x'.repeat(65));
    assert.equal(long.encoding, 'hashtable');
  });

  it('judge integers by their digits when they become members of a listpack', () => {
    const set = new MemberSet();
    set.limits.setMaxListpackValueBytes = 3;
    set.add('100', '-100');
    set.add('abc');
    assert.equal(set.encoding, 'hashtable');
  });

  it('become hash tables at once when a command adds too much', () => {
    const set = new MemberSet();
    set.add('1');
    set.sets.expect(set.entry, 512);
    assert.equal(set.encoding, 'intset');
    set.sets.expect(set.entry, 513);
    assert.equal(set.encoding, 'hashtable');
    assert.deepEqual([...set.all()], ['1']);
  });

  it('give ascending members while they are integers', () => {
    const set = new MemberSet();
    set.add('5', '-9223372036854775808', '9223372036854775807', '-7', '70000');
    assert.deepEqual([...set.all()], ['-9223372036854775808', '-7', '5', '70000', '9223372036854775807']);
  });

  for (const [name, prefix, encoding] of [
    ['integers', '', ENCODING_INTSET],
    ['few words', 'm', ENCODING_LISTPACK],
    ['many words', 'm', ENCODING_HASHTABLE],
  ] as const) {
    const made = (count: number): MemberSet => {
      const set = new MemberSet(512, encoding === ENCODING_HASHTABLE ? 1 : 128);
      set.add(...numbers(count, prefix));
      assert.equal(encodingOf(set.keyspace.arena, set.entry), encoding);
      return set;
    };

    it(`give up members by chance, all equally likely (${name})`, () => {
      const set = made(20);
      const rounds = 4000;
      const single = new Map<string, number>();
      const sampled = new Map<string, number>();
      for (let round = 0; round < rounds; round++) {
        const member = set.sets.random(set.entry).toString();
        single.set(member, (single.get(member) ?? 0) + 1);
        const size = 5 + (round % 2) * 5;
        const sample = members(set.sets.sample(set.entry, size));
        assert.equal(sample.size, size);
        for (const member of sample) sampled.set(member, (sampled.get(member) ?? 0) + 1);
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

    it(`lose the members sampled from them and no others (${name})`, () => {
      for (const count of [0, 1, 7, 19, 20, 50]) {
        const set = made(20);
        const sampled = members(set.sets.sample(set.entry, count));
        assert.equal(sampled.size, Math.min(20, count));
        set.sets.removeSampled(set.entry);
        assert.deepEqual(
          [...set.all()].sort(),
          numbers(20, prefix)
            .filter((member) => !sampled.has(member))
            .sort(),
        );
      }
    });

    it(`are scanned whole, and copied (${name})`, () => {
      const set = made(100);
      const seen = new Set<string>();
      let position = 0;
      do {
        const cursor = set.sets.scan(set.entry, position, 10);
        while (cursor.next()) seen.add(cursor.member.toString());
        position = cursor.position;
      } while (position !== 0);
      assert.deepEqual([...seen].sort(), numbers(100, prefix).sort());
      const copy = set.database.copyEntry(set.entry, set.database, bytesOf('copy'), 0, 4);
      set.remove(`${prefix}3`);
      assert.equal(members(set.sets.all(copy)).size, 100);
      removeKey(set.keyspace, set.database, 'set');
      removeKey(set.keyspace, set.database, 'copy');
      assert.equal(set.keyspace.usedBytes(), testKeyspace().usedBytes());
    });
  }

  it('start anew as listpacks when nearly all of a hash table is popped', () => {
    for (const [left, encoding] of [
      [40, 'listpack'],
      [60, 'hashtable'],
    ] as const) {
      const set = new MemberSet();
      set.add(...numbers(300, 'm'));
      set.sets.sample(set.entry, 300 - left);
      set.sets.removeSampled(set.entry);
      assert.equal(set.encoding, encoding);
      assert.equal(set.all().size, left);
    }
  });

  it('are created from the bytes of a dump, and as hash tables when those are too long', () => {
    for (const prefix of ['', 'm']) {
      const set = new MemberSet();
      set.add(...numbers(50, prefix));
      const encoding = encodingOf(set.keyspace.arena, set.entry);
      const { bytes, at, length } = set.sets.packed(set.entry);
      const size = prefix === '' ? intsetBytes(bytes, at) : length;
      const blob = Buffer.from(bytes.subarray(at, at + size));
      for (const [most, expected] of [
        [50, ENCODING_NAMES[encoding]],
        [49, 'hashtable'],
      ] as const) {
        set.limits.setMaxIntsetEntries = most;
        set.limits.setMaxListpackEntries = most;
        const key = bytesOf(`to${most}`);
        const made = set.sets.createFromPacked(set.database, key, 0, 4, encoding, blob, 0, blob.length);
        assert.equal(ENCODING_NAMES[encodingOf(set.keyspace.arena, made)], expected);
        assert.deepEqual([...members(set.sets.all(made))].sort(), numbers(50, prefix).sort());
      }
    }
  });

  it('hold a hundred thousand members', () => {
    const set = new MemberSet();
    for (const member of numbers(100_000, 'member:')) set.add(member);
    assert.equal(set.sets.length(set.entry), 100_000);
    assert.ok(set.has('member:99999'));
    for (let index = 0; index < 100_000; index++) {
      const member = set.sets.random(set.entry);
      assert.ok(set.sets.remove(set.entry, member.bytes, member.start, member.end));
    }
    assert.equal(set.sets.length(set.entry), 0);
  });
});
