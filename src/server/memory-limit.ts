/**
 * `maxmemory`: makes room before a command runs and between commands, and refuses what needs memory when there is none
 * to make.
 *
 * Source: redis.io/docs/reference/eviction.
 */
import type { Clock } from '../base/clock.js';
import { NO_MEMORY, OUT_OF_MEMORY } from '../commands/errors.js';
import { DENYOOM } from '../commands/flags.js';
import type { CommandTable } from '../commands/table.js';
import type { EvictionOutcome } from '../engine/eviction.js';
import type { Keyspace } from '../engine/keyspace.js';
import type { ReplyError } from '../protocol/reply-error.js';
import { type FlagsOf, type Gate, PASS } from './requests/gates.js';
import { QUEUEING } from './session.js';

/** A state of the server that gates ask about: memory is limited. */
export const MEMORY_LIMITED = 1 << 10;

/** What one command may spend on making room, by `maxmemory-eviction-tenacity`: 500 µs at 10, then ever more. */
export function evictionBudgetUs(tenacity: number): number {
  if (tenacity <= 10) return 50 * tenacity;
  return tenacity < 100 ? 500 * 1.15 ** (tenacity - 10) : Number.POSITIVE_INFINITY;
}

export interface MemoryLimitHost {
  readonly keyspace: Keyspace;
  readonly clock: Clock;
  readonly introspection: {
    readonly memory: {
      /** What counts besides the data, as of now. */
      countedOverheadBytes(): number;
    };
    readonly latency: { took(name: string, elapsedUs: number, nowMs: number): void };
  };
  hasten(delayMs: number): void;
}

export class MemoryLimit {
  budgetUs = evictionBudgetUs(10);
  /** A replica's master keeps the limit, and says what goes. */
  isLeftToMaster = false;

  readonly #host: MemoryLimitHost;
  readonly #setLimited: (isLimited: boolean) => void;
  #bytesMax = 0;
  /** What clients and the like take, as of the last tick: asking all of them takes time. */
  #overheadBytes = 0;
  /** The rest is to be evicted at the next tick, which comes at once. */
  #isHastened = false;
  /** Since when more is used than may be, though room was being made; on the monotonic clock, -1 while that isn't so. */
  #exceededSinceUs = -1;
  #exceededUs = 0;

  /** @param setLimited told whether memory is limited at all: while it isn't, no command asks */
  constructor(host: MemoryLimitHost, setLimited: (isLimited: boolean) => void) {
    this.#host = host;
    this.#setLimited = setLimited;
    host.keyspace.arena.onExhausted = () => setLimited(true);
  }

  /** `maxmemory`; 0 for none. */
  get bytesMax(): number {
    return this.#bytesMax;
  }

  set bytesMax(bytes: number) {
    this.#bytesMax = bytes;
    this.#setLimited(bytes > 0);
    if (this.#excessBytes() > 0) this.#hasten();
  }

  /** How long more was used than may be, in all and this time, in ms. */
  get exceededMs(): { readonly total: number; readonly current: number } {
    const currentUs = this.#exceededSinceUs < 0 ? 0 : this.#host.clock.monotonicUs() - this.#exceededSinceUs;
    return {
      total: Math.floor((this.#exceededUs + currentUs) / 1000),
      current: Math.floor(currentUs / 1000),
    };
  }

  /** CONFIG RESETSTAT. */
  resetStatistics(): void {
    this.#exceededSinceUs = -1;
    this.#exceededUs = 0;
  }

  /**
   * Makes room as far as policy and time allow; while CLIENT PAUSE holds the data, nothing goes.
   * @returns the refusal for commands that need memory, or null. Room being made still counts as room, as in Redis:
   *   the next command goes on with it, or the next tick.
   */
  makeRoom(): ReplyError | null {
    const { keyspace } = this.#host;
    if (keyspace.arena.isExhausted && !this.#recover()) return NO_MEMORY;
    if (this.isLeftToMaster || keyspace.expiryPaused) return null;
    const excess = this.#excessBytes();
    if (excess <= 0) {
      if (this.#exceededSinceUs >= 0) this.#endExcess();
      return null;
    }
    const outcome = this.#evict(excess);
    if (outcome === 'running') this.#hasten();
    return outcome === 'stuck' ? OUT_OF_MEMORY : null;
  }

  /** Called at every tick. @returns ms until there is more to do */
  tick(): number {
    this.#isHastened = false;
    if (this.#bytesMax === 0) return Number.POSITIVE_INFINITY;
    this.#overheadBytes = this.#host.introspection.memory.countedOverheadBytes();
    this.makeRoom();
    return this.#isHastened ? 0 : Number.POSITIVE_INFINITY;
  }

  #excessBytes(): number {
    if (this.#bytesMax === 0) return 0;
    return this.#host.keyspace.heldBytes() + this.#overheadBytes - this.#bytesMax;
  }

  #evict(excessBytes: number): EvictionOutcome {
    const { clock, introspection, keyspace } = this.#host;
    const startUs = clock.monotonicUs();
    const outcome = keyspace.eviction.evictUntil(excessBytes, this.budgetUs);
    introspection.latency.took('eviction-cycle', clock.monotonicUs() - startUs, keyspace.nowMs);
    if (outcome === 'done') this.#endExcess();
    else if (this.#exceededSinceUs < 0) this.#exceededSinceUs = startUs;
    return outcome;
  }

  #endExcess(): void {
    if (this.#exceededSinceUs >= 0)
      this.#exceededUs += this.#host.clock.monotonicUs() - this.#exceededSinceUs;
    this.#exceededSinceUs = -1;
  }

  #hasten(): void {
    if (this.#isHastened) return;
    this.#isHastened = true;
    this.#host.hasten(0);
  }

  /** The machine refused memory. @returns true when it has some again */
  #recover(): boolean {
    const hasMemory = this.#host.keyspace.arena.recover();
    if (hasMemory) this.#setLimited(this.#bytesMax > 0);
    return hasMemory;
  }
}

/** What ends a transaction goes on, so that a client can always leave one; EXEC unless something queued needs memory. */
const ENDS_TRANSACTION = new Set(['exec', 'discard', 'quit', 'reset']);

export function memoryGate(table: CommandTable, flagsOf: FlagsOf, limit: () => MemoryLimit): Gate {
  return {
    state: MEMORY_LIMITED,
    heeds: () => true,
    refusal: (session, id) => {
      if (session.isMaster) return PASS;
      const refusal = limit().makeRoom();
      if (refusal === null || (flagsOf(session, id) & DENYOOM) !== 0) return refusal;
      // A queue takes memory, whatever is queued.
      const isQueued = (session.states & QUEUEING) !== 0 && !ENDS_TRANSACTION.has(table.names[id]);
      return isQueued ? refusal : PASS;
    },
  };
}
