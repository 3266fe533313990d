/**
 * One thread's way to put records into a ring: what finds no room is kept, in order, and goes as soon as there is room.
 * Callers that can hold back (an I/O thread that receives, the engine before it takes requests) check `isClogged`
 * first, so that little is kept.
 */
import { copyBytes } from '../../src/base/bytes.js';
import type { RingProducer } from '../ring/producer.js';
import { NO_ROOM } from '../ring/producer.js';

interface Kept {
  readonly kind: number;
  readonly subject: number;
  readonly detail: number;
  readonly payload: Buffer;
}

const NOTHING = Buffer.alloc(0);

export class Outlet {
  #ring: RingProducer;
  readonly #wakeOther: () => void;
  #kept: Kept[] = [];

  /** @param wakeOther wakes the thread that reads the ring */
  constructor(ring: RingProducer, wakeOther: () => void) {
    this.#ring = ring;
    this.#wakeOther = wakeOther;
  }

  /** There was no room, so what comes now must be kept. */
  get isClogged(): boolean {
    return this.#kept.length > 0;
  }

  put(kind: number, subject: number, detail: number): void {
    this.putBytes(kind, subject, detail, NOTHING, 0, 0);
  }

  /** Copies [start, end), into several records of this kind where one can't hold it. */
  putBytes(kind: number, subject: number, detail: number, bytes: Buffer, start: number, end: number): void {
    let at = start;
    do {
      const count = this.#put(kind, subject, detail, bytes, at, end);
      if (count < 0) {
        this.#kept.push({ kind, subject, detail, payload: Buffer.from(bytes.subarray(at, end)) });
        return;
      }
      at += count;
    } while (at < end);
  }

  /** As `putBytes`, but keeps nothing. @returns bytes taken */
  offer(kind: number, subject: number, bytes: Buffer, start: number, end: number): number {
    let at = start;
    while (at < end) {
      const count = this.#put(kind, subject, 0, bytes, at, end);
      if (count < 0) break;
      at += count;
    }
    return at - start;
  }

  /** What is put from now on goes into another ring. */
  moveTo(ring: RingProducer): void {
    this.publish();
    this.#ring = ring;
  }

  /** What was put becomes visible, and the other side is woken where it sleeps. */
  publish(): void {
    this.#ring.publish();
    if (this.#ring.consumerSleeps.take()) this.#wakeOther();
  }

  /** Puts what was kept, as far as there is room. */
  unclog(): void {
    if (this.#kept.length === 0) return;
    const kept = this.#kept;
    this.#kept = [];
    for (const { kind, subject, detail, payload } of kept) {
      if (this.#kept.length > 0) this.#kept.push({ kind, subject, detail, payload });
      else this.putBytes(kind, subject, detail, payload, 0, payload.length);
    }
    this.publish();
  }

  /**
   * Before its thread sleeps. @param wantsRoom somebody holds back what could be offered
   * @returns false when there is room after all; else the thread is woken when there is
   */
  rest(wantsRoom: boolean): boolean {
    this.publish();
    if (!wantsRoom && this.#kept.length === 0) return true;
    return this.#ring.reserveOrSleep(this.#ring.payloadBytesMax) === NO_ROOM;
  }

  /** @returns bytes of the payload in the record, -1 without room */
  #put(kind: number, subject: number, detail: number, bytes: Buffer, start: number, end: number): number {
    if (this.#kept.length > 0) return -1;
    const ring = this.#ring;
    const count = Math.min(end - start, ring.payloadBytesMax);
    const offset = ring.reserve(count);
    if (offset === NO_ROOM) return -1;
    if (count > 0) copyBytes(bytes, start, start + count, ring.bytes, offset);
    ring.commit(kind, subject, detail, count);
    return count;
  }
}
