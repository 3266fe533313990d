/**
 * Frozen elements are shown once each and as they were, whatever is done to the collection meanwhile: changed one by one, grown
 * to its double, emptied in the middle of the walk.
 */
import assert from 'node:assert/strict';
import { Random } from '../../../src/base/random.js';
import { Arena } from '../../../src/engine/arena.js';
import { ValueView } from '../../../src/engine/packed/value-view.js';
import type { FrozenElements } from '../../../src/engine/types/frozen-elements.js';
import { LargeHash, readFrozenField } from '../../../src/engine/types/hash/large-hash.js';
import {
  LargeSet,
  readFrozenMember as readFrozenSetMember,
} from '../../../src/engine/types/set/large-set.js';
import { readFrozenMember } from '../../../src/engine/types/zset/elements.js';
import { LargeSortedSet } from '../../../src/engine/types/zset/large-sorted-set.js';

const ELEMENTS = 1000;
const HASH_SEED = [1, 2] as const;

interface Subject {
  freeze(): FrozenElements;
  /** Adds an element, or gives it another value. */
  put(key: string, value: number): void;
  remove(key: string): void;
  /** Many at once, where there is such a way. */
  removeSome?(random: Random): void;
  /** What `step` showed. */
  read(bytes: Buffer, at: number): [key: string, value: number];
}

const textOf = ({ bytes, start, end }: ValueView): string => bytes.toString('latin1', start, end);

function makeHash(arena: Arena): Subject {
  const hash = new LargeHash(arena, HASH_SEED);
  const [field, fieldValue] = [new ValueView(), new ValueView()];
  return {
    freeze: () => hash.freeze(),
    put(key, value) {
      // Values of many lengths, so that elements move as well as stay.
      const text = `${value}`.padEnd(value % 40);
      hash.set(Buffer.from(key), 0, key.length, Buffer.from(text), 0, text.length);
    },
    remove: (key) => void hash.delete(Buffer.from(key), 0, key.length),
    read(bytes, at) {
      readFrozenField(bytes, at, field, fieldValue);
      return [textOf(field), Number(textOf(fieldValue))];
    },
  };
}

function makeSet(arena: Arena): Subject {
  const set = new LargeSet(arena, HASH_SEED);
  const member = new ValueView();
  return {
    freeze: () => set.freeze(),
    put: (key) => void set.add(Buffer.from(key), 0, key.length),
    remove: (key) => void set.remove(Buffer.from(key), 0, key.length),
    read(bytes, at) {
      readFrozenSetMember(bytes, at, member);
      return [textOf(member), 0];
    },
  };
}

function makeSortedSet(arena: Arena): Subject {
  const sorted = new LargeSortedSet(arena, HASH_SEED);
  const view = new ValueView();
  return {
    freeze: () => sorted.freeze(),
    put(key, value) {
      const member = Buffer.from(key);
      const element = sorted.dict.find(member, 0, member.length);
      if (element === 0) sorted.insert(value, member, 0, member.length);
      else sorted.setScore(element, value);
    },
    remove(key) {
      const element = sorted.dict.find(Buffer.from(key), 0, key.length);
      if (element !== 0) sorted.remove(element);
    },
    removeSome(random) {
      const count = Math.min(random.below(100), sorted.dict.size);
      if (count > 0) sorted.removeRange(random.below(sorted.dict.size - count + 1), count);
    },
    read(bytes, at) {
      const score = readFrozenMember(bytes, at, view);
      return [textOf(view), score];
    },
  };
}

/** How many changes come with each step, and what they are. */
const PATTERNS: Readonly<Record<string, (subject: Subject, random: Random) => void>> = {
  'while single elements come, change and go': (subject, random) => {
    for (let left = random.below(8); left > 0; left--) {
      const key = `key ${random.below(ELEMENTS * 2)}`;
      if (random.below(2) === 0) subject.put(key, random.below(1000));
      else subject.remove(key);
    }
  },
  'while it grows': (subject, random) => {
    for (let left = 4; left > 0; left--) subject.put(`new ${random.below(ELEMENTS * 2)}`, random.below(1000));
  },
  'while it shrinks': (subject, random) => {
    for (let left = 40; left > 0; left--) subject.remove(`key ${random.below(ELEMENTS)}`);
  },
  'after some steps without a change': (subject, random) => {
    if (random.below(40) === 0) for (let key = 0; key < ELEMENTS; key++) subject.put(`key ${key}`, 999);
  },
  'while ranges of it go': (subject, random) => subject.removeSome?.(random),
  alone: () => {},
};

for (const [name, make] of Object.entries({ hash: makeHash, set: makeSet, 'sorted set': makeSortedSet })) {
  describe(`frozen elements of a ${name}`, function () {
    this.timeout(60_000);

    for (const [pattern, change] of Object.entries(PATTERNS)) {
      it(`are shown once and as they were ${pattern}`, () => {
        for (let seed = 1; seed <= 3; seed++) {
          const random = new Random(seed);
          const subject = make(new Arena());
          const expected = new Map<string, number>();
          for (let index = 0; index < ELEMENTS; index++) {
            const value = name === 'set' ? 0 : random.below(1000);
            subject.put(`key ${index}`, value);
            expected.set(`key ${index}`, value);
          }
          const frozen = subject.freeze();
          assert.equal(frozen.count, ELEMENTS);
          const shown = new Map<string, number>();
          for (let isOver = false; !isOver; ) {
            change(subject, random);
            isOver = frozen.step((bytes, at) => {
              const [key, value] = subject.read(bytes, at);
              assert.ok(!shown.has(key), `seed ${seed}: ${key} is shown once`);
              shown.set(key, value);
            });
          }
          assert.deepEqual(shown, expected, `seed ${seed}`);
        }
      });
    }
  });
}
