import assert from 'node:assert/strict';
import { ENCODING_RAW } from '../../../src/engine/entry.js';
import { Keyspace } from '../../../src/engine/keyspace.js';
import { denseRegister, setDenseRegister } from '../../../src/engine/types/hyperloglog/dense.js';
import { estimate } from '../../../src/engine/types/hyperloglog/estimate.js';
import {
  DENSE_BYTES,
  EMPTY_SKETCH,
  HEADER_BYTES,
  REGISTERS,
} from '../../../src/engine/types/hyperloglog/layout.js';
import { CHANGED, SAME, Sketch } from '../../../src/engine/types/hyperloglog/sketch.js';
import { runBytes, runLength, runValue } from '../../../src/engine/types/hyperloglog/sparse.js';
import { type Dice, itRandomly } from '../../support/dice.js';

const SPARSE_BYTES_MAX = 3000;

function emptySketch(): Sketch {
  const { databases, arena } = new Keyspace({ databaseCount: 1 });
  const key = Buffer.from('key');
  const { length } = EMPTY_SKETCH;
  const entry = databases[0].setString(key, 0, 3, EMPTY_SKETCH, 0, length, ENCODING_RAW, false);
  return new Sketch(databases[0], arena, entry, SPARSE_BYTES_MAX);
}

function registersOf(sketch: Sketch): Uint8Array {
  const registers = new Uint8Array(REGISTERS);
  assert.ok(sketch.mergeInto(registers), 'the sketch is whole');
  return registers;
}

/** Every run as long as it may be, and no two that could be one. */
function assertTidy({ bytes, start, length }: Sketch): void {
  let covered = 0;
  for (let at = start + HEADER_BYTES; at < start + length; at += runBytes(bytes, at)) {
    covered += runLength(bytes, at);
    if (runBytes(bytes, at) === 2) assert.ok(runLength(bytes, at) > 64, 'a long run is for many zeros');
    assert.ok(runValue(bytes, at) <= 32);
  }
  assert.equal(covered, REGISTERS);
}

describe('HyperLogLogs', () => {
  itRandomly('keep the highest value of each register, sparse and dense', (dice: Dice) => {
    const sketch = emptySketch();
    const expected = new Uint8Array(REGISTERS);
    const near = dice.between(0, REGISTERS - 200);
    for (let round = 0; round < 3000; round++) {
      const index = dice.oneIn(3) ? dice.between(0, REGISTERS - 1) : near + dice.between(0, 199);
      const value = dice.oneIn(2000) ? 40 : dice.between(1, 6);
      const outcome = sketch.raise(index, value);
      assert.equal(outcome, value > expected[index] ? CHANGED : SAME, `round ${round}`);
      expected[index] = Math.max(expected[index], value);
      if (round % 50 !== 0) continue;
      assert.deepEqual(registersOf(sketch), expected, `round ${round}`);
      if (!sketch.isDense) assertTidy(sketch);
    }
    assert.deepEqual(registersOf(sketch), expected);
  });

  it('become dense above a length, and for a value that no run holds', () => {
    const long = emptySketch();
    for (let index = 0; !long.isDense; index += 2) long.raise(index, 1 + (index % 30));
    assert.equal(long.length, DENSE_BYTES);
    const high = emptySketch();
    high.raise(5, 32);
    assert.ok(!high.isDense);
    high.raise(6, 33);
    assert.ok(high.isDense);
    assert.deepEqual([...registersOf(high).subarray(4, 8)], [0, 32, 33, 0]);
  });

  it('estimate what they have seen within a few percent', () => {
    const sketch = emptySketch();
    const element = Buffer.alloc(8);
    for (let count = 1; count <= 50_000; count++) {
      element.writeDoubleLE(count);
      sketch.add(element, 0, 8);
      if (![1, 10, 100, 1000, 10_000, 50_000].includes(count)) continue;
      const histogram = new Int32Array(64);
      sketch.countInto(histogram);
      assert.ok(Math.abs(estimate(histogram) - count) <= count * 0.04, `${count}: ${estimate(histogram)}`);
    }
  });

  it('pack four registers into three bytes', () => {
    const bytes = Buffer.alloc(12, 0xff);
    for (let index = 0; index < 16; index++) setDenseRegister(bytes, 0, index, index * 4 + 3);
    for (let index = 0; index < 16; index++) assert.equal(denseRegister(bytes, 0, index), index * 4 + 3);
  });
});
