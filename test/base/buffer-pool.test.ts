/** Buffers are found again by size, and neither kept without bounds nor for ever. */
import assert from 'node:assert/strict';
import { BufferPool } from '../../src/base/buffer-pool.js';

const MEGABYTE = 1024 * 1024;

describe('buffer pool', () => {
  let age: (() => void) | null;
  const create = () =>
    new BufferPool(
      (byteLength) => Buffer.allocUnsafeSlow(byteLength),
      (expected) => {
        assert.equal(age, null, 'one at a time');
        age = expected;
      },
    );
  const pass = () => {
    const expected = age;
    age = null;
    expected?.();
  };
  beforeEach(() => {
    age = null;
  });

  it('hands out again what was given back, for any length near its own', () => {
    const pool = create();
    const first = pool.take(100_000);
    assert.ok(first.length >= 100_000 && first.length <= 125_000, `${first.length}`);
    pool.give(first, first.length);
    assert.equal(pool.keptBytes, first.length);
    assert.notEqual(pool.take(50_000), first);
    assert.equal(pool.take(first.length - 10), first);
    assert.equal(pool.keptBytes, 0);
    assert.notEqual(pool.take(100_000), first);
  });

  it('rounds no length up by more than a quarter, and keeps each rounded length', () => {
    const pool = create();
    for (let byteLength = 32 * 1024; byteLength <= 4 * MEGABYTE; byteLength += 12_345) {
      const buffer = pool.take(byteLength);
      assert.ok(buffer.length >= byteLength && buffer.length <= byteLength * 1.25 + 1, `${byteLength}`);
      pool.give(buffer, buffer.length);
      assert.equal(pool.take(byteLength), buffer, `${byteLength}`);
    }
  });

  it('keeps neither small nor very large ones, nor those of another length', () => {
    const pool = create();
    for (const byteLength of [1000, 32 * 1024 - 1, 4 * MEGABYTE + 1, 100_000]) {
      pool.give(Buffer.alloc(byteLength), byteLength);
    }
    assert.equal(pool.keptBytes, 0);
    assert.equal(pool.take(1000).length, 1000);
    assert.equal(pool.take(5_000_001).length, 5_000_001);
  });

  it('keeps 64 MiB at most', () => {
    const pool = create();
    for (let count = 0; count < 70; count++) pool.give(Buffer.allocUnsafeSlow(MEGABYTE), MEGABYTE);
    assert.equal(pool.keptBytes, 64 * MEGABYTE);
  });

  it('lets go of what nothing was taken from between two looks', () => {
    const pool = create();
    pool.give(pool.take(MEGABYTE), MEGABYTE);
    pool.give(pool.take(MEGABYTE), MEGABYTE);
    pass();
    assert.equal(pool.keptBytes, MEGABYTE);
    pass();
    assert.equal(pool.keptBytes, 0);
    assert.equal(age, null);
    pool.give(pool.take(MEGABYTE), MEGABYTE);
    assert.notEqual(age, null);
  });
});
