import assert from 'node:assert/strict';
import fc from 'fast-check';
import { Random } from '../../src/base/random.js';
import { Arena } from '../../src/engine/arena.js';
import { Dict } from '../../src/engine/dict.js';
import { RecycledMemory } from '../support/recycled-memory.js';

/** Elements of these tests: [key length][a number][key …]. */
const LAYOUT = { keyLengthWord: 0, keyOffset: 8 };

const memory = new RecycledMemory();
let lastArena: Arena | null = null;

/** One at a time: it takes the memory of the last one. */
class DictModel {
  readonly arena: Arena;
  readonly dict: Dict;
  readonly map = new Map<string, number>();

  constructor() {
    if (lastArena !== null) memory.giveBack(lastArena);
    this.arena = new Arena(memory.take);
    lastArena = this.arena;
    this.dict = new Dict(this.arena, LAYOUT, 0x01234567, 0x89abcdef);
  }

  find(key: string): number {
    const bytes = Buffer.from(`<${key}>`);
    return this.dict.find(bytes, 1, bytes.length - 1);
  }

  insert(key: string): void {
    const found = this.find(key);
    assert.equal(found, this.map.get(key) ?? 0);
    if (found !== 0) return;
    const ref = this.#element(key);
    this.dict.insert(ref);
    this.map.set(key, ref);
  }

  remove(key: string): void {
    const bytes = Buffer.from(key);
    const ref = this.dict.remove(bytes, 0, bytes.length);
    assert.equal(ref, this.map.get(key) ?? 0);
    if (ref !== 0) this.#forget(key, ref);
  }

  removeElement(key: string): void {
    const ref = this.map.get(key);
    if (ref === undefined) return;
    this.dict.removeElement(ref);
    this.#forget(key, ref);
  }

  replace(key: string): void {
    const ref = this.map.get(key);
    if (ref === undefined) return;
    const moved = this.#element(key);
    this.dict.replace(ref, moved);
    this.arena.free(ref);
    this.map.set(key, moved);
  }

  keyOf(ref: number): string {
    const start = this.arena.offsetOf(ref) + LAYOUT.keyOffset;
    return this.arena.bytesOf(ref).toString('latin1', start, start + this.arena.word(ref, 0));
  }

  check(): void {
    assert.equal(this.dict.size, this.map.size);
    const seen = new Set<string>();
    this.dict.forEach((ref) => {
      const key = this.keyOf(ref);
      assert.equal(this.map.get(key), ref);
      assert.ok(!seen.has(key), 'forEach visits once');
      seen.add(key);
    });
    assert.equal(seen.size, this.map.size);
    for (const [key, ref] of this.map) assert.equal(this.find(key), ref);
  }

  #element(key: string): number {
    const ref = this.arena.allocate(LAYOUT.keyOffset + key.length);
    this.arena.setWord(ref, 0, key.length);
    this.arena.write(ref, LAYOUT.keyOffset, Buffer.from(key), 0, key.length);
    return ref;
  }

  #forget(key: string, ref: number): void {
    this.arena.free(ref);
    this.map.delete(key);
  }
}

/** Of the random bursts: a hundred buckets. */
const KEY_COUNT = 1000;

/** Bursts let the table grow and shrink by much within one run. */
const burst = fc.record({
  kind: fc.constantFrom('insert', 'insert', 'remove', 'removeElement', 'replace', 'scan', 'sweep'),
  first: fc.nat(KEY_COUNT),
  count: fc.nat(KEY_COUNT / 2),
});

