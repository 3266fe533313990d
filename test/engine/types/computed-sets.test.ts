import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  ENCODING_HASHTABLE,
  ENCODING_INTSET,
  ENCODING_LISTPACK,
  ENCODING_NAMES,
  encodingOf,
} from '../../../src/engine/entry.js';
import { MemberSet, members, numbers } from './member-set.js';
import { bytesOf, removeKey } from './support.js';

describe('Sets that commands compute', () => {
  it('are computed without a key and then given one', () => {
    const set = new MemberSet();
    set.add('3', '1', '2', 'word');
    const before = set.keyspace.usedBytes();
    const { temporaries, sets } = set.types;
    const word = set.other('word');
    const result = sets.computed.fromSelection(sets.computed.select(set.entry, [word], false), false);
    assert.equal(encodingOf(set.keyspace.arena, result), ENCODING_INTSET);
    const entry = temporaries.publish(result, set.database, bytesOf('to'), 0, 2);
    assert.deepEqual([...members(sets.all(entry))], ['1', '2', '3']);
    removeKey(set.keyspace, set.database, 'to');
    const dropped = sets.computed.fromSelection(sets.computed.select(set.entry, [word], true), false);
    assert.equal(encodingOf(set.keyspace.arena, dropped), ENCODING_LISTPACK);
    temporaries.discard(dropped);
    removeKey(set.keyspace, set.database, 'other0');
    assert.equal(set.keyspace.usedBytes(), before);
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
      const { computed } = sets;
      const result = computed.fromSelection(computed.select(set.entry, [], true), asIntset);
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
      set.add(...numbers(1000, 'm'), ...few);
      const before = set.keyspace.usedBytes();
      const many = set.other(...numbers(1000, 'm'));
      const { computed } = set.sets;
      const result = computed.fromSelection(computed.select(set.entry, [many], false), true);
      assert.equal(ENCODING_NAMES[encodingOf(set.keyspace.arena, result)], encoding);
      assert.deepEqual(members(set.sets.all(result)), new Set(few));
      set.types.temporaries.discard(result);
      removeKey(set.keyspace, set.database, 'other0');
      assert.equal(set.keyspace.usedBytes(), before);
    }
  });

  const integer = fc.oneof(
    fc.integer({ min: -40, max: 40 }),
    fc.integer({ min: -70_000, max: 70_000 }),
    fc.bigInt({ min: -(2n ** 63n), max: -(2n ** 63n) + 40n }),
  );
  const contents = fc.oneof(
    fc.array(integer.map(String), { minLength: 1, maxLength: 60, size: 'max' }),
    fc.array(fc.oneof(integer.map(String), fc.constantFrom('a', 'b', '', '007')), {
      minLength: 1,
      maxLength: 40,
      size: 'max',
    }),
    // Hash tables of sizes that differ.
    fc
      .tuple(fc.integer({ min: 1, max: 300 }), fc.nat(150))
      .map(([count, from]) => numbers(count + from, 'm').slice(from)),
  );

  it('have what the sets have and have not in common, whatever their encodings', () => {
    fc.assert(
      fc.property(fc.array(contents, { minLength: 1, maxLength: 4 }), (lists) => {
        const set = new MemberSet(30, 20);
        const { computed } = set.sets;
        const [first, ...others] = lists.map((list) => new Set(list));
        const [source, ...otherEntries] = lists.map((list) => set.other(...list));
        for (const areShared of [true, false]) {
          const wanted = [...first].filter((member) =>
            others.every((other) => other.has(member) === areShared),
          );
          const found: string[] = [];
          const selection = computed.select(source, otherEntries, areShared);
          while (selection.next()) found.push(selection.read().toString());
          assert.deepEqual(found.sort(), wanted.sort());
          const result = computed.fromSelection(computed.select(source, otherEntries, areShared), true);
          assert.deepEqual(members(set.sets.all(result)), new Set(wanted));
          for (const member of wanted)
            assert.ok(set.sets.has(result, bytesOf(member), 0, member.length), member);
          set.types.temporaries.discard(result);
        }
        for (const encoding of [ENCODING_INTSET, ENCODING_HASHTABLE]) {
          const union = computed.unite([source, ...otherEntries], encoding);
          assert.deepEqual(members(set.sets.all(union)), new Set(lists.flat()));
          set.types.temporaries.discard(union);
        }
      }),
      { numRuns: 25 },
    );
  });

  it('of intsets are walked in the order of their integers', () => {
    fc.assert(
      fc.property(
        fc.array(fc.array(integer.map(BigInt), { minLength: 1, maxLength: 50 }), {
          minLength: 1,
          maxLength: 4,
        }),
        (lists) => {
          const set = new MemberSet(60, 0);
          const { computed } = set.sets;
          const union = computed.uniteIntsets(lists.map((list) => set.other(...list.map(String))));
          const found: bigint[] = [];
          while (union.next()) found.push(BigInt(union.read().toString()));
          assert.deepEqual(
            found,
            [...new Set(lists.flat())].sort((a, b) => (a < b ? -1 : 1)),
          );
        },
      ),
      { numRuns: 25 },
    );
  });
});
