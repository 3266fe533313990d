import assert from 'node:assert/strict';
import fc from 'fast-check';
import { Random } from '../../../src/base/random.js';
import { List, perform, read, step } from './list.js';
import { bytesOf, removeKey, testKeyspace, textOf } from './support.js';

describe('Lists', () => {
  for (const [size, threshold, depth] of [
    [-1, 2 ** 30, 0],
    [-2, 2 ** 30, 0],
    [3, 2 ** 30, 0],
    [1, 2 ** 30, 0],
    [-1, 12, 0],
    [4, 12, 0],
    [-1, 2 ** 30, 1],
    [4, 2 ** 30, 1],
    [4, 12, 1],
    [2, 2 ** 30, 2],
    [1, 12, 3],
    [3, 2 ** 30, 3],
  ]) {
    it(`are sequences of texts with list-max-listpack-size ${size}, plain nodes from ${threshold} bytes, depth ${depth}`, () => {
      const keyspace = testKeyspace();
      const before = keyspace.usedBytes();
      fc.assert(
        fc.property(fc.array(step, { maxLength: 60, size: 'max' }), (steps) => {
          // A run that failed may have left its key.
          removeKey(keyspace, keyspace.databases[0], 'list');
          const list = new List(size, keyspace, depth);
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

  describe('with list-compress-depth', () => {
    const text = (index: number): string => `{"id":${index},"state":"waiting","attempts":0}`;

    function longList(depth: number): List {
      const list = new List(-1, testKeyspace(), depth);
      for (let index = 0; index < 3000; index++) list.push(false, text(index));
      return list;
    }

    it('take a part of the memory', () => {
      const plain = longList(0);
      const compressed = longList(1);
      compressed.check();
      const bytes = ({ lists, entry }: List): number => lists.memoryBytes(entry);
      assert.ok(bytes(compressed) * 3 < bytes(plain));
      assert.ok(bytes(longList(5)) > bytes(compressed));
      assert.ok(compressed.keyspace.usedBytes() < plain.keyspace.usedBytes());
      assert.deepEqual(compressed.texts(), plain.texts());
    });

    it('keep the depth they became large with', () => {
      const list = longList(0);
      list.limits.listCompressDepth = 1;
      for (let index = 0; index < 1000; index++) list.push(false, text(index));
      const { nodes, compressDepth } = list.lists.quicklist(list.entry);
      assert.equal(compressDepth, 0);
      nodes.open(nodes.count >> 1);
      assert.equal(nodes.isCompressed, false);
    });

    it('are copied as they are', () => {
      const list = longList(2);
      const database = list.keyspace.databases[0];
      const copy = database.copyEntry(list.entry, database, bytesOf('copy'), 0, 4);
      assert.ok(list.lists.memoryBytes(copy) <= list.lists.memoryBytes(list.entry));
      const texts = list.texts();
      removeKey(list.keyspace, database, 'list');
      assert.deepEqual(read(list.lists.range(copy, 0, texts.length, false)), texts);
      removeKey(list.keyspace, database, 'copy');
      assert.equal(list.keyspace.usedBytes(), testKeyspace().usedBytes());
    });

    it('stay compressed whatever is done in their midst', () => {
      for (const depth of [1, 2, 3]) {
        const list = longList(depth);
        const { lists, entry } = list;
        const random = new Random(depth);
        const model = list.texts();
        for (let change = 0; change < 300; change++) {
          const index = random.below(model.length);
          const value = random.below(4) === 0 ? 'x'.repeat(random.below(3000)) : text(change);
          switch (random.below(6)) {
            case 0:
              perform(list, model, { kind: 'set', place: index + model.length + 1, text: value });
              break;
            case 1:
              perform(list, model, { kind: 'insert', before: change % 2 === 0, place: index, text: value });
              break;
            case 2:
              perform(list, model, { kind: 'remove', count: random.below(3) - 1, text: model[index] });
              break;
            case 3:
              perform(list, model, { kind: 'trim', first: random.below(20), last: random.below(20) });
              break;
            case 4:
              perform(list, model, { kind: 'drop', atHead: change % 2 === 0, count: random.below(30) });
              break;
            default:
              perform(list, model, { kind: 'push', atHead: change % 2 === 0, texts: [value, text(-change)] });
          }
          assert.equal(textOf(lists.get(entry, index)), model[index] ?? null, `seed ${depth}`);
          if (change % 20 === 0) list.check();
        }
        list.check();
        assert.deepEqual(list.texts(), model, `seed ${depth}`);
        const { nodes } = lists.quicklist(entry);
        nodes.openStored(nodes.count >> 1);
        assert.ok(nodes.isCompressed);
      }
    });
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
