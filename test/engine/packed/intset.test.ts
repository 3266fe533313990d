import assert from 'node:assert/strict';
import fc from 'fast-check';
import { Int64 } from '../../../src/engine/packed/int64.js';
import {
  INTSET_HEADER_BYTES,
  initializeIntset,
  intsetBytes,
  intsetBytesWith,
  intsetCount,
  intsetDelete,
  intsetGet,
  intsetInsert,
  intsetSearch,
  intsetWidth,
  validateIntset,
} from '../../../src/engine/packed/intset.js';
import { ValueView } from '../../../src/engine/packed/value-view.js';
import {
  blobOfDump,
  REDIS_IS_INSTALLED,
  type ReferenceRedis,
  startReferenceRedis,
} from '../support/reference-redis.js';

const AT = 3;

const member = fc.oneof(
  fc.bigInt({ min: -40n, max: 40n }),
  fc.bigInt({ min: -40000n, max: 40000n }),
  fc.bigInt({ min: -(2n ** 31n) - 3n, max: 2n ** 31n + 3n }),
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
);

const int64 = new Int64();

function int64Of(member: bigint): Int64 {
  const text = Buffer.from(`${member}`);
  assert.ok(int64.parse(text, 0, text.length));
  return int64;
}

/** An intset in a buffer that is exactly as long as the last insertion asked for, plus a guard. */
class Intset {
  bytes = Buffer.alloc(AT + INTSET_HEADER_BYTES + 1, 0xee);

  constructor() {
    initializeIntset(this.bytes, AT);
  }

  add(value: bigint): boolean {
    const position = intsetSearch(this.bytes, AT, int64Of(value));
    if (position >= 0) return false;
    const end = AT + intsetBytesWith(this.bytes, AT, int64Of(value));
    const larger = Buffer.alloc(end + 1, 0xee);
    this.bytes.copy(larger, 0, 0, AT + intsetBytes(this.bytes, AT));
    this.bytes = larger;
    intsetInsert(this.bytes, AT, position, int64Of(value));
    assert.equal(AT + intsetBytes(this.bytes, AT), end);
    assert.equal(this.bytes[end], 0xee, 'nothing is written behind the intset');
    return true;
  }

  delete(value: bigint): boolean {
    const position = intsetSearch(this.bytes, AT, int64Of(value));
    if (position < 0) return false;
    intsetDelete(this.bytes, AT, position);
    return true;
  }

  members(): bigint[] {
    const view = new ValueView();
    return Array.from({ length: intsetCount(this.bytes, AT) }, (_, index) => {
      intsetGet(this.bytes, AT, index, int64);
      view.setWords(int64.hi, int64.lo);
      return BigInt(view.toString());
    });
  }

  blob(): Buffer {
    return this.bytes.subarray(AT, AT + intsetBytes(this.bytes, AT));
  }
}

const step = fc.record({ add: fc.boolean(), member });

describe('intset', () => {
  it('is a sorted set of integers', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60, size: 'max' }), (steps) => {
        const intset = new Intset();
        const model = new Set<bigint>();
        for (const { add, member } of steps) {
          if (add) assert.equal(intset.add(member), !model.has(member));
          else assert.equal(intset.delete(member), model.has(member));
          if (add) model.add(member);
          else model.delete(member);
        }
        assert.deepEqual(
          intset.members(),
          [...model].sort((a, b) => (a < b ? -1 : 1)),
        );
        assert.equal(validateIntset(intset.bytes, AT, intset.blob().length), model.size > 0);
      }),
    );
  });

  it('widens for the first integer that needs it, at either end', () => {
    const intset = new Intset();
    intset.add(5n);
    assert.equal(intsetWidth(intset.bytes, AT), 2);
    intset.add(-32769n);
    assert.equal(intsetWidth(intset.bytes, AT), 4);
    intset.add(2n ** 31n);
    assert.equal(intsetWidth(intset.bytes, AT), 8);
    intset.delete(2n ** 31n);
    assert.equal(intsetWidth(intset.bytes, AT), 8, 'and never narrows');
    assert.deepEqual(intset.members(), [-32769n, 5n]);
  });

  it('is not fooled by corrupt bytes', () => {
    const intset = new Intset();
    for (const value of [1n, 2n, 70000n]) intset.add(value);
    const blob = Buffer.from(intset.blob());
    assert.ok(validateIntset(blob, 0, blob.length));
    assert.ok(!validateIntset(blob, 0, blob.length - 1));
    assert.ok(!validateIntset(blob, 0, 7));
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
        const soundMaybe = validateIntset(Buffer.from(bytes), 0, bytes.length);
        assert.equal(typeof soundMaybe, 'boolean');
      }),
    );
    blob.writeInt32LE(1, 8 + 4);
    assert.ok(!validateIntset(blob, 0, blob.length), 'a duplicate');
    blob.writeInt32LE(0, 8 + 4);
    assert.ok(!validateIntset(blob, 0, blob.length), 'out of order');
    blob.writeUInt32LE(3, 0);
    assert.ok(!validateIntset(blob, 0, blob.length), 'a width of 3');
  });

  describe('beside redis-server', () => {
    let redis: ReferenceRedis | null = null;

    before(async function () {
      if (!REDIS_IS_INSTALLED) this.skip(); // redis-server is not installed
      redis = await startReferenceRedis();
    });
    after(() => redis?.stop());

    it('has the same bytes after the same additions and removals', async () => {
      const samples = fc.sample(fc.array(step, { minLength: 1, maxLength: 80, size: 'max' }), {
        numRuns: 60,
        seed: 20,
      });
      for (const [run, steps] of samples.entries()) {
        assert.ok(redis);
        const intset = new Intset();
        const pipeline = redis.client.pipeline();
        for (const { add, member } of steps) {
          if (add) {
            intset.add(member);
            pipeline.sadd(`set:${run}`, `${member}`);
          } else if (intset.delete(member)) {
            pipeline.srem(`set:${run}`, `${member}`);
          }
          // Redis drops an empty set and starts the next one with the narrowest width.
          if (intset.members().length === 0) intset.bytes = new Intset().bytes;
        }
        await pipeline.exec();
        const payload = await redis.client.dumpBuffer(`set:${run}`);
        if (payload === null) assert.deepEqual(intset.members(), []);
        else assert.deepEqual(intset.blob(), blobOfDump(payload), `sample ${run} of seed 20`);
      }
    });
  });
});
