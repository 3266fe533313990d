import assert from 'node:assert/strict';
import { ENCODING_INTSET, ENCODING_LISTPACK, ENCODING_NAMES, encodingOf } from '../../../src/engine/entry.js';
import { MemberSet, members, numbers } from './member-set.js';
import { bytesOf, removeKey } from './support.js';

describe('Sets that commands compute', () => {
  it('are computed without a key and then given one', () => {
    const set = new MemberSet();
    set.add('3', '1', '2', 'word');
    const before = set.keyspace.usedBytes();
    const { temporaries, sets } = set.types;
    const result = sets.select(set.entry, (member) => member.toString() !== 'word', false);
    assert.equal(encodingOf(set.keyspace.arena, result), ENCODING_INTSET);
    const entry = temporaries.publish(result, set.database, bytesOf('to'), 0, 2);
    assert.deepEqual([...members(sets.all(entry))], ['1', '2', '3']);
    removeKey(set.keyspace, set.database, 'to');
    const dropped = sets.select(set.entry, (member) => member.toString() === 'word', false);
    assert.equal(encodingOf(set.keyspace.arena, dropped), ENCODING_LISTPACK);
    temporaries.discard(dropped);
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
      const result = sets.select(set.entry, () => true, asIntset);
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
      const wanted = new Set<string>(few);
      const result = set.sets.select(set.entry, (member) => wanted.has(member.toString()), true);
      assert.equal(ENCODING_NAMES[encodingOf(set.keyspace.arena, result)], encoding);
      assert.deepEqual(members(set.sets.all(result)), new Set(few));
      set.types.temporaries.discard(result);
      while (set.keyspace.reclaimer.step());
      assert.equal(set.keyspace.usedBytes(), before);
    }
  });
});
