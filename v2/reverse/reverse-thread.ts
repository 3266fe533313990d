/**
 * The worker: takes messages from one ring, turns them round, and puts them into the other. It has no event loop of its
 * own to turn: without messages, or without room for replies, the thread blocks.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { loadLibc } from '../../src/native/libc.js';
import { RingConsumer } from '../ring/consumer.js';
import { NO_ROOM, RingProducer } from '../ring/producer.js';
import { RingMemory } from '../ring/ring-memory.js';
import { MESSAGE, reverseFrame, STOP, type WorkerSettings } from './reversal.js';

/** Replies that are gathered before the other side sees them, while there are more messages. */
const BATCH = 64;

const { requests, replies, wakeupDescriptor } = workerData as WorkerSettings;
const libc = await loadLibc();
const consumer = new RingConsumer(new RingMemory(requests));
const producer = new RingProducer(new RingMemory(replies));

function showReplies(): void {
  producer.publish();
  if (producer.consumerSleeps.take()) libc.eventfdSignal(wakeupDescriptor);
}

function giveRoom(): void {
  consumer.release();
  if (consumer.producerSleeps.take()) libc.eventfdSignal(wakeupDescriptor);
}

function answer(): void {
  const { start, end, subject, detail } = consumer;
  const length = end - start;
  let offset = producer.reserve(length);
  if (offset === NO_ROOM) {
    showReplies();
    offset = producer.reserveOrWait(length);
  }
  reverseFrame(consumer.bytes, start, end, detail, producer.bytes, offset);
  producer.commit(MESSAGE, subject, 0, length);
}

parentPort?.postMessage('ready');
let unseen = 0;
for (;;) {
  if (unseen === BATCH || !consumer.next()) {
    showReplies();
    giveRoom();
    if (unseen === BATCH) {
      unseen = 0;
      continue;
    }
    unseen = 0;
    consumer.nextOrWait();
  }
  if (consumer.kind === STOP) break;
  answer();
  unseen++;
}
