/** A frozen consumer group is shown as it was, whatever is delivered, acknowledged and claimed meanwhile. */
import assert from 'node:assert/strict';
import { Random } from '../../../src/base/random.js';
import { ConsumerGroup, type ShownGroup } from '../../../src/engine/types/stream/consumer-group.js';
import { StreamId } from '../../../src/engine/types/stream/stream-id.js';

const SEEDS = [1, 2, 3, 4, 5, 6];
const ENTRIES = 3000;
const CONSUMERS = ['ann', 'bob', 'cid', 'dan'];

const idOf = (index: number): StreamId => new StreamId().set(0, index, 0, 1);

/** All that is written of it. */
function contentsOf({ name, lastId, readCount, pending, consumers }: ShownGroup): unknown {
  return {
    name,
    lastId: `${lastId}`,
    readCount,
    pending: [...pending.all()].map(({ id, consumer, deliveredAtMs, deliveryCount }) => [
      `${id}`,
      consumer.name,
      deliveredAtMs,
      deliveryCount,
    ]),
    pendingCount: pending.length,
    consumers: [...consumers.values()].map((consumer) => ({
      name: consumer.name,
      seenAtMs: consumer.seenAtMs,
      pending: [...consumer.pending.all()].map(({ id, deliveryCount }) => [`${id}`, deliveryCount]),
      pendingCount: consumer.pending.length,
    })),
  };
}

function fill(random: Random): ConsumerGroup {
  const group = new ConsumerGroup('group', new StreamId(), 0);
  for (const name of CONSUMERS) group.createConsumer(name, 1000);
  for (let index = 1; index <= ENTRIES; index++) deliver(group, random, index);
  return group;
}

/** Some consumer that there is. */
function someConsumer(group: ConsumerGroup, random: Random) {
  const consumers = [...group.consumers.values()];
  return consumers[random.below(consumers.length)];
}

function deliver(group: ConsumerGroup, random: Random, index: number): void {
  const consumer = someConsumer(group, random);
  consumer.seenAtMs = 1000 + index;
  group.deliver(idOf(index), consumer, 1000 + index);
  group.lastId.copyFrom(idOf(index));
  group.readCount = index;
}

function change(group: ConsumerGroup, random: Random): void {
  const index = 1 + random.below(ENTRIES + 500);
  const pending = group.pending.get(idOf(index));
  switch (random.below(20)) {
    case 0:
      if (group.consumers.size > 2) group.deleteConsumer(someConsumer(group, random));
      break;
    case 1:
      group.createConsumer(`new ${random.below(1000)}`, 7);
      break;
    case 2:
    case 3:
    case 4:
    case 5:
    case 6:
      deliver(group, random, index);
      break;
    case 7:
    case 8:
    case 9:
    case 10:
      if (pending !== null) group.redeliver(pending, someConsumer(group, random), 9, 77);
      break;
    default:
      group.acknowledge(idOf(index));
  }
}

describe('a frozen consumer group', () => {
  for (const seed of SEEDS) {
    it(`is shown as it was, whatever changes meanwhile (seed ${seed})`, () => {
      const random = new Random(seed);
      const group = fill(random);
      for (let count = 0; count < 500; count++) change(group, random);
      const expected = contentsOf(group);
      const frozen = group.freeze();
      for (let round = 0; round < 10; round++) {
        for (let count = 0; count < 300; count++) change(group, random);
        assert.deepEqual(contentsOf(frozen), expected, `round ${round}`);
      }
      group.thaw();
      const changed = contentsOf(group);
      assert.notDeepEqual(changed, expected);
      // And again: what was frozen first is of no matter then.
      const again = group.freeze();
      for (let count = 0; count < 300; count++) change(group, random);
      assert.deepEqual(contentsOf(again), changed);
      group.thaw();
    });
  }

  it('is walked while it changes', () => {
    const random = new Random(9);
    const group = fill(random);
    const expected = [...group.pending.all()].map(({ id, consumer, deliveryCount }) => [
      `${id}`,
      consumer.name,
      deliveryCount,
    ]);
    const shown: unknown[] = [];
    for (const { id, consumer, deliveryCount } of group.freeze().pending.all()) {
      shown.push([`${id}`, consumer.name, deliveryCount]);
      change(group, random);
    }
    group.thaw();
    assert.deepEqual(shown, expected);
  });
});
