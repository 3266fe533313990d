/** Streams against a plain array of entries, through random histories. */
import assert from 'node:assert/strict';
import { Random } from '../../../src/base/random.js';
import { Keyspace } from '../../../src/engine/keyspace.js';
import { EncodingLimits } from '../../../src/engine/types/encoding-limits.js';
import { ConsumerGroup } from '../../../src/engine/types/stream/consumer-group.js';
import type { Stream } from '../../../src/engine/types/stream/stream.js';
import { MAX_ID, StreamId } from '../../../src/engine/types/stream/stream-id.js';
import { Streams } from '../../../src/engine/types/stream/streams.js';
import { wideCountOf } from '../../../src/engine/types/stream/wide-count.js';

const KEY = Buffer.from('stream');
const COPY = Buffer.from('copy');
const STEPS = 3000;

interface Entry {
  readonly id: StreamId;
  readonly words: readonly string[];
}

function append(stream: Stream, { id, words }: Entry): void {
  const bytes = Buffer.from(words.join(''), 'latin1');
  const starts = new Int32Array(words.length);
  const ends = new Int32Array(words.length);
  let at = 0;
  words.forEach((word, index) => {
    starts[index] = at;
    at += word.length;
    ends[index] = at;
  });
  stream.append(id, { bytes, starts, ends, first: 0, pairs: words.length / 2 });
}

function contents(streams: Streams, stream: Stream, isBackwards: boolean): string[] {
  const found: string[] = [];
  const cursor = streams.range(stream, new StreamId(), MAX_ID, isBackwards);
  while (cursor.next()) {
    const words: string[] = [];
    for (let left = cursor.fieldCount; left > 0; left--) {
      cursor.nextField();
      words.push(cursor.field.toString(), cursor.value.toString());
    }
    found.push(`${cursor.id}: ${words.join(' ')}`);
  }
  return isBackwards ? found.reverse() : found;
}

describe('Streams', () => {
  it('are one block until there is a second node or a group', () => {
    const keyspace = new Keyspace();
    const limits = new EncodingLimits();
    limits.streamNodeMaxEntries = 3;
    const streams = new Streams(keyspace, limits);
    const [db] = keyspace.databases;
    const [plain, grouped] = ['plain', 'grouped'].map((name) =>
      streams.create(db, Buffer.from(name), 0, name.length),
    );
    for (let ms = 1; ms <= 3; ms++) {
      append(streams.get(plain), { id: new StreamId().setTime(ms), words: ['name', `${ms}`] });
      assert.equal(keyspace.collections.heapBytes, 0);
    }
    append(streams.get(plain), { id: new StreamId().setTime(4), words: ['name', '4'] });
    const withNodes = keyspace.collections.heapBytes;
    assert.ok(withNodes > 0);
    streams.get(grouped).addGroup(new ConsumerGroup('group', new StreamId(), 0));
    assert.ok(keyspace.collections.heapBytes > withNodes);
    assert.deepEqual(contents(streams, streams.get(plain), false), [
      '1-0: name 1',
      '2-0: name 2',
      '3-0: name 3',
      '4-0: name 4',
    ]);
    assert.equal(streams.get(grouped).groups.size, 1);
    assert.equal(streams.get(plain).groups.size, 0);
  });

  it('count entries beyond what is exact as a number', () => {
    const keyspace = new Keyspace();
    const streams = new Streams(keyspace, new EncodingLimits());
    const stream = streams.get(streams.create(keyspace.databases[0], KEY, 0, KEY.length));
    const counts = [
      0,
      1,
      2 ** 32 - 1,
      2 ** 32,
      2 ** 53 - 1,
      2n ** 53n,
      2n ** 63n - 1n,
      -1,
      1 - 2 ** 53,
      -(2n ** 63n),
    ];
    for (const count of counts) {
      stream.entriesAdded = count;
      assert.equal(stream.entriesAdded, count);
      append(stream, { id: stream.lastId.clone().setTime(stream.lastId.msLo + 1), words: ['a', 'b'] });
      assert.equal(stream.entriesAdded, wideCountOf(BigInt(count) + 1n), `${count} and one`);
    }
  });

  for (const seed of [1, 2, 3]) {
    it(`hold what an array holds through additions, deletions and trims (seed ${seed})`, () => {
      const random = new Random(seed);
      const keyspace = new Keyspace();
      const emptyBytes = keyspace.usedBytes();
      const limits = new EncodingLimits();
      limits.streamNodeMaxEntries = 20;
      const streams = new Streams(keyspace, limits);
      const db = keyspace.databases[0];
      const entry = streams.create(db, KEY, 0, KEY.length);
      const stream = streams.get(entry);
      let model: Entry[] = [];
      const id = new StreamId().set(0, 1, 0, 0);
      for (let step = 0; step < STEPS; step++) {
        const choice = random.below(100);
        if (choice < 80) {
          id.increment();
          if (random.below(5) === 0) id.set(id.msHi + random.below(2), id.msLo + random.below(1000), 0, 0);
          if (random.below(50) === 0) id.set(id.msHi + 1, 0, 0x8000_0000, 0);
          const words = ['name', `${random.below(100_000)}`];
          if (random.below(4) === 0) words.push('other', 'x'.repeat(random.below(300)));
          const added = { id: id.clone(), words };
          append(stream, added);
          model.push(added);
        } else if (choice < 98 && model.length > 0) {
          const index = random.below(model.length);
          assert.equal(stream.delete(model[index].id), true);
          assert.equal(stream.delete(model[index].id), false);
          model.splice(index, 1);
        } else if (random.below(2) === 0) {
          const maxLength = Math.max(0, model.length - random.below(60));
          stream.trim({ maxLength, minId: null, approximate: false, limit: 0 });
          model = model.slice(model.length - maxLength);
        } else if (model.length > 0) {
          const minId = model[random.below(Math.min(60, model.length))].id;
          stream.trim({ maxLength: 0, minId, approximate: false, limit: 0 });
          model = model.filter((kept) => kept.id.compare(minId) >= 0);
        }
        assert.equal(stream.length, model.length);
        assert.equal(`${stream.firstId}`, `${model[0]?.id ?? '0-0'}`, `seed ${seed}, step ${step}`);
        stream.settle();
      }
      const expected = model.map((one) => `${one.id}: ${one.words.join(' ')}`);
      assert.deepEqual(contents(streams, stream, false), expected, `seed ${seed}`);
      assert.deepEqual(contents(streams, stream, true), expected, `seed ${seed}`);
      const copied = db.copyEntry(entry, db, COPY, 0, COPY.length);
      db.removeEntry(entry);
      assert.deepEqual(contents(streams, streams.get(copied), false), expected, `seed ${seed}`);
      db.removeEntry(copied);
      while (keyspace.reclaimer.pending > 0) keyspace.tick(1000);
      assert.equal(keyspace.usedBytes(), emptyBytes);
    });
  }
});
