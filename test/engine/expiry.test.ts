import assert from 'node:assert/strict';
import fc from 'fast-check';
import { Arena } from '../../src/engine/arena.js';
import { WORD_EXPIRY } from '../../src/engine/entry.js';
import { ExpiryHeap } from '../../src/engine/expiry.js';

class HeapModel {
  readonly arena = new Arena();
  readonly heap = new ExpiryHeap(this.arena);
  readonly times = new Map<number, number>();
  readonly refs: number[] = [];

  insert(atMs: number): void {
    const ref = this.arena.allocate(24);
    this.arena.setWord(ref, WORD_EXPIRY, 0);
    this.heap.insert(ref, atMs);
    this.times.set(ref, atMs);
    this.refs.push(ref);
  }

  update(choice: number, atMs: number): void {
    if (this.refs.length === 0) return;
    const ref = this.refs[choice % this.refs.length];
    this.heap.update(this.arena.word(ref, WORD_EXPIRY), atMs);
    this.times.set(ref, atMs);
  }

  remove(choice: number): void {
    if (this.refs.length === 0) return;
    const index = choice % this.refs.length;
    const [ref] = this.refs.splice(index, 1);
    this.heap.remove(this.arena.word(ref, WORD_EXPIRY));
    assert.equal(this.arena.word(ref, WORD_EXPIRY), 0);
    this.times.delete(ref);
    this.arena.free(ref);
  }

  move(choice: number): void {
    if (this.refs.length === 0) return;
    const index = choice % this.refs.length;
    const ref = this.refs[index];
    const moved = this.arena.allocate(24);
    const position = this.arena.word(ref, WORD_EXPIRY);
    this.arena.setWord(moved, WORD_EXPIRY, position);
    this.heap.moved(position, moved);
    this.refs[index] = moved;
    this.times.set(moved, this.times.get(ref) ?? 0);
    this.times.delete(ref);
    this.arena.free(ref);
  }

  check(): void {
    assert.equal(this.heap.size, this.times.size);
    for (const [ref, atMs] of this.times) {
      const index = this.arena.word(ref, WORD_EXPIRY);
      assert.equal(this.heap.ref(index), ref);
      assert.equal(this.heap.at(index), atMs);
    }
    const drained: number[] = [];
    while (this.heap.size > 0) {
      drained.push(this.heap.firstAt);
      this.heap.remove(this.arena.word(this.heap.firstRef, WORD_EXPIRY));
    }
    assert.deepEqual(
      drained,
      [...this.times.values()].sort((a, b) => a - b),
    );
    assert.equal(this.heap.firstAt, Number.POSITIVE_INFINITY);
  }
}

const action = fc.record({
  kind: fc.constantFrom('insert', 'insert', 'insert', 'update', 'remove', 'move'),
  atMs: fc.oneof(fc.nat(20), fc.nat({ max: 2 ** 31 - 1 }), fc.maxSafeNat()),
  choice: fc.nat(),
});

describe('ExpiryHeap', () => {
  it('keeps every entry’s index and drains in order of time', () => {
    fc.assert(
      fc.property(fc.array(action, { maxLength: 600, size: 'max' }), (actions) => {
        const model = new HeapModel();
        for (const { kind, atMs, choice } of actions) {
          if (kind === 'insert') model.insert(atMs);
          else if (kind === 'update') model.update(choice, atMs);
          else if (kind === 'remove') model.remove(choice);
          else model.move(choice);
        }
        model.check();
      }),
      { numRuns: 60 },
    );
  });

  it('takes many segments and gives them back', () => {
    const model = new HeapModel();
    for (let index = 0; index < 10_000; index++) model.insert((index * 7919) % 10_000);
    const numbers = new Set<number>();
    for (let number = 0; number < model.heap.size; number++) numbers.add(model.heap.refByNumber(number));
    assert.equal(numbers.size, 10_000);
    while (model.refs.length > 0) model.remove(model.refs.length - 1);
    model.heap.free();
    assert.equal(model.arena.usedBytes, 0);
  });
});
