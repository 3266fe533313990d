/** A thread that copies each record from one ring to another, and sleeps where it has to. */
import { workerData } from 'node:worker_threads';
import { RingConsumer } from '../../../v2/ring/consumer.js';
import { RingProducer } from '../../../v2/ring/producer.js';
import { RingMemory } from '../../../v2/ring/ring-memory.js';

const consumer = new RingConsumer(new RingMemory(workerData.input));
const producer = new RingProducer(new RingMemory(workerData.output));

for (let count = 0; count < workerData.count; count++) {
  consumer.nextOrWait();
  producer.reserveOrWait(4);
  producer.commit(consumer.kind, consumer.subject, consumer.detail, 4);
  consumer.release();
  if (consumer.producerSleeps.take()) consumer.producerSleeps.notify();
  producer.publish();
  if (producer.consumerSleeps.take()) producer.consumerSleeps.notify();
}
