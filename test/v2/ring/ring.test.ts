/** The ring's two sides in one thread: what goes in comes out, wherever the positions are. */
import assert from 'node:assert/strict';
import { PerformanceObserver } from 'node:perf_hooks';
import { RingConsumer } from '../../../v2/ring/consumer.js';
import { NO_ROOM, RingProducer } from '../../../v2/ring/producer.js';
import { RingMemory } from '../../../v2/ring/ring-memory.js';
import { itRandomly } from '../../support/dice.js';

interface Sides {
  readonly producer: RingProducer;
  readonly consumer: RingConsumer;
}

/** Positions of two capacities before they turn negative, and before they are zero again. */
const BEGINNINGS = [0, 0x7fff_ff00 | 0, -256];

function sides(capacity: number, position = 0): Sides {
  const memory = RingMemory.create(capacity);
  memory.words[0] = position;
  memory.words[16] = position;
  return { producer: new RingProducer(memory), consumer: new RingConsumer(new RingMemory(memory.shared)) };
}

function put(producer: RingProducer, text: string, kind = 0): boolean {
  const offset = producer.reserve(text.length);
  if (offset === NO_ROOM) return false;
  producer.bytes.write(text, offset, 'latin1');
  producer.commit(kind, text.length, -text.length, text.length);
  return true;
}

function textOf({ bytes, start, end }: RingConsumer): string {
  return bytes.toString('latin1', start, end);
}

describe('a ring', () => {
  it('carries a record with what describes it', () => {
    const { producer, consumer } = sides(256);
    assert.ok(put(producer, 'hello', 7));
    producer.publish();
    assert.ok(consumer.next());
    assert.equal(textOf(consumer), 'hello');
    assert.deepEqual([consumer.kind, consumer.subject, consumer.detail], [7, 5, -5]);
    assert.ok(!consumer.next());
  });

  it('shows nothing before it is published, and nothing of a record that is only reserved', () => {
    const { producer, consumer } = sides(128, 112);
    put(producer, '');
    assert.ok(!consumer.next());
    producer.publish();
    assert.ok(consumer.next());
    consumer.release();
    // It needs a filler, which must not be published alone.
    assert.notEqual(producer.reserve(48), NO_ROOM);
    producer.publish();
    assert.ok(!consumer.next());
    producer.commit(0, 0, 0, 0);
    producer.publish();
    assert.ok(consumer.next());
  });

  it('takes no more than it has room for, until some is released', () => {
    for (const position of BEGINNINGS) {
      const { producer, consumer } = sides(64, position);
      assert.ok(put(producer, 'sixteen bytes ..'));
      assert.ok(put(producer, 'and sixteen more'));
      assert.ok(!put(producer, ''));
      producer.publish();
      assert.ok(consumer.next());
      assert.ok(!put(producer, ''), 'still in use');
      consumer.release();
      assert.ok(put(producer, 'the third of two'));
      assert.ok(!put(producer, ''));
    }
  });

  it('has room for its largest record when it is empty, wherever its positions are', () => {
    for (let position = 0; position < 256; position += 16) {
      const { producer, consumer } = sides(256, position);
      const largest = 'x'.repeat(producer.payloadBytesMax);
      assert.ok(put(producer, largest), `at ${position}`);
      producer.publish();
      assert.ok(consumer.next());
      assert.equal(textOf(consumer), largest);
    }
  });

  itRandomly('is a queue, for records of every size and in every batch', (dice) => {
    for (const capacity of [64, 128, 1024]) {
      for (const position of BEGINNINGS) {
        const { producer, consumer } = sides(capacity, position);
        let written = 0;
        let read = 0;
        const lengths: number[] = [];
        while (read < 3000) {
          if (dice.oneIn(2)) {
            const length = dice.between(0, producer.payloadBytesMax);
            if (put(producer, String.fromCharCode(65 + (written % 26)).repeat(length), written)) {
              lengths.push(length);
              written++;
            }
            if (dice.oneIn(3)) producer.publish();
          } else if (consumer.next()) {
            assert.equal(consumer.kind, read);
            assert.equal(textOf(consumer), String.fromCharCode(65 + (read % 26)).repeat(lengths[read]));
            read++;
            if (dice.oneIn(3)) consumer.release();
          } else {
            producer.publish();
            consumer.release();
          }
        }
      }
    }
  });

  it('allocates nothing while it carries records', async () => {
    const { producer, consumer } = sides(4096);
    const carry = (count: number): number => {
      let sum = 0;
      for (let index = 0; index < count; index++) {
        const offset = producer.reserve(8);
        producer.bytes[offset] = index & 0xff;
        producer.commit(1, index, 0, 8);
        producer.publish();
        if (producer.consumerSleeps.take()) throw new Error('nobody sleeps');
        while (consumer.next()) sum += consumer.bytes[consumer.start];
        consumer.release();
      }
      return sum;
    };
    carry(100_000);
    let collections = 0;
    const observer = new PerformanceObserver((list) => {
      collections += list.getEntries().length;
    });
    observer.observe({ entryTypes: ['gc'] });
    // The smallest object in each round would fill the young generation twice.
    carry(2_000_000);
    await new Promise(setImmediate);
    observer.disconnect();
    assert.ok(collections <= 1, `${collections} collections`);
  });
});
