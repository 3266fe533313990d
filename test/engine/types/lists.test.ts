import assert from 'node:assert/strict';
import fc from 'fast-check';
import { List, perform, read, step } from './list.js';
import { bytesOf, removeKey, testKeyspace, textOf } from './support.js';

describe('Lists', () => {
  for (const [size, threshold] of [
    [-1, 2 ** 30],
    [-2, 2 ** 30],
    [3, 2 ** 30],
    [1, 2 ** 30],
    [-1, 12],
    [4, 12],
  ]) {
    it(`are sequences of texts with list-max-listpack-size ${size}, plain nodes from ${threshold} bytes`, () => {
      const keyspace = testKeyspace();
      const before = keyspace.usedBytes();
      fc.assert(
        fc.property(fc.array(step, { maxLength: 60, size: 'max' }), (steps) => {
          // A run that failed may have left its key.
          removeKey(keyspace, keyspace.databases[0], 'list');
          const list = new List(size, keyspace);
          list.limits.listPackedThresholdBytes = threshold;
          const model: string[] = [];
          for (const action of steps) {
            perform(list, model, action);
            list.check();
            assert.equal(list.length, model.length);
          }
          assert.deepEqual(list.texts(), model);
          assert.deepEqual(list.texts(model.length - 1, model.length, true), model.toReversed());
          for (let index = 0; index < model.length; index += 7) {
            assert.equal(textOf(list.lists.get(list.entry, index)), model[index]);
            assert.equal(textOf(list.lists.get(list.entry, index - model.length)), model[index]);
          }
          const sought = model[0] ?? 'none';
          const indexes = model.flatMap((text, index) => (text === sought ? [index] : []));
          assert.deepEqual(list.found(sought, false), indexes);
          assert.deepEqual(list.found(sought, true), indexes.toReversed());
          removeKey(list.keyspace, list.keyspace.databases[0], 'list');
          assert.equal(keyspace.usedBytes(), before, 'nothing leaks');
        }),
        { numRuns: 60 },
      );
    });
  }

  it('hold a hundred thousand elements, whichever end they come and go at', () => {
    for (const [pushHead, popHead] of [
      [false, true],
      [false, false],
      [true, true],
      [true, false],
    ]) {
      const list = new List();
      const { lists, entry } = list;
      for (let index = 0; index < 100_000; index++) list.push(pushHead, `element ${index}`);
      list.check();
      assert.equal(list.encoding, 'quicklist');
      const at = (index: number): string => `element ${pushHead ? 99_999 - index : index}`;
      for (let index = 0; index < 100_000; index += 997) {
        assert.equal(textOf(lists.get(entry, index)), at(index));
      }
      for (let index = 0; index < 100_000; index++) {
        assert.equal(lists.peek(entry, popHead).toString(), at(popHead ? index : 99_999 - index));
        lists.drop(entry, popHead);
      }
      assert.equal(list.length, 0);
    }
  });

  it('serve as a queue without growing', () => {
    const list = new List();
    for (let index = 0; index < 2000; index++) list.push(false, `job ${index}`);
    const before = list.lists.memoryBytes(list.entry);
    for (let index = 0; index < 200_000; index++) {
      list.push(false, `job ${index}`);
      list.lists.drop(list.entry, true);
    }
    assert.ok(list.lists.memoryBytes(list.entry) <= before * 1.5);
    list.check();
  });

  it('take little more memory than their bytes', () => {
    const list = new List();
    for (let index = 0; index < 100_000; index++) list.push(false, `element:${index}`);
    const { nodes } = list.lists.quicklist(list.entry);
    let bytes = 0;
    for (let node = 0; node < nodes.count; node++) {
      nodes.open(node);
      bytes += nodes.contentBytes;
    }
    assert.ok(list.lists.memoryBytes(list.entry) < bytes * 1.05);
  });

  it('become quicklists when a command would exceed the limit, and listpacks below half of it', () => {
    const list = new List(4);
    list.push(false, 'a', 'b', 'c', 'd');
    assert.equal(list.encoding, 'listpack');
    list.push(false, 'e');
    assert.equal(list.encoding, 'quicklist');
    for (const length of [4, 3]) {
      list.lists.drop(list.entry, false);
      assert.equal(list.length, length);
      assert.equal(list.encoding, 'quicklist');
    }
    list.lists.drop(list.entry, false);
    assert.equal(list.encoding, 'listpack');
    assert.deepEqual(list.texts(), ['a', 'b']);
  });

  it('count the bytes of all pushed elements before the first of them', () => {
    const list = new List(-1);
    list.push(false, 'x'.repeat(2000));
    assert.equal(list.encoding, 'listpack');
    list.push(false, 'y'.repeat(1000), 'z'.repeat(1079));
    assert.equal(list.encoding, 'listpack', 'the listpack and the bare elements make 4096 bytes at most');
    list.push(false, 'x');
    assert.equal(list.encoding, 'quicklist');
  });

  it('are copied whole, with elements that are large on their own', () => {
    const list = new List(-1);
    list.limits.listPackedThresholdBytes = 1000;
    for (let index = 0; index < 600; index++) list.push(index % 2 === 0, 'x'.repeat(index * 3));
    const database = list.keyspace.databases[0];
    const copy = database.copyEntry(list.entry, database, bytesOf('copy'), 0, 4);
    const texts = list.texts();
    removeKey(list.keyspace, database, 'list');
    assert.deepEqual(read(list.lists.range(copy, 0, texts.length, false)), texts);
    removeKey(list.keyspace, database, 'copy');
    assert.equal(list.keyspace.usedBytes(), testKeyspace().usedBytes());
  });

  it('hand an element from one to another', () => {
    const list = new List();
    const other = list.create('other');
    list.push(false, 'a', 'b', 'c');
    list.lists.move(list.entry, true, other, false);
    list.lists.move(list.entry, false, other, true);
    assert.deepEqual(list.texts(), ['b']);
    assert.deepEqual(read(list.lists.range(other, 0, 2, false)), ['c', 'a']);
  });

  it('look at no more elements than they are told to', () => {
    const list = new List();
    list.push(false, 'a', 'b', 'a', 'b', 'a');
    assert.deepEqual(list.found('a', false, 3), [0, 2]);
    assert.deepEqual(list.found('a', true, 2), [4]);
  });
});
