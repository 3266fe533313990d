import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  endEntry,
  entryBytes,
  firstEntry,
  initializeListpack,
  LISTPACK_EMPTY_BYTES,
  LISTPACK_END,
  lastEntry,
  listpackBytes,
  listpackCount,
  NO_ENTRY,
  nextEntry,
  previousEntry,
  seekEntry,
} from '../../../src/engine/packed/listpack.js';
import {
  appendEntry,
  appendListpack,
  deleteEntries,
  growthOfReplacing,
  insertEntry,
  replaceEntry,
} from '../../../src/engine/packed/listpack-edit.js';
import {
  hasDuplicates,
  NOT_A_LISTPACK,
  validateListpack,
} from '../../../src/engine/packed/listpack-validate.js';
import { findEntry, ListpackValue, readEntry } from '../../../src/engine/packed/listpack-value.js';
import { ValueView } from '../../../src/engine/packed/value-view.js';
import {
  blobOfDump,
  listNodesOfDump,
  REDIS_IS_INSTALLED,
  type ReferenceRedis,
  startReferenceRedis,
} from '../support/reference-redis.js';

const AT = 5;
const GUARD = 0xee;

const text = fc.oneof(
  { weight: 3, arbitrary: fc.string({ maxLength: 12 }) },
  { weight: 2, arbitrary: fc.integer({ min: -5000, max: 5000 }).map(String) },
  { weight: 1, arbitrary: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map(String) },
  { weight: 1, arbitrary: fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }).map(String) },
  { weight: 1, arbitrary: fc.integer({ min: 60, max: 5000 }).map((length) => 'x'.repeat(length)) },
);

const value = new ListpackValue();
const view = new ValueView();

function encoded(text: string): ListpackValue {
  const bytes = Buffer.from(`(${text})`, 'latin1');
  return value.setSpan(bytes, 1, bytes.length - 1);
}

/** A listpack in a buffer that is never a byte longer than needed, but for a guard. */
class Listpack {
  bytes = Buffer.alloc(AT + LISTPACK_EMPTY_BYTES + 1, GUARD);

  constructor(...texts: string[]) {
    initializeListpack(this.bytes, AT);
    for (const text of texts) this.append(text);
  }

  grow(added: number): void {
    const end = AT + listpackBytes(this.bytes, AT);
    const larger = Buffer.alloc(end + Math.max(added, 0) + 1, GUARD);
    this.bytes.copy(larger, 0, 0, end);
    this.bytes = larger;
  }

  append(text: string): void {
    this.grow(encoded(text).entryBytes);
    appendEntry(this.bytes, AT, encoded(text));
    this.check();
  }

  insert(index: number, text: string): void {
    this.grow(encoded(text).entryBytes);
    const count = listpackCount(this.bytes, AT);
    const entry = index === count ? endEntry(this.bytes, AT) : seekEntry(this.bytes, AT, index);
    insertEntry(this.bytes, AT, entry, encoded(text));
    this.check();
  }

  replace(index: number, text: string): void {
    const entry = seekEntry(this.bytes, AT, index);
    this.grow(growthOfReplacing(this.bytes, entry, encoded(text)));
    replaceEntry(this.bytes, AT, entry, encoded(text));
    this.check();
  }

  delete(index: number, count: number): void {
    deleteEntries(this.bytes, AT, seekEntry(this.bytes, AT, index), count);
    this.check();
  }

  check(): void {
    const total = listpackBytes(this.bytes, AT);
    assert.equal(this.bytes[this.bytes.length - 1], GUARD, 'nothing is written behind the listpack');
    assert.equal(validateListpack(this.bytes, AT, total), listpackCount(this.bytes, AT));
  }

  texts(): string[] {
    const texts: string[] = [];
    let entry = firstEntry(AT);
    for (; this.bytes[entry] !== LISTPACK_END; entry = nextEntry(this.bytes, entry)) {
      readEntry(this.bytes, entry, view);
      texts.push(view.toString());
    }
    assert.equal(entry, endEntry(this.bytes, AT));
    return texts;
  }

  textsBackwards(): string[] {
    const texts: string[] = [];
    for (let entry = lastEntry(this.bytes, AT); entry !== NO_ENTRY; ) {
      readEntry(this.bytes, entry, view);
      texts.push(view.toString());
      entry = previousEntry(this.bytes, AT, entry);
    }
    return texts;
  }

  blob(): Buffer {
    return this.bytes.subarray(AT, AT + listpackBytes(this.bytes, AT));
  }
}

const step = fc.record({
  kind: fc.constantFrom('append', 'insert', 'replace', 'delete'),
  place: fc.nat({ max: 1000 }),
  count: fc.integer({ min: 1, max: 3 }),
  text,
});

