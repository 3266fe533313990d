/**
 * When, or how often, an entry was used: the 24 bits that eviction goes by.
 *
 *     LRU   24 bits  seconds, wrapping after 194 days
 *     LFU   16 bits  minute of the last decay, wrapping after 45 days; low 8 bits: logarithmic counter
 *
 * Source: the meaning of maxmemory-policy, lfu-log-factor and lfu-decay-time, redis.io "Key eviction".
 */
import type { Random } from '../base/random.js';

const CLOCK_MASK = 0xffffff;
const LRU_RESOLUTION_MS = 1000;
const MINUTE_MASK = 0xffff;
const COUNTER_MAX = 255;
/** A new key's counter: above 0, so that it has time to be used before it is the least used. */
const COUNTER_INITIAL = 5;

export class AccessClock {
  /** True when the policy is an LFU one. */
  lfu = false;
  /** lfu-log-factor: how slowly the counter grows. */
  logFactor = 10;
  /** lfu-decay-time: minutes after which the counter falls by one; 0 = never. */
  decayMinutes = 1;

  readonly #random: Random;
  #seconds = 0;
  #minutes = 0;

  constructor(random: Random) {
    this.#random = random;
  }

  setTime(nowMs: number): void {
    const seconds = Math.floor(nowMs / LRU_RESOLUTION_MS);
    this.#seconds = seconds & CLOCK_MASK;
    this.#minutes = Math.floor(seconds / 60) & MINUTE_MASK;
  }

  /** The bits of a new entry. */
  initial(): number {
    return this.lfu ? (this.#minutes << 8) | COUNTER_INITIAL : this.#seconds;
  }

  /** The bits of an entry that is being used. */
  touched(clock: number): number {
    if (!this.lfu) return this.#seconds;
    let counter = this.frequency(clock);
    const above = Math.max(0, counter - COUNTER_INITIAL);
    if (counter < COUNTER_MAX && this.#random.float() < 1 / (above * this.logFactor + 1)) counter++;
    return (this.#minutes << 8) | counter;
  }

  /** Milliseconds since the last use, in steps of a second. Meaningful under an LRU policy. */
  idleMs(clock: number): number {
    return ((this.#seconds - clock) & CLOCK_MASK) * LRU_RESOLUTION_MS;
  }

  /** The logarithmic counter, 0 … 255, decayed up to now. Meaningful under an LFU policy. */
  frequency(clock: number): number {
    const counter = clock & COUNTER_MAX;
    if (this.decayMinutes === 0) return counter;
    const elapsed = (this.#minutes - (clock >>> 8)) & MINUTE_MASK;
    return Math.max(0, counter - Math.floor(elapsed / this.decayMinutes));
  }

  /** The bits of an entry idle for so long, as RESTORE … IDLETIME asks for. */
  idleSince(idleMs: number): number {
    return (this.#seconds - Math.floor(idleMs / LRU_RESOLUTION_MS)) & CLOCK_MASK;
  }

  /** The bits of an entry with this counter, as RESTORE … FREQ asks for. */
  withFrequency(counter: number): number {
    return (this.#minutes << 8) | counter;
  }
}
