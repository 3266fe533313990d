/** A dict that gets its elements all at once: those of an array, or those of another dict. */
import assert from 'node:assert/strict';
import { Arena } from '../../src/engine/arena.js';
import { BucketWalk } from '../../src/engine/bucket-walk.js';
import { Dict } from '../../src/engine/dict.js';

const LAYOUT = { keyLengthWord: 0, keyOffset: 4 };
const arena = new Arena();

const emptyDict = (): Dict => new Dict(arena, LAYOUT, 1, 2);

function elementOf(key: string): number {
  const ref = arena.allocate(LAYOUT.keyOffset + key.length);
  arena.setWord(ref, 0, key.length);
  arena.write(ref, LAYOUT.keyOffset, Buffer.from(key), 0, key.length);
  return ref;
}

function find(dict: Dict, key: string): number {
  return dict.find(Buffer.from(key), 0, key.length);
}

function add(dict: Dict, key: string): void {
  if (find(dict, key) === 0) dict.insert(elementOf(key));
}

function dictOf(first: number, end: number): Dict {
  const dict = emptyDict();
  for (let index = first; index < end; index++) add(dict, keyAt(index));
  return dict;
}

const keyAt = (index: number): string => `key:${index}`;

/** Has the first `count` keys, and takes and loses others. */
function checkUse(dict: Dict, count: number): void {
  assert.equal(dict.size, count);
  for (let index = 0; index < count; index++) assert.notEqual(find(dict, keyAt(index)), 0, keyAt(index));
  for (let index = count; index < count * 2 + 100; index++) {
    assert.equal(find(dict, keyAt(index)), 0, keyAt(index));
    dict.insert(elementOf(keyAt(index)));
  }
  for (let index = 0; index < count * 2 + 100; index++) {
    const ref = dict.remove(Buffer.from(keyAt(index)), 0, keyAt(index).length);
    assert.notEqual(ref, 0, keyAt(index));
    arena.free(ref);
  }
  assert.equal(dict.size, 0);
  assert.equal(dict.bucketCount, 1);
}

describe('Dict', () => {
  for (const count of [0, 1, 12, 13, 100, 3000]) {
    it(`is filled with ${count} elements, and grows and shrinks like others`, () => {
      const before = arena.usedBytes;
      const elements = new Uint32Array(count + 1);
      for (let index = 0; index < count; index++) elements[index] = elementOf(keyAt(index));
      const dict = emptyDict();
      dict.fill(elements, count);
      const grown = emptyDict();
      for (let index = 0; index < count; index++) {
        find(grown, keyAt(index));
        grown.insert(elements[index]);
      }
      assert.equal(dict.bucketCount, grown.bucketCount);
      while (!grown.destroyStep(1000, () => {}));
      checkUse(dict, count);
      while (!dict.destroyStep(1, arena.free.bind(arena)));
      assert.equal(arena.usedBytes, before);
    });

    it(`is cloned with ${count} elements, which are its own`, () => {
      const before = arena.usedBytes;
      const dict = emptyDict();
      for (let index = 0; index < count; index++) {
        find(dict, keyAt(index));
        dict.insert(elementOf(keyAt(index)));
      }
      const clone = emptyDict();
      dict.cloneTo(clone, (ref) => arena.clone(ref, LAYOUT.keyOffset + arena.word(ref, 0)));
      for (let index = 0; index < count; index++) {
        assert.notEqual(find(clone, keyAt(index)), find(dict, keyAt(index)));
      }
      checkUse(clone, count);
      checkUse(dict, count);
      for (const emptied of [clone, dict]) while (!emptied.destroyStep(1, () => {}));
      assert.equal(arena.usedBytes, before);
    });
  }

  it('mirrors another with some of its elements, and then has as many buckets as suit them', () => {
    const dict = dictOf(0, 3000);
    const mirror = emptyDict();
    mirror.mirror(dict);
    const walk = new BucketWalk();
    dict.walk(walk);
    while (walk.next() !== 0) {
      if (arena.bytesOf(walk.ref)[arena.offsetOf(walk.ref) + 8] !== 0x37) continue;
      mirror.insertAlike(walk, arena.clone(walk.ref, LAYOUT.keyOffset + arena.word(walk.ref, 0)));
    }
    mirror.settle();
    assert.equal(mirror.size, 111);
    assert.ok(mirror.bucketCount < 30);
    for (let index = 0; index < 3000; index++) {
      assert.equal(find(mirror, keyAt(index)) !== 0, `${index}`.startsWith('7'), keyAt(index));
    }
  });

  it('finds the keys of another, larger or smaller, by their places there', () => {
    const sizes = [0, 1, 13, 90, 100, 110, 200, 400, 800, 3000];
    const dicts = sizes.map((size) => dictOf(0, size));
    const long = emptyDict();
    long.followsSize = false;
    for (let index = 0; index < 500; index++) add(long, keyAt(index));
    dicts.push(long, dictOf(50, 300));
    const walk = new BucketWalk();
    for (const one of dicts) {
      for (const other of dicts) {
        let count = 0;
        for (one.walk(walk); walk.next() !== 0; count++) {
          const start = arena.offsetOf(walk.ref) + LAYOUT.keyOffset;
          const key = arena.bytesOf(walk.ref).toString('latin1', start, start + arena.word(walk.ref, 0));
          assert.equal(other.findAlike(walk), find(other, key), key);
        }
        assert.equal(count, one.size);
      }
    }
  });

  it('is cloned with as many buckets as suit it while its own do not follow its size', () => {
    const dict = emptyDict();
    dict.followsSize = false;
    for (let index = 0; index < 1000; index++) {
      find(dict, keyAt(index));
      dict.insert(elementOf(keyAt(index)));
    }
    assert.equal(dict.bucketCount, 1);
    const clone = emptyDict();
    dict.cloneTo(clone, (ref) => arena.clone(ref, LAYOUT.keyOffset + arena.word(ref, 0)));
    dict.followsSize = true;
    assert.equal(clone.bucketCount, dict.bucketCount);
    checkUse(clone, 1000);
  });
});
