/**
 * One thread's way to take records out: two rings, of which one is in use. A request runs from its ring's memory. A long
 * script takes further records while its own is in use, and their room can't be given back before it has ended: soon
 * there would be none. So when such a script begins to take records, the other side is asked to go on in the other ring.
 *
 *     before     the request's record, and others behind it, in the ring in use
 *     asked      what else is in that ring; the first record in the other ring shows that no more comes here
 *     after      the other ring, whose room is given back as ever; the first is empty when the request has ended
 *
 * The other side publishes its last record in the first ring before any in the second. So a reader that finds the first
 * empty, and then something in the second, looks at the first once more: order is kept.
 */
import { RingConsumer } from '../ring/consumer.js';
import type { RingMemory } from '../ring/ring-memory.js';

export class Inlet {
  readonly #rings: readonly [RingConsumer, RingConsumer];
  readonly #ask: (index: number) => void;
  #ring: RingConsumer;
  /** The other side was asked to go on here. */
  #successor: RingConsumer | null = null;
  /** Replaced, and not given back yet. */
  #left: RingConsumer | null = null;

  /** @param ask tells the other side, and wakes it, to go on in the ring of this index */
  constructor(memories: readonly [RingMemory, RingMemory], ask: (index: number) => void) {
    const [first, second] = memories;
    this.#rings = [new RingConsumer(first), new RingConsumer(second)];
    this.#ring = this.#rings[0];
    this.#ask = ask;
  }

  /** In use: the record that `next` came to lies in it. */
  get ring(): RingConsumer {
    return this.#ring;
  }

  /** As RingConsumer's. */
  next(): boolean {
    return this.#ring.next() || (this.#successor !== null && this.#nextOfTwo(this.#successor));
  }

  /** As RingConsumer's. */
  nextOrSleep(): boolean {
    if (this.next()) return true;
    this.#ring.sleeps.announce();
    this.#successor?.sleeps.announce();
    if (!this.next()) return false;
    this.withdraw();
    return true;
  }

  /** This side doesn't sleep. */
  withdraw(): void {
    for (const ring of this.#rings) ring.sleeps.withdraw();
  }

  /** Inside of a request: when it lies in the ring in use, which has to be held, asks for the other one. */
  replaceIfHeld(): void {
    if (this.#successor !== null || this.#ring.unreleasedBytes === 0) return;
    // The request lies in this ring: with the one before it, if that was left since, everybody is done.
    this.#left?.release();
    this.#left = null;
    const [first, second] = this.#rings;
    const index = this.#ring === first ? 1 : 0;
    this.#successor = index === 1 ? second : first;
    this.#ask(index);
  }

  /** Gives back all room: no request runs. @returns whether the other side has waited for it, and is to be woken */
  release(): boolean {
    const isAwaited = releaseAndClaim(this.#ring);
    if (this.#left === null) return isAwaited;
    const left = this.#left;
    this.#left = null;
    return releaseAndClaim(left) || isAwaited;
  }

  /** As `release`, inside of a request: gives back what doesn't hold it. */
  releaseInside(): boolean {
    return this.#successor === null && releaseAndClaim(this.#ring);
  }

  #nextOfTwo(successor: RingConsumer): boolean {
    if (!successor.hasNext()) return false;
    if (this.#ring.next()) return true;
    this.#left = this.#ring;
    this.#ring = successor;
    this.#successor = null;
    return successor.next();
  }
}

function releaseAndClaim(ring: RingConsumer): boolean {
  ring.release();
  return ring.producerSleeps.take();
}
