import assert from 'node:assert/strict';
import { totalmem } from 'node:os';
import { AddressReserve } from '../../src/process/address-reserve.js';

const MiB = 1024 * 1024;

describe('AddressReserve', () => {
  it('claims addresses for the machine’s memory, or the part this process may use, and uses none of it', () => {
    const before = process.memoryUsage.rss();
    const reserve = AddressReserve.claim();
    if (reserve === null) return;
    assert.ok(reserve.memory.byteLength < totalmem());
    assert.ok(process.memoryUsage.rss() - before < reserve.memory.byteLength / 4);
  });

  it('gives parts of it away, one behind the other, and has others made when it holds no more', () => {
    const reserve = new AddressReserve(new ArrayBuffer(5 * MiB));
    const parts = [2, 2, 2].map((size) => reserve.source(size * MiB));
    assert.deepEqual(
      parts.map(({ buffer }) => buffer === reserve.memory),
      [true, true, false],
    );
    assert.equal(parts[1].byteOffset, parts[0].byteOffset + 2 * MiB);
    assert.equal(parts[2].length, 2 * MiB);
    assert.equal(reserve.takeRest(), parts[1].byteOffset + 2 * MiB);
  });

  it('gives none away when somebody else has the rest', () => {
    const reserve = new AddressReserve(new ArrayBuffer(5 * MiB));
    reserve.takeRest();
    assert.notEqual(reserve.source(MiB).buffer, reserve.memory);
  });
});
