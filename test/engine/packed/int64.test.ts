import assert from 'node:assert/strict';
import fc from 'fast-check';
import { compareWords, INT64_TEXT_BYTES_MAX, Int64, writeInt64 } from '../../../src/engine/packed/int64.js';

const int64 = fc.oneof(
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  fc.bigInt({ min: 2n ** 53n - 5n, max: 2n ** 53n + 5n }),
  fc.bigInt({ min: -(2n ** 53n) - 5n, max: -(2n ** 53n) + 5n }),
  fc.bigInt({ min: -(2n ** 32n) - 5n, max: 2n ** 32n + 5n }),
  fc.constantFrom(-(2n ** 63n), 2n ** 63n - 1n, 0n, -1n, -(2n ** 32n), 2n ** 32n, 10n ** 18n, -(10n ** 18n)),
);

function parsed(text: string): Int64 | null {
  const bytes = Buffer.from(`<${text}>`);
  const value = new Int64();
  return value.parse(bytes, 1, bytes.length - 1) ? value : null;
}

function wordsOf(value: bigint): [number, number] {
  return [Number(BigInt.asIntN(32, value >> 32n)), Number(BigInt.asUintN(32, value))];
}

describe('64-bit integers as two words', () => {
  it('reads every 64-bit integer exactly', () => {
    fc.assert(
      fc.property(int64, (value) => {
        const read = parsed(`${value}`);
        assert.ok(read);
        assert.deepEqual([read.hi, read.lo], wordsOf(value));
        const safe = BigInt.asIntN(64, value) === value && Number.isSafeInteger(Number(value));
        assert.ok(safe ? read.number === Number(value) : Number.isNaN(read.number));
      }),
    );
  });

  it('writes every 64-bit integer exactly', () => {
    fc.assert(
      fc.property(int64, (value) => {
        const to = Buffer.alloc(INT64_TEXT_BYTES_MAX + 1);
        const [hi, lo] = wordsOf(value);
        assert.equal(to.toString('latin1', 1, writeInt64(hi, lo, to, 1)), `${value}`);
      }),
    );
  });

  it('takes Numbers apart as it takes text apart', () => {
    fc.assert(
      fc.property(fc.maxSafeInteger(), (value) => {
        const read = new Int64();
        read.setNumber(value);
        assert.deepEqual([read.hi, read.lo], wordsOf(BigInt(value)));
      }),
    );
  });

  it('orders as integers do', () => {
    fc.assert(
      fc.property(int64, int64, (a, b) => {
        const [aHi, aLo] = wordsOf(a);
        const [bHi, bLo] = wordsOf(b);
        assert.equal(Math.sign(compareWords(aHi, aLo, bHi, bLo)), a < b ? -1 : a > b ? 1 : 0);
        // Unsigned and signed low words mean the same.
        assert.equal(Math.sign(compareWords(aHi, aLo | 0, bHi, bLo)), a < b ? -1 : a > b ? 1 : 0);
      }),
    );
  });

  it('refuses what is no canonical 64-bit integer', () => {
    for (const text of [
      '',
      '-',
      '+1',
      '01',
      '-0',
      '-01',
      ' 1',
      '1 ',
      '1.0',
      '1e3',
      'abc',
      '9223372036854775808',
      '-9223372036854775809',
      '18446744073709551616',
      '99999999999999999999',
      '0000000000000000001',
      '123456789012345678x',
    ]) {
      assert.equal(parsed(text), null, text);
    }
  });
});
