/**
 * `maxmemory`: makes room before a command runs, and refuses those that need memory when there is none to make.
 *
 * Source: redis.io/docs/reference/eviction.
 */
import { NO_MEMORY, OUT_OF_MEMORY } from '../commands/errors.js';
import { DENYOOM } from '../commands/flags.js';
import type { Keyspace } from '../engine/keyspace.js';
import type { ReplyError } from '../protocol/reply-error.js';
import { type FlagsOf, type Gate, PASS } from './gates.js';

/** A state of the server that gates ask about: memory is limited. */
export const MEMORY_LIMITED = 1 << 10;

/** What one command may spend on making room, by `maxmemory-eviction-tenacity`: 500 µs at 10, then ever more. */
export function evictionBudgetUs(tenacity: number): number {
  if (tenacity <= 10) return 50 * tenacity;
  return tenacity < 100 ? 500 * 1.15 ** (tenacity - 10) : Number.POSITIVE_INFINITY;
}

export class MemoryLimit {
  #bytesMax = 0;
  budgetUs = evictionBudgetUs(10);
  /** A replica's master keeps the limit, and says what goes. */
  isLeftToMaster = false;

  constructor(
    readonly keyspace: Keyspace,
    /** Told whether memory is limited at all: while it isn't, no command asks. */
    readonly setLimited: (isLimited: boolean) => void,
  ) {
    keyspace.arena.onExhausted = () => setLimited(true);
  }

  /** `maxmemory`; 0 for none. */
  get bytesMax(): number {
    return this.#bytesMax;
  }

  set bytesMax(bytes: number) {
    this.#bytesMax = bytes;
    this.setLimited(bytes > 0);
  }

  /**
   * Makes room as far as policy and time allow.
   * @returns the refusal for commands that need memory, or null. Room being made still counts as room, as in Redis:
   *   the next command goes on with it.
   */
  makeRoom(): ReplyError | null {
    if (this.keyspace.arena.isExhausted && !this.#recover()) return NO_MEMORY;
    if (this.#bytesMax === 0 || this.isLeftToMaster) return null;
    const excess = this.keyspace.usedBytes() - this.#bytesMax;
    if (excess <= 0) return null;
    return this.keyspace.eviction.evictUntil(excess, this.budgetUs) === 'stuck' ? OUT_OF_MEMORY : null;
  }

  /** The machine refused memory. @returns true when it has some again */
  #recover(): boolean {
    const hasMemory = this.keyspace.arena.recover();
    if (hasMemory) this.setLimited(this.#bytesMax > 0);
    return hasMemory;
  }
}

export function memoryGate(flagsOf: FlagsOf, limit: () => MemoryLimit): Gate {
  return {
    state: MEMORY_LIMITED,
    heeds: () => true,
    refusal: (session, id) => {
      if (session.isMaster) return PASS;
      const refusal = limit().makeRoom();
      return refusal !== null && (flagsOf(session, id) & DENYOOM) !== 0 ? refusal : PASS;
    },
  };
}
