/** Streams against a plain array of entries, through random histories. */
import assert from 'node:assert/strict';
import { Random } from '../../../src/base/random.js';
import { Keyspace } from '../../../src/engine/keyspace.js';
import { EncodingLimits } from '../../../src/engine/types/encoding-limits.js';
import type { Stream } from '../../../src/engine/types/stream/stream.js';
import { MAX_ID, StreamId } from '../../../src/engine/types/stream/stream-id.js';
import { Streams } from '../../../src/engine/types/stream/streams.js';

const KEY = Buffer.from('stream');
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
        streams.settle(stream);
      }
      const expected = model.map((one) => `${one.id}: ${one.words.join(' ')}`);
      assert.deepEqual(contents(streams, stream, false), expected, `seed ${seed}`);
      assert.deepEqual(contents(streams, stream, true), expected, `seed ${seed}`);
      const copy = stream.copy();
      assert.deepEqual(contents(streams, copy, false), expected, `seed ${seed}`);
      while (!copy.freeStep(100));
      db.removeEntry(entry);
      while (keyspace.reclaimer.pending > 0) keyspace.tick(1000);
      assert.equal(keyspace.usedBytes(), emptyBytes);
    });
  }
});