describe('listpack', () => {
  it('is a sequence of texts under insertion, replacement and deletion', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40, size: 'max' }), (steps) => {
        const listpack = new Listpack();
        const model: string[] = [];
        for (const { kind, place, count, text } of steps) {
          const index = place % Math.max(1, model.length);
          if (kind === 'append' || model.length === 0) {
            listpack.append(text);
            model.push(text);
          } else if (kind === 'insert') {
            listpack.insert(place % (model.length + 1), text);
            model.splice(place % (model.length + 1), 0, text);
          } else if (kind === 'replace') {
            listpack.replace(index, text);
            model[index] = text;
          } else {
            const deleted = Math.min(count, model.length - index);
            listpack.delete(index, deleted);
            model.splice(index, deleted);
          }
        }
        assert.deepEqual(listpack.texts(), model);
        assert.deepEqual(listpack.textsBackwards(), model.toReversed());
      }),
    );
  });

  it('finds entries by index from both ends', () => {
    const listpack = new Listpack(...Array.from({ length: 9 }, (_, index) => `e${index}`));
    for (let index = -9; index < 9; index++) {
      readEntry(listpack.bytes, seekEntry(listpack.bytes, AT, index), view);
      assert.equal(view.toString(), `e${(index + 9) % 9}`);
    }
    assert.equal(seekEntry(listpack.bytes, AT, 9), NO_ENTRY);
    assert.equal(seekEntry(listpack.bytes, AT, -10), NO_ENTRY);
    assert.equal(seekEntry(new Listpack().bytes, AT, 0), NO_ENTRY);
    assert.equal(lastEntry(new Listpack().bytes, AT), NO_ENTRY);
  });

  it('finds the first equal entry, of every one or of every other', () => {
    fc.assert(
      fc.property(
        fc.array(text, { maxLength: 30, size: 'max' }),
        text,
        fc.nat({ max: 1 }),
        (texts, other, skip) => {
          const even = skip === 1 && texts.length % 2 === 1 ? texts.slice(1) : texts;
          const listpack = new Listpack(...even);
          for (const sought of [other, ...even]) {
            const index = even.findIndex((text, index) => text === sought && (skip === 0 || index % 2 === 0));
            const entry = findEntry(listpack.bytes, firstEntry(AT), encoded(sought), skip);
            assert.equal(entry, seekEntryOrNone(listpack, index));
          }
        },
      ),
    );
  });

  it('reads integers as numbers, and beyond 2^53 as text only', () => {
    const listpack = new Listpack('-17', '9007199254740993', '007');
    const views = [0, 1, 2].map((index) => {
      readEntry(listpack.bytes, seekEntry(listpack.bytes, AT, index), view);
      return [view.toString(), view.isInteger, view.integer];
    });
    assert.deepEqual(views, [
      ['-17', true, -17],
      ['9007199254740993', true, Number.NaN],
      ['007', false, Number.NaN],
    ]);
  });

  it('counts more entries than its header can', () => {
    const bytes = Buffer.alloc(400_000);
    initializeListpack(bytes, AT);
    for (let index = 0; index < 66_000; index++) appendEntry(bytes, AT, value.setInteger(index & 127));
    assert.equal(listpackCount(bytes, AT), 66_000);
    assert.equal(validateListpack(bytes, AT, listpackBytes(bytes, AT)), 66_000);
    deleteEntries(bytes, AT, seekEntry(bytes, AT, 10), 65_000);
    assert.equal(listpackCount(bytes, AT), 1000);
    readEntry(bytes, seekEntry(bytes, AT, 10), view);
    assert.equal(view.integer, 65_010 & 127);
  });

  it('takes in another listpack', () => {
    const listpack = new Listpack('a', '1');
    const other = new Listpack('b', '2', 'c');
    listpack.grow(other.blob().length);
    appendListpack(listpack.bytes, AT, other.bytes, AT);
    assert.deepEqual(listpack.texts(), ['a', '1', 'b', '2', 'c']);
    assert.equal(listpackCount(listpack.bytes, AT), 5);
  });

  it('measures an entry as it writes it, at each boundary of the encodings', () => {
    const bounds = [
      0, 127, 128, 4095, 4096, -1, -4096, -4097, 32767, 32768, -32768, -32769, 8388607, 8388608, -8388608,
      -8388609, 2147483647, 2147483648, -2147483648, -2147483649,
    ].map(String);
    const lengths = [0, 63, 64, 125, 126, 4095, 4096, 16377, 16378, 16379].map((length) =>
      'y'.repeat(length),
    );
    for (const text of [...bounds, ...lengths]) {
      const listpack = new Listpack(text);
      assert.equal(entryBytes(listpack.bytes, firstEntry(AT)), encoded(text).entryBytes);
      assert.deepEqual(listpack.texts(), [text]);
    }
  });

  it('recognises every corruption that would mislead a walk', () => {
    const blob = new Listpack('field', '12', 'x'.repeat(200), '-70000').blob();
    fc.assert(
      fc.property(
        fc.nat({ max: blob.length - 1 }),
        fc.nat({ max: 255 }),
        fc.nat({ max: 4 }),
        (at, byte, cut) => {
          const corrupt = Buffer.from(blob.subarray(0, blob.length - cut));
          corrupt[Math.min(at, corrupt.length - 1)] = byte;
          // What passes must be walkable both ways, within its own bytes, to the same entries.
          const count = validateListpack(corrupt, 0, corrupt.length);
          if (count === NOT_A_LISTPACK) return;
          const forwards: number[] = [];
          const backwards: number[] = [];
          for (let e = firstEntry(0); corrupt[e] !== LISTPACK_END; e = nextEntry(corrupt, e))
            forwards.push(e);
          for (let e = lastEntry(corrupt, 0); e !== NO_ENTRY; e = previousEntry(corrupt, 0, e))
            backwards.push(e);
          assert.equal(forwards.length, count);
          assert.deepEqual(backwards.toReversed(), forwards);
        },
      ),
      { numRuns: 3000 },
    );
  });

  it('knows whether entries, or every other one, repeat', () => {
    const pairs = new Listpack('a', '1', 'b', '1', '7', 'a');
    assert.equal(hasDuplicates(pairs.bytes, AT, 2), false);
    assert.equal(hasDuplicates(pairs.bytes, AT, 1), true);
    pairs.append('7');
    assert.equal(hasDuplicates(pairs.bytes, AT, 2), true);
  });

  it('reads nothing beyond the bytes it was given to validate', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 24 }), (body) => {
        const bytes = Buffer.concat([Buffer.alloc(6), body, Buffer.from([LISTPACK_END])]);
        bytes.writeUInt32LE(bytes.length, 0);
        bytes.writeUInt16LE(0xffff, 4);
        const alone = validateListpack(bytes, 0, bytes.length);
        const among = Buffer.concat([bytes, Buffer.alloc(64, 0x81)]);
        assert.equal(validateListpack(among, 0, bytes.length), alone);
      }),
      { numRuns: 2000 },
    );
  });

  describe('beside redis-server', () => {
    let redis: ReferenceRedis | null = null;

    before(async function () {
      if (!REDIS_IS_INSTALLED) this.skip(); // redis-server is not installed
      redis = await startReferenceRedis([
        '--hash-max-listpack-value',
        '100000000',
        '--list-max-listpack-size',
        '-5',
      ]);
    });
    after(() => redis?.stop());

    it('has the same bytes after the same pushes, insertions and removals', async () => {
      assert.ok(redis);
      const samples = fc.sample(fc.array(step, { minLength: 1, maxLength: 30, size: 'max' }), {
        numRuns: 80,
        seed: 21,
      });
      for (const [run, steps] of samples.entries()) {
        const key = `list:${run}`;
        const listpack = new Listpack();
        const pipeline = redis.client.pipeline();
        let count = 0;
        for (const { kind, place, text } of steps) {
          const bytes = Buffer.from(text, 'latin1');
          const index = place % Math.max(1, count);
          if (count > 0 && kind === 'replace') {
            listpack.replace(index, text);
            pipeline.lset(key, index, bytes);
          } else if (count > 1 && kind === 'delete') {
            listpack.delete(0, 1);
            pipeline.lpop(key);
            count--;
          } else {
            listpack.insert(kind === 'insert' ? 0 : count, text);
            if (kind === 'insert') pipeline.lpush(key, bytes);
            else pipeline.rpush(key, bytes);
            count++;
          }
        }
        await pipeline.exec();
        const nodes = listNodesOfDump((await redis.client.dumpBuffer(key)) ?? Buffer.alloc(0));
        assert.deepEqual([listpack.blob()], nodes, `sample ${run} of seed 21`);
      }
    });

    it('has the same bytes at each boundary of lengths and back lengths', async () => {
      assert.ok(redis);
      const lengths = [
        63, 64, 126, 127, 4095, 4096, 16376, 16377, 16378, 16379, 2097144, 2097145, 2097146, 2097147,
      ];
      for (const length of lengths) {
        const text = 'z'.repeat(length);
        await redis.client.del('hash');
        await redis.client.hset('hash', 'f', text);
        const payload = await redis.client.dumpBuffer('hash');
        assert.ok(payload);
        assert.deepEqual(new Listpack('f', text).blob(), blobOfDump(payload), `${length} bytes`);
      }
    });
  });
});

function seekEntryOrNone(listpack: Listpack, index: number): number {
  return index < 0 ? NO_ENTRY : seekEntry(listpack.bytes, AT, index);
}
