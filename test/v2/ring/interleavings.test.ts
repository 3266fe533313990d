/**
 * Both sides of a ring as steps, each of which looks at shared words once at most, in an order that seeded dice choose:
 * whatever the order, every record arrives, nobody sleeps for ever, and nobody is woken who hasn't said he sleeps. A
 * side that announces its sleep too late is tried as well, and has to be caught.
 */
import assert from 'node:assert/strict';
import { RingConsumer } from '../../../v2/ring/consumer.js';
import { NO_ROOM, RingProducer } from '../../../v2/ring/producer.js';
import { RingMemory } from '../../../v2/ring/ring-memory.js';
import type { SleepFlag } from '../../../v2/ring/sleep-flag.js';
import { type Dice, itRandomly } from '../../support/dice.js';

/** One yield after each step. */
type Steps = Generator<void, void>;

/** A thread: it runs, or sleeps until it is woken. Waking one that is awake is remembered, as an eventfd does. */
class Side {
  announcements = 0;
  wakes = 0;
  isAsleep = false;
  isDone = false;
  #isWoken = false;

  wake(): void {
    this.wakes++;
    this.#isWoken = true;
  }

  get canRun(): boolean {
    return !this.isDone && (!this.isAsleep || this.#isWoken);
  }

  *sleep(): Steps {
    this.isAsleep = true;
    while (!this.#isWoken) yield;
    this.isAsleep = false;
    this.#isWoken = false;
  }
}

interface World {
  readonly producer: RingProducer;
  readonly consumer: RingConsumer;
  readonly writer: Side;
  readonly reader: Side;
  readonly count: number;
  readonly dice: Dice;
  /** Looks before it announces: the classic mistake. */
  readonly isBroken: boolean;
  received: number;
}

function* wakeIfAsleep(flag: SleepFlag, side: Side): Steps {
  const isAnnounced = flag.isAnnounced;
  yield;
  if (!isAnnounced) return;
  const isClaimed = flag.claim();
  yield;
  if (isClaimed) side.wake();
}

/** Sleeps unless `isReady`, as the protocol says. */
function* sleepUnless(isReady: () => boolean, flag: SleepFlag, side: Side, isBroken: boolean): Steps {
  if (!isBroken) {
    flag.announce();
    side.announcements++;
    yield;
  }
  const ready = isReady();
  yield;
  if (isBroken && !ready) {
    flag.announce();
    side.announcements++;
    yield;
  }
  if (ready) flag.withdraw();
  else yield* side.sleep();
}

function* write(world: World): Steps {
  const { producer, writer, dice } = world;
  for (let index = 0; index < world.count; index++) {
    const length = dice.between(0, producer.payloadBytesMax);
    let offset = producer.reserve(length);
    yield;
    while (offset === NO_ROOM) {
      producer.publish();
      yield;
      yield* wakeIfAsleep(producer.consumerSleeps, world.reader);
      const isReady = (): boolean => producer.reserve(length) !== NO_ROOM;
      yield* sleepUnless(isReady, producer.sleeps, writer, world.isBroken);
      offset = producer.reserve(length);
      yield;
    }
    producer.bytes.fill(index & 0xff, offset, offset + length);
    yield;
    producer.commit(0, index, length, length);
    if (index < world.count - 1 && dice.oneIn(3)) continue;
    producer.publish();
    yield;
    yield* wakeIfAsleep(producer.consumerSleeps, world.reader);
  }
  writer.isDone = true;
}

function* read(world: World): Steps {
  const { consumer, reader } = world;
  let hasRecord = false;
  const isReady = (): boolean => {
    hasRecord = consumer.next();
    return hasRecord;
  };
  while (world.received < world.count) {
    isReady();
    yield;
    if (!hasRecord) {
      consumer.release();
      yield;
      yield* wakeIfAsleep(consumer.producerSleeps, world.writer);
      yield* sleepUnless(isReady, consumer.sleeps, reader, world.isBroken);
      if (!hasRecord) continue;
    }
    assert.equal(consumer.subject, world.received);
    assert.equal(consumer.end - consumer.start, consumer.detail);
    for (let at = consumer.start; at < consumer.end; at++) {
      assert.equal(consumer.bytes[at], world.received & 0xff);
    }
    world.received++;
    if (world.dice.oneIn(3)) continue;
    consumer.release();
    yield;
    yield* wakeIfAsleep(consumer.producerSleeps, world.writer);
  }
  reader.isDone = true;
}

/** @returns whether both came to their end; otherwise both sleep */
function run(dice: Dice, capacity: number, isBroken = false): boolean {
  const memory = RingMemory.create(capacity);
  const world: World = {
    producer: new RingProducer(memory),
    consumer: new RingConsumer(memory),
    writer: new Side(),
    reader: new Side(),
    count: dice.between(1, 24),
    dice,
    isBroken,
    received: 0,
  };
  const { writer, reader } = world;
  const threads = [
    { side: writer, steps: write(world) },
    { side: reader, steps: read(world) },
  ];
  // Threads run for a while before the other does: one step at a time would never show some orders.
  for (;;) {
    const able = threads.filter(({ side }) => side.canRun);
    if (able.length === 0) break;
    const { side, steps } = dice.pick(able);
    for (let left = dice.pick([1, 1, 1, 2, 3, 8, 40]); left > 0 && side.canRun; left--) steps.next();
  }
  for (const side of [writer, reader]) {
    assert.ok(side.wakes <= side.announcements, 'a side was woken that had not said it sleeps');
  }
  return writer.isDone && reader.isDone && world.received === world.count;
}

describe('the two sides of a ring, in any order of their steps', () => {
  for (const [title, capacity] of [
    ['two slots', 64],
    ['four slots', 128],
    ['room for many', 2048],
  ] as const) {
    itRandomly(`lose no record and no wake-up, with ${title}`, (dice) => {
      for (let round = 0; round < 4000; round++) assert.ok(run(dice, capacity), `round ${round}`);
    });
  }

  itRandomly('would be caught if they announced their sleep too late', (dice) => {
    let stuck = 0;
    for (let round = 0; round < 2000; round++) if (!run(dice, 64, true)) stuck++;
    assert.ok(stuck > 0, 'the test sees nothing');
  });
});
