import assert from 'node:assert/strict';
import fc from 'fast-check';
import { SortedIds } from '../../../src/engine/types/stream/sorted-ids.js';
import { StreamId } from '../../../src/engine/types/stream/stream-id.js';
import { add, subtract, wideCountOf } from '../../../src/engine/types/stream/wide-count.js';

const INT64_MAX = 2n ** 63n - 1n;

const idOf = (time: number): StreamId => new StreamId().setTime(time);

describe('SortedIds', () => {
  it('keep thousands in order, however they come and go', () => {
    const times = fc.uniqueArray(fc.nat(5000), { minLength: 300, maxLength: 2000, size: 'max' });
    fc.assert(
      fc.property(times, fc.nat(5), fc.nat(5000), (added, leftOver, from) => {
        const items = new SortedIds<{ readonly id: StreamId }>();
        const model = new Set<number>();
        const check = () => {
          const expected = [...model].sort((a, b) => a - b);
          const found = (start: number) => [...items.from(idOf(start))].map(({ id }) => id.msLo);
          assert.equal(items.length, expected.length);
          assert.deepEqual(found(0), expected);
          assert.deepEqual(
            found(from),
            expected.filter((time) => time >= from),
          );
          assert.equal(items.first()?.id.msLo, expected[0]);
          assert.equal(items.last()?.id.msLo, expected.at(-1));
        };
        for (const time of added) {
          items.add({ id: idOf(time) });
          model.add(time);
        }
        check();
        for (const time of added) {
          assert.equal(items.get(idOf(time))?.id.msLo, time);
          if (time % 6 === leftOver) continue;
          assert.equal(items.delete(idOf(time)), true);
          assert.equal(items.delete(idOf(time)), false);
          assert.equal(items.get(idOf(time)), null);
          model.delete(time);
        }
        check();
      }),
      { numRuns: 20 },
    );
  });
});

describe('A WideCount', () => {
  const int64 = fc.bigInt({ min: -INT64_MAX - 1n, max: INT64_MAX });

  it('is exact up to 64 bits, and wraps there', () => {
    const near = fc.oneof(fc.bigInt({ min: -9n, max: 9n }), int64);
    fc.assert(
      fc.property(near, near, (a, b) => {
        const sum = add(wideCountOf(a), wideCountOf(b));
        const difference = subtract(wideCountOf(a), wideCountOf(b));
        assert.equal(BigInt(sum), BigInt.asIntN(64, a + b));
        assert.equal(BigInt(difference), BigInt.asIntN(64, a - b));
      }),
    );
    assert.equal(add(wideCountOf(INT64_MAX), 1), -INT64_MAX - 1n);
  });

  it('has one form for each value', () => {
    assert.equal(typeof add(Number.MAX_SAFE_INTEGER, 1), 'bigint');
    assert.equal(subtract(add(Number.MAX_SAFE_INTEGER, 1), 1), Number.MAX_SAFE_INTEGER);
    assert.equal(wideCountOf(2n ** 64n - 1n), -1);
  });
});

describe('A StreamId', () => {
  const word = fc.oneof(
    fc.constantFrom(0, 1, 0xffff_ffff, 0xffff_fffe, 0x7fff_ffff, 0x8000_0000),
    fc.integer({ min: 0, max: 0xffff_ffff }),
  );

  it('is written in decimal on both sides of 31, 32 and 53 bits', () => {
    const edges = [31n, 32n, 53n].flatMap((bits) => [2n ** bits - 1n, 2n ** bits]);
    for (const value of [...edges, 1_795_283_920_000n, 1_790_000_000_000n, 10_000_000n]) {
      const hi = Number(value >> 32n);
      const lo = Number(value & 0xffff_ffffn);
      assert.equal(String(new StreamId().set(hi, lo, 0, lo)), `${value}-${lo}`);
    }
  });

  it('comes before another as its number does', () => {
    fc.assert(
      fc.property(word, word, word, word, word, (a, b, c, d, e) => {
        const order = (BigInt(a) << 32n) + BigInt(b) - ((BigInt(d) << 32n) + BigInt(e));
        const compared = new StreamId().set(a, b, c, 0).compare(new StreamId().set(d, e, c, 0));
        assert.equal(Math.sign(compared), order < 0n ? -1 : order > 0n ? 1 : 0);
      }),
    );
  });

  it('goes to the next and back, across its words', () => {
    fc.assert(
      fc.property(word, word, word, word, (...words) => {
        const id = new StreamId().set(...words);
        const next = id.clone();
        if (!next.increment()) {
          assert.equal(id.isMax, true);
          return;
        }
        assert.ok(next.compare(id) > 0);
        assert.equal(next.decrement(), true);
        assert.equal(next.compare(id), 0);
        const value = ([high, low]: number[]) => (BigInt(high) << 32n) | BigInt(low);
        assert.equal(String(id), `${value(words.slice(0, 2))}-${value(words.slice(2))}`);
      }),
    );
  });
});
