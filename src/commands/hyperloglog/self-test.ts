/**
 * What PFSELFTEST runs: the two representations side by side, in a keyspace of their own, fed with the same elements.
 * After each power of ten their registers have to be equal and their estimate near the truth.
 */

import { ENCODING_RAW } from '../../engine/entry.js';
import { Keyspace } from '../../engine/keyspace.js';
import { denseRegister, setDenseRegister } from '../../engine/types/hyperloglog/dense.js';
import { estimate } from '../../engine/types/hyperloglog/estimate.js';
import { EMPTY_SKETCH, REGISTERS } from '../../engine/types/hyperloglog/layout.js';
import { Sketch } from '../../engine/types/hyperloglog/sketch.js';
import type { Context } from '../context.js';

const ELEMENTS = 100_000;
/** Six standard errors of 1.04 / sqrt(16,384): once in half a billion by chance. */
const RELATIVE_ERROR_MAX = 6 * 0.0081;
/** A sketch of this many bytes is still sparse: none may be longer. */
const SPARSE_BYTES_MAX = 3000;
const VALUES = 64;
const ELEMENT_BYTES = 8;

/** @returns what failed, or null */
export function selfTest(context: Context): string | null {
  return testRegisters(context) ?? testEstimates(context);
}

function testRegisters({ random }: Context): string | null {
  const registers = Buffer.alloc((REGISTERS * 6) / 8);
  const expected = Uint8Array.from({ length: REGISTERS }, () => random.below(VALUES));
  for (const [index, value] of expected.entries()) setDenseRegister(registers, 0, index, value);
  for (const [index, value] of expected.entries()) {
    const found = denseRegister(registers, 0, index);
    if (found !== value) return `Register ${index} should be ${value} but is ${found}`;
  }
  return null;
}

function testEstimates({ random, keyspace: { clock } }: Context): string | null {
  const { databases, arena } = new Keyspace({ databaseCount: 1, clock, random });
  const open = (name: string): Sketch => {
    const key = Buffer.from(name);
    const { length } = EMPTY_SKETCH;
    const entry = databases[0].setString(key, 0, key.length, EMPTY_SKETCH, 0, length, ENCODING_RAW, false);
    return new Sketch(databases[0], arena, entry, SPARSE_BYTES_MAX);
  };
  const sparse = open('sparse');
  const dense = open('dense');
  dense.makeDense();
  const element = Buffer.alloc(ELEMENT_BYTES);
  element.writeUInt32LE(random.uint32(), 4);
  for (let count = 1, checkAt = 1; count <= ELEMENTS; count++) {
    element.writeUInt32LE(count, 0);
    sparse.add(element, 0, ELEMENT_BYTES);
    dense.add(element, 0, ELEMENT_BYTES);
    if (count !== checkAt) continue;
    checkAt *= 10;
    const failure = compare(sparse, dense, count);
    if (failure !== null) return failure;
  }
  return null;
}

function compare(sparse: Sketch, dense: Sketch, count: number): string | null {
  const histogram = new Int32Array(VALUES);
  const others = new Int32Array(VALUES);
  if (!sparse.countInto(histogram) || !dense.countInto(others)) return 'Corrupted registers';
  if (histogram.some((registers, value) => registers !== others[value])) return 'dense/sparse disagree';
  const cardinality = estimate(histogram);
  const error = Math.abs(cardinality - count);
  // Small numbers are told exactly but for two elements that fall together.
  if (error <= Math.max(1, count * RELATIVE_ERROR_MAX)) return null;
  return `Too big error. card:${count} abserr:${error}`;
}
