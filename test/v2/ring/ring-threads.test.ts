/** The ring between real threads: both sleep in `wait` and wake each other, there and back, over two slots. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { RingConsumer } from '../../../v2/ring/consumer.js';
import { NO_ROOM, RingProducer } from '../../../v2/ring/producer.js';
import { RingMemory } from '../../../v2/ring/ring-memory.js';

const RECORDS = 20_000;

describe('a ring between threads', () => {
  for (const [title, capacity] of [
    ['two slots', 64],
    ['room for many', 8192],
  ] as const) {
    it(`carries everything in order, with ${title}`, async () => {
      const there = RingMemory.create(capacity);
      const back = RingMemory.create(capacity);
      const worker = new Worker(new URL('../../../v2/threads/from-source.mjs', import.meta.url), {
        workerData: { input: there.shared, output: back.shared, count: RECORDS },
        argv: [new URL('../support/ring-worker.ts', import.meta.url).href],
      });
      const producer = new RingProducer(there);
      const consumer = new RingConsumer(back);
      let sent = 0;
      let received = 0;
      while (received < RECORDS) {
        while (sent < RECORDS && producer.reserve(4) !== NO_ROOM) producer.commit(0, sent++, 0, 4);
        producer.publish();
        if (producer.consumerSleeps.take()) producer.consumerSleeps.notify();
        while (consumer.next()) assert.equal(consumer.subject, received++);
        consumer.release();
        if (consumer.producerSleeps.take()) consumer.producerSleeps.notify();
        // All that can be written is: whatever makes room brings a record back too.
        if (received === RECORDS) break;
        consumer.nextOrWait();
        assert.equal(consumer.subject, received++);
      }
      const [status] = await once(worker, 'exit');
      assert.equal(status, 0);
    });
  }
});
