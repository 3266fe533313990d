/** One side of a hop: records in by one ring, out by another, asleep in epoll_wait when there is nothing to do. */
import type { Libc } from '../../src/native/libc.js';
import { EpollSet } from '../../v2/reactor/epoll-set.js';
import { Wakeup } from '../../v2/reactor/wakeup.js';
import { RingConsumer } from '../../v2/ring/consumer.js';
import { NO_ROOM, RingProducer } from '../../v2/ring/producer.js';
import { RingMemory } from '../../v2/ring/ring-memory.js';

/** As a short request or reply. */
const PAYLOAD_BYTES = 32;

export class HopSide {
  readonly wakeup: number;
  readonly #libc: Libc;
  readonly #epoll: EpollSet;
  readonly #input: RingConsumer;
  readonly #output: RingProducer;

  constructor(libc: Libc, input: SharedArrayBuffer, output: SharedArrayBuffer) {
    this.#libc = libc;
    this.#epoll = new EpollSet(libc);
    this.wakeup = new Wakeup(libc, this.#epoll, () => {}).descriptor;
    this.#input = new RingConsumer(new RingMemory(input));
    this.#output = new RingProducer(new RingMemory(output));
  }

  /** Sends `count` records and wakes the other side if it sleeps. The ring has room for them. */
  send(count: number, otherWakeup: number): void {
    for (let index = 0; index < count; index++) {
      if (this.#output.reserve(PAYLOAD_BYTES) === NO_ROOM)
        throw new Error('the ring of the bench is too small');
      this.#output.commit(0, index, 0, PAYLOAD_BYTES);
    }
    this.#output.publish();
    if (this.#output.consumerSleeps.take()) this.#libc.eventfdSignal(otherWakeup);
  }

  /** Waits for at least one record. @returns how many came */
  receive(): number {
    let count = 0;
    while (!this.#input.nextOrSleep()) this.#epoll.poll(-1);
    do count++;
    while (this.#input.next());
    this.#input.release();
    return count;
  }
}