describe('Dict', () => {
  it('agrees with a Map under random bursts, and every scan returns what was there throughout', () => {
    fc.assert(
      fc.property(fc.array(burst, { maxLength: 30 }), (bursts) => {
        const model = new DictModel();
        let cursor = 0;
        let present = new Set<string>();
        let returned = new Set<string>();
        for (const { kind, first, count } of bursts) {
          for (let index = first; index < first + count; index++) {
            const key = `key:${index % KEY_COUNT}`;
            if (kind === 'insert') model.insert(key);
            else if (kind === 'remove') model.remove(key);
            else if (kind === 'removeElement') model.removeElement(key);
            else if (kind === 'replace') model.replace(key);
            if (!model.map.has(key)) present.delete(key);
            if ((kind !== 'scan' && kind !== 'sweep') || index % 16 !== 0) continue;
            if (cursor === 0) {
              present = new Set(model.map.keys());
              returned = new Set();
            }
            cursor = model.dict.scan(cursor, (ref) => {
              const visited = model.keyOf(ref);
              returned.add(visited);
              if (kind === 'sweep' && returned.size % 4 !== 0) model.remove(visited);
            });
            if (cursor === 0) for (const each of present) assert.ok(returned.has(each), `${each} was missed`);
          }
        }
        model.check();
      }),
      { numRuns: 60 },
    );
  });

  it('keeps the guarantee of a scan while the table grows eightfold and shrinks again', () => {
    for (let seed = 1; seed <= 20; seed++) {
      const model = new DictModel();
      const random = new Random(seed);
      const start = 100 + random.below(300);
      for (let index = 0; index < start; index++) model.insert(`stays:${index}`);
      const returned = new Set<string>();
      let cursor = 0;
      let others = 0;
      let turns = 0;
      do {
        cursor = model.dict.scan(cursor, (ref) => returned.add(model.keyOf(ref)));
        for (let count = random.below(start); count > 0; count--) {
          const isGrowing = turns % 2 === 0;
          if (isGrowing) model.insert(`other:${others++}`);
          else model.remove(`other:${--others}`);
          if (others === (isGrowing ? start * 7 : 0)) turns++;
        }
      } while (cursor !== 0);
      assert.ok(turns >= 2, `seed ${seed}: the table grew and shrank`);
      for (let index = 0; index < start; index++) {
        assert.ok(returned.has(`stays:${index}`), `seed ${seed}: stays:${index} was missed`);
      }
    }
  });

  it('lets the visitor of a scan remove and insert elements', () => {
    const model = new DictModel();
    for (let index = 0; index < 5000; index++) model.insert(`key:${index}`);
    let cursor = 0;
    let added = 0;
    do {
      cursor = model.dict.scan(cursor, (ref) => {
        const key = model.keyOf(ref);
        if (!key.startsWith('key:')) return;
        model.remove(key);
        if (added < 3000) model.insert(`new:${added++}`);
      });
    } while (cursor !== 0);
    assert.equal(model.map.size, 3000);
    model.check();
  });

  it('gives its memory back when all is removed on the way, in one walk or in scans', () => {
    const model = new DictModel();
    const empty = model.arena.usedBytes;
    const remove = (ref: number): void => {
      model.remove(model.keyOf(ref));
    };
    for (const removeAll of [
      () => model.dict.forEach(remove),
      () => {
        for (let cursor = 0; ; ) {
          cursor = model.dict.scan(cursor, remove);
          if (cursor === 0) break;
        }
      },
    ]) {
      for (let index = 0; index < 5000; index++) model.insert(`key:${index}`);
      removeAll();
      assert.equal(model.dict.size, 0);
      assert.equal(model.arena.usedBytes, empty);
    }
  });

  it('replaces an element that was found, in whatever block, before the table shrank at the end of a walk', () => {
    for (let found = 0; found < 100; found++) {
      const model = new DictModel();
      for (let index = 0; index < 1000; index++) model.insert(`key:${index}`);
      model.dict.forEach((ref) => {
        const key = model.keyOf(ref);
        if (key !== `key:${found}`) model.remove(key);
        model.find(`key:${found}`);
      });
      model.replace(`key:${found}`);
      model.check();
    }
  });

  it('takes any cursor', () => {
    const model = new DictModel();
    for (let index = 0; index < 500; index++) model.insert(`key:${index}`);
    for (const start of [1, 63, 64, 12345, 2 ** 31, 2 ** 32 - 1]) {
      let cursor = start;
      let rounds = 0;
      do {
        cursor = model.dict.scan(cursor, () => {});
        assert.ok(++rounds < 1000, `cursor ${start} comes to an end`);
      } while (cursor !== 0);
    }
  });

  it('gives all its memory back when it shrinks, and when it is taken apart step by step', () => {
    const model = new DictModel();
    const empty = model.arena.usedBytes;
    for (let index = 0; index < 20_000; index++) model.insert(`key:${index}`);
    for (let index = 0; index < 20_000; index++) model.remove(`key:${(index * 7919) % 20_000}`);
    assert.equal(model.dict.size, 0);
    assert.equal(model.arena.usedBytes, empty);
    for (let index = 0; index < 20_000; index++) model.insert(`key:${index}`);
    let freed = 0;
    let steps = 0;
    const free = (ref: number): void => {
      model.arena.free(ref);
      freed++;
    };
    while (!model.dict.destroyStep(100, free)) assert.ok(freed < ++steps * 200, 'a step is short');
    assert.equal(freed, 20_000);
    assert.equal(model.arena.usedBytes, 0);
  });

  it('costs about 9 bytes an element, from a dozen elements to many', () => {
    const model = new DictModel();
    let elements = 0;
    for (let index = 0; index < 100_000; index++) {
      model.insert(`key:${index}`);
      elements += model.arena.capacity(model.find(`key:${index}`));
      if (index < 12 || index % 997 !== 0) continue;
      const perElement = (model.arena.usedBytes - elements) / model.dict.size;
      const bound = index < 4096 ? 18 : 13;
      assert.ok(perElement < bound, `${perElement} bytes an element at ${model.dict.size}`);
    }
  });

  it('draws every element equally often at random', () => {
    const model = new DictModel();
    const random = new Random(42);
    const count = 300;
    for (let index = 0; index < count; index++) model.insert(`key:${index}`);
    const draws = new Map<number, number>();
    for (let draw = 0; draw < count * 400; draw++) {
      const ref = model.dict.random(random);
      draws.set(ref, (draws.get(ref) ?? 0) + 1);
    }
    assert.equal(draws.size, count);
    let chiSquared = 0;
    for (const drawn of draws.values()) chiSquared += (drawn - 400) ** 2 / 400;
    // 299 degrees of freedom: mean 299, standard deviation 24.5.
    assert.ok(chiSquared < 299 + 5 * 24.5, `chi squared ${chiSquared}`);
    assert.equal(new DictModel().dict.random(random), 0);
  });

  it('samples every element, whatever slot it is in, and none too rarely', () => {
    const model = new DictModel();
    const random = new Random(3);
    const count = 1000;
    for (let index = 0; index < count; index++) model.insert(`key:${index}`);
    const draws = new Map<number, number>();
    for (let draw = 0; draw < count * 100; draw++) {
      const ref = model.dict.sample(random);
      draws.set(ref, (draws.get(ref) ?? 0) + 1);
    }
    assert.equal(draws.size, count);
    for (const drawn of draws.values())
      assert.ok(drawn > 25 && drawn < 800, `drawn ${drawn} times, 100 expected`);
    assert.equal(new DictModel().dict.sample(random), 0);
  });

  it('tells keys apart that share bytes, length or nothing', () => {
    const model = new DictModel();
    const keys = ['', 'a', 'aa', 'aaa', 'aaaa', 'aaaab', 'aaaac', 'a'.repeat(1000), `${'a'.repeat(999)}b`];
    for (const key of keys) model.insert(key);
    for (const key of keys) assert.equal(model.keyOf(model.find(key)), key);
    assert.equal(model.find('b'), 0);
    assert.equal(model.find('a'.repeat(999)), 0);
  });
});
