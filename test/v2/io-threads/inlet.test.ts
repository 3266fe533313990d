/** Two rings behind one another: what a request holds is replaced, and nothing is lost, doubled or out of order. */
import assert from 'node:assert/strict';
import { Inlet } from '../../../v2/io-threads/inlet.js';
import { Outlet } from '../../../v2/io-threads/outlet.js';
import { RingProducer } from '../../../v2/ring/producer.js';
import { RingMemory } from '../../../v2/ring/ring-memory.js';
import { itRandomly } from '../../support/dice.js';

const RING_BYTES = 256;
const KIND = 1;

/** Both sides in one thread. */
class TwoSides {
  readonly #memories = [RingMemory.create(RING_BYTES), RingMemory.create(RING_BYTES)] as const;
  readonly #rings = this.#memories.map((memory) => new RingProducer(memory));
  #asked = 0;
  #index = 0;
  /** Wake-ups of the side that takes. */
  wakes = 0;
  readonly inlet = new Inlet(this.#memories, (index) => {
    this.#asked = index;
  });
  readonly outlet = new Outlet(this.#rings[0], () => this.wakes++);

  /** A turn of the side that puts. */
  turn(): void {
    if (this.#asked !== this.#index) {
      this.#index = this.#asked;
      this.outlet.moveTo(this.#rings[this.#index]);
    }
    this.outlet.unclog();
    this.outlet.publish();
  }

  put(subject: number): void {
    this.outlet.put(KIND, subject, 0);
  }

  /** @returns the subjects of the records that are there now */
  takeAll(): number[] {
    const subjects: number[] = [];
    while (this.inlet.next()) subjects.push(this.inlet.ring.subject);
    return subjects;
  }
}

const RECORDS_OF_RING = RING_BYTES / 16;

function upTo(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index);
}

describe('an inlet', () => {
  it('goes on in the other ring while a request holds a full one', () => {
    const sides = new TwoSides();
    const count = RECORDS_OF_RING + 2;
    for (const subject of upTo(count)) sides.put(subject);
    sides.turn();
    assert.equal(sides.inlet.next(), true);
    sides.inlet.replaceIfHeld();
    assert.deepEqual(sides.takeAll(), upTo(RECORDS_OF_RING).slice(1), 'what was in the ring');
    assert.equal(sides.inlet.releaseInside(), false);
    sides.turn();
    assert.deepEqual(sides.takeAll(), [RECORDS_OF_RING, RECORDS_OF_RING + 1], 'what had found no room');
    assert.equal(sides.outlet.isClogged, false);
  });

  it('gives the room of the other ring back while the first is held', () => {
    const sides = new TwoSides();
    sides.put(0);
    sides.turn();
    assert.equal(sides.inlet.next(), true);
    sides.inlet.replaceIfHeld();
    for (let subject = 1; subject < 10 * RECORDS_OF_RING; subject++) {
      sides.put(subject);
      sides.turn();
      assert.deepEqual(sides.takeAll(), [subject]);
      sides.inlet.releaseInside();
    }
    assert.equal(sides.outlet.isClogged, false);
  });

  it('asks for no other ring when its own is not held', () => {
    const sides = new TwoSides();
    sides.put(0);
    sides.turn();
    const ring = sides.inlet.ring;
    assert.deepEqual(sides.takeAll(), [0]);
    sides.inlet.release();
    sides.inlet.replaceIfHeld();
    sides.put(1);
    sides.turn();
    assert.deepEqual(sides.takeAll(), [1]);
    assert.equal(sides.inlet.ring, ring);
  });

  it('is woken for a record in either ring while it waits for the other one', () => {
    for (const hasMoved of [false, true]) {
      const sides = new TwoSides();
      sides.put(0);
      sides.turn();
      sides.inlet.next();
      sides.inlet.replaceIfHeld();
      if (!hasMoved) {
        sides.put(1);
        // In the first ring: the other side has not been told yet.
        assert.deepEqual(sides.takeAll(), []);
        assert.equal(sides.inlet.nextOrSleep(), false);
        sides.outlet.publish();
      } else {
        assert.equal(sides.inlet.nextOrSleep(), false);
        sides.turn();
        sides.put(1);
        sides.turn();
      }
      assert.ok(sides.wakes > 0);
      assert.deepEqual(sides.takeAll(), [1]);
    }
  });

  itRandomly('keeps the order, whatever holds a ring and whenever the other side is told', (dice) => {
    const sides = new TwoSides();
    const taken: number[] = [];
    let put = 0;
    for (let step = 0; step < 20_000; step++) {
      const action = dice.between(0, 4);
      if (action === 0 && !sides.outlet.isClogged) sides.put(put++);
      else if (action === 1) sides.outlet.publish();
      else if (action === 2) sides.turn();
      else if (action === 3 && sides.inlet.next()) {
        taken.push(sides.inlet.ring.subject);
        runLong();
      }
    }
    sides.turn();
    taken.push(...sides.takeAll());
    sides.inlet.release();
    sides.turn();
    taken.push(...sides.takeAll());
    assert.deepEqual(taken, upTo(put));

    /** The request of the record that was taken has some turns inside of it. */
    function runLong(): void {
      for (let turns = dice.between(0, 3); turns > 0; turns--) {
        sides.inlet.replaceIfHeld();
        if (dice.oneIn(2)) sides.turn();
        if (!sides.outlet.isClogged) sides.put(put++);
        if (dice.oneIn(2)) sides.turn();
        taken.push(...sides.takeAll());
        sides.inlet.releaseInside();
      }
      sides.inlet.release();
    }
  });
});
