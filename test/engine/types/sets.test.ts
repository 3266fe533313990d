import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Database } from '../../../src/engine/database.js';
import {
  ENCODING_HASHTABLE,
  ENCODING_INTSET,
  ENCODING_LISTPACK,
  ENCODING_NAMES,
  encodingOf,
} from '../../../src/engine/entry.js';
import type { Keyspace } from '../../../src/engine/keyspace.js';
import { intsetBytes } from '../../../src/engine/packed/intset.js';
import { ValueView } from '../../../src/engine/packed/value-view.js';
import { DataTypes } from '../../../src/engine/types/data-types.js';
import { EncodingLimits } from '../../../src/engine/types/encoding-limits.js';
import type { SetCursor } from '../../../src/engine/types/set/set-cursor.js';
import type { Sets } from '../../../src/engine/types/set/sets.js';
import { bytesOf, removeKey, testKeyspace } from './support.js';

/** A set under test: strings in, strings out. */
class MemberSet {
  readonly database: Database;
  readonly limits = new EncodingLimits();
  readonly types: DataTypes;
  readonly sets: Sets;
  entry = 0;

  constructor(
    intsetMax = 512,
    listpackMax = 128,
    readonly keyspace: Keyspace = testKeyspace(),
  ) {
    this.database = keyspace.databases[0];
    this.types = new DataTypes(keyspace, this.limits);
    this.sets = this.types.sets;
    this.limits.setMaxIntsetEntries = intsetMax;
    this.limits.setMaxListpackEntries = listpackMax;
  }

  create(first: string, memberCount = 1, key = 'set'): number {
    const keyBytes = bytesOf(key);
    return this.sets.create(
      this.database,
      keyBytes,
      0,
      keyBytes.length,
      memberCount,
      bytesOf(first),
      0,
      first.length,
    );
  }

  get encoding(): string {
    return ENCODING_NAMES[encodingOf(this.keyspace.arena, this.entry)];
  }

  /** As SADD of one command. */
  add(...members: string[]): number {
    if (this.entry === 0) this.entry = this.create(members[0], members.length);
    else this.sets.expect(this.entry, members.length);
    let added = 0;
    for (const member of members) {
      if (this.sets.add(this.entry, bytesOf(member), 0, member.length)) added++;
    }
    return added;
  }

  has(member: string): boolean {
    return this.sets.has(this.entry, bytesOf(member), 0, member.length);
  }

  remove(member: string): boolean {
    return this.sets.remove(this.entry, bytesOf(member), 0, member.length);
  }

  all(): Set<string> {
    return members(this.sets.all(this.entry));
  }
}

/** Every member once: one seen twice is a failure. */
function members(cursor: SetCursor): Set<string> {
  const seen = new Set<string>();
  while (cursor.next()) {
    const member = cursor.member.toString();
    assert.ok(!seen.has(member), `${member} comes twice`);
    seen.add(member);
  }
  return seen;
}

function numbers(count: number, prefix = ''): string[] {
  return Array.from({ length: count }, (_, index) => `${prefix}${index}`);
}

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

  it('are computed without a key and then given one', () => {
    const set = new MemberSet();
    const before = set.keyspace.usedBytes();
    const { temporaries, sets } = set.types;
    for (const encoding of [ENCODING_INTSET, ENCODING_LISTPACK, ENCODING_HASHTABLE]) {
      const result = sets.createTemporary(encoding);
      for (const member of ['3', '1', '2']) sets.add(result, bytesOf(member), 0, 1);
      sets.settle(result, false);
      assert.equal(encodingOf(set.keyspace.arena, result), ENCODING_INTSET);
      const entry = temporaries.publish(result, set.database, bytesOf('to'), 0, 2);
      assert.deepEqual([...members(sets.all(entry))], ['1', '2', '3']);
      removeKey(set.keyspace, set.database, 'to');

      const dropped = sets.createTemporary(encoding);
      sets.add(dropped, bytesOf('word'), 0, 4);
      sets.settle(dropped, false);
      assert.notEqual(encodingOf(set.keyspace.arena, dropped), ENCODING_INTSET);
      temporaries.discard(dropped);
      while (set.keyspace.reclaimer.step());
      assert.equal(set.keyspace.usedBytes(), before);
    }
  });

  it('take the encoding that suits them when they are computed from another set', () => {
    const words = (count: number, length = 8) => numbers(count, 'w').map((word) => word.padEnd(length, '.'));
    for (const [intsetMax, listpackMax, from, asIntset, encoding] of [
      // Of hash tables.
      [512, 128, [...words(200), ...numbers(10)], false, 'hashtable'],
      [512, 128, numbers(513), true, 'hashtable'],
      [512, 128, numbers(513), false, 'hashtable'],
      [512, 1000, numbers(513), true, 'hashtable'],
      [512, 1000, numbers(513), false, 'listpack'],
      // Of small ones.
      [512, 128, numbers(512), true, 'intset'],
      [512, 128, words(128), true, 'listpack'],
      [512, 128, [...words(3), ...numbers(3)], false, 'listpack'],
    ] as const) {
      const set = new MemberSet(512, 128);
      set.add(...from);
      set.limits.setMaxIntsetEntries = intsetMax;
      set.limits.setMaxListpackEntries = listpackMax;
      const { sets, types } = set;
      const result = sets.createTemporaryFrom(set.entry);
      const view = new ValueView();
      for (const member of from) {
        view.setSpan(bytesOf(member), 0, member.length);
        sets.addNew(result, view);
      }
      sets.settle(result, asIntset);
      assert.equal(ENCODING_NAMES[encodingOf(set.keyspace.arena, result)], encoding, from[0]);
      assert.deepEqual(members(sets.all(result)), new Set(from));
      types.temporaries.discard(result);
    }
  });

  it('become small again when few of a large one are left in what is computed', () => {
    for (const [few, encoding] of [
      [numbers(20), 'intset'],
      [['12', 'word'], 'listpack'],
      [['x'.repeat(65)], 'hashtable'],
      [[], 'intset'],
    ] as const) {
      const set = new MemberSet();
      set.add(...numbers(1000, 'm'));
      const before = set.keyspace.usedBytes();
      const result = set.sets.createTemporaryFrom(set.entry);
      const view = new ValueView();
      for (const member of few) {
        view.setSpan(bytesOf(member), 0, member.length);
        set.sets.addNew(result, view);
      }
      set.sets.settle(result, true);
      assert.equal(ENCODING_NAMES[encodingOf(set.keyspace.arena, result)], encoding);
      assert.deepEqual(members(set.sets.all(result)), new Set(few));
      set.types.temporaries.discard(result);
      while (set.keyspace.reclaimer.step());
      assert.equal(set.keyspace.usedBytes(), before);
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
