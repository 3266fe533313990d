/**
 * An epoll instance and the batch of events it brought last. Each event says which descriptor, and which
 * of those that had this number: generations are not used twice while a batch lives.
 */
import type { Libc } from '../../src/native/libc.js';
import { NativeBuffer } from '../../src/native/native-buffer.js';
import { SystemError } from '../../src/native/system-error.js';

/** Of one batch. At some 8 µs per request a full one is 8 ms of work. */
const EVENTS_MAX = 1024;

export class EpollSet {
  readonly descriptor: number;
  readonly #libc: Libc;
  readonly #events: NativeBuffer;
  readonly #ints: Int32Array;
  readonly #sizeInts: number;
  readonly #eventsInt: number;
  readonly #dataInt: number;
  #generation = 0;

  constructor(libc: Libc, descriptor = libc.epollCreate()) {
    const { byteLength, sizeInts, eventsInt, dataInt } = libc.epollEvent;
    this.#libc = libc;
    this.#sizeInts = sizeInts;
    this.#eventsInt = eventsInt;
    this.#dataInt = dataInt;
    this.#events = new NativeBuffer(libc, EVENTS_MAX * byteLength);
    const { buffer, byteOffset, length } = this.#events.bytes;
    this.#ints = new Int32Array(buffer, byteOffset, length / 4);
    this.descriptor = descriptor;
  }

  /** The same set, with room for another batch. It hands out no generations. */
  another(): EpollSet {
    return new EpollSet(this.#libc, this.descriptor);
  }

  nextGeneration(): number {
    this.#generation = (this.#generation + 1) | 0;
    return this.#generation;
  }

  /** @returns 0, or -errno: ENOMEM, ENOSPC */
  add(fd: number, generation: number, events: number): number {
    return this.#libc.epollAdd(this.descriptor, fd, events, fd, generation);
  }

  /** @returns 0, or -errno */
  modify(fd: number, generation: number, events: number): number {
    return this.#libc.epollModify(this.descriptor, fd, events, fd, generation);
  }

  /** Waits for an event, up to `waitMs`; -1 is without end. @returns the number of events in the new batch */
  poll(waitMs: number): number {
    const count = this.#libc.epollWait(this.descriptor, this.#events.address, EVENTS_MAX, waitMs);
    if (count < 0) throw new SystemError('epoll_wait', -count, this.descriptor);
    return count;
  }

  descriptorAt(index: number): number {
    return this.#ints[index * this.#sizeInts + this.#dataInt];
  }

  generationAt(index: number): number {
    return this.#ints[index * this.#sizeInts + this.#dataInt + 1];
  }

  maskAt(index: number): number {
    return this.#ints[index * this.#sizeInts + this.#eventsInt];
  }

  close(): void {
    this.#libc.close(this.descriptor);
  }
}
