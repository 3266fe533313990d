/**
 * A frozen list is shown node by node as it was, whatever is done to the list meanwhile: pushed to and popped from at both
 * ends, changed in its middle, emptied, made a small list again. And all memory that this took is given back.
 */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { FrozenNodes } from '../../../src/engine/types/frozen-nodes.js';
import { type FrozenList, forEachElement } from '../../../src/engine/types/list/frozen-list.js';
import { itRandomly } from '../../support/dice.js';
import { List, perform, type Step, step } from './list.js';

const NODE_ELEMENTS = 5;

/** Shows a node. @returns true when it was the last */
function show(frozen: FrozenList, texts: string[]): boolean {
  return frozen.step((node) => forEachElement(node, (element) => void texts.push(element.toString())));
}

/** Steps before and after the freezing, and how many of those come with each node that is shown. */
const story = fc.record({
  depth: fc.constantFrom(0, 2),
  before: fc.array(step, { minLength: 5, maxLength: 60, size: 'max' }),
  after: fc.array(step, { maxLength: 80, size: 'max' }),
  pace: fc.integer({ min: 0, max: 6 }),
});

describe('a frozen list', function () {
  this.timeout(60_000);

  it('is shown in order and as it was, whatever changes meanwhile', () => {
    fc.assert(
      fc.property(story, ({ depth, before, after, pace }) => {
        const list = new List(NODE_ELEMENTS, undefined, depth);
        const model: string[] = [];
        for (const action of before) perform(list, model, action);
        for (let more = 0; more < NODE_ELEMENTS * 8; more++) list.push(false, `element ${more}`);
        model.push(...Array.from({ length: NODE_ELEMENTS * 8 }, (_, more) => `element ${more}`));
        const expected = [...model];
        const quicklist = list.lists.quicklist(list.entry);
        const frozen = quicklist.freeze();
        const shown: string[] = [];
        let next = 0;
        for (let isOver = false; !isOver; ) {
          for (let left = pace; left > 0 && next < after.length; left--) perform(list, model, after[next++]);
          isOver = show(frozen, shown);
        }
        quicklist.thaw();
        assert.deepEqual(shown, expected);
        assert.deepEqual(list.texts(), model);
        list.check();
      }),
      { numRuns: 80, seed: 41 },
    );
  });

  it('gives back what it kept, whether it was shown or not', () => {
    for (const isShown of [true, false]) {
      const list = new List(NODE_ELEMENTS);
      const { arena } = list.keyspace;
      for (let count = 0; count < 1000; count++) list.push(false, `element ${count}`);
      const quicklist = list.lists.quicklist(list.entry);
      const bytesBefore = arena.usedBytes;
      const frozen = quicklist.freeze();
      const trim: Step = { kind: 'trim', first: 4, last: 4 };
      const model = list.texts();
      for (let count = 0; count < 100; count++) perform(list, model, trim);
      if (isShown) while (!show(frozen, [])) {}
      quicklist.thaw();
      const freed = bytesBefore - arena.usedBytes;
      const unfrozen = new List(NODE_ELEMENTS);
      for (let count = 0; count < 1000; count++) unfrozen.push(false, `element ${count}`);
      const unfrozenBefore = unfrozen.keyspace.arena.usedBytes;
      const other = unfrozen.texts();
      for (let count = 0; count < 100; count++) perform(unfrozen, other, trim);
      assert.equal(freed, unfrozenBefore - unfrozen.keyspace.arena.usedBytes);
    }
  });
});

describe('frozen nodes', () => {
  itRandomly('are shown in their order, wherever nodes come, change and go', (dice) => {
    for (let round = 0; round < 200; round++) {
      const count = dice.between(1, 60);
      /** The row as it is: numbers below `count` were there at the beginning; a changed one has another sign. */
      const row = Array.from({ length: count }, (_, node) => node + 1);
      const frozen = new FrozenNodes<number>(count);
      const shown: number[] = [];
      const keep = (node: number): void => {
        if (frozen.isDue(node)) frozen.keep(node, row[node]);
      };
      for (let isOver = false; !isOver; ) {
        for (let left = dice.between(0, 5); left > 0; left--) {
          const node = dice.between(0, row.length);
          const act = dice.between(0, 2);
          if (act === 0) {
            row.splice(node, 0, -1);
            frozen.inserted(node);
          } else if (node < row.length) {
            keep(node);
            if (act === 1) row[node] = -1;
            else {
              row.splice(node, 1);
              frozen.removed(node);
            }
          }
        }
        isOver = frozen.step(
          (node) => shown.push(row[node]),
          (kept) => shown.push(kept),
        );
      }
      assert.deepEqual(
        shown,
        Array.from({ length: count }, (_, node) => node + 1),
      );
    }
  });
});
