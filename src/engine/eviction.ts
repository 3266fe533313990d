/**
 * Making room when memory is short: the eight policies of `maxmemory-policy`.
 *
 * LRU and LFU rank a sample of keys and keep the best candidates in a pool, as Redis does. TTL needs no sample: the
 * expiry heap knows the key that goes first. When to make room, and how much, is the server's decision.
 */
import { NONE } from './arena.js';
import type { KeyspaceCommons } from './commons.js';
import type { Database } from './database.js';
import { clockOf, keyLength, keyStart } from './entry.js';
import { EvictionPool } from './eviction-pool.js';

type Ranking = 'none' | 'lru' | 'lfu' | 'ttl' | 'random';

interface Policy {
  readonly ranking: Ranking;
  /** Only keys that expire may go. */
  readonly volatile: boolean;
}

const POLICIES = {
  noeviction: { ranking: 'none', volatile: false },
  'allkeys-lru': { ranking: 'lru', volatile: false },
  'allkeys-lfu': { ranking: 'lfu', volatile: false },
  'allkeys-random': { ranking: 'random', volatile: false },
  'volatile-lru': { ranking: 'lru', volatile: true },
  'volatile-lfu': { ranking: 'lfu', volatile: true },
  'volatile-random': { ranking: 'random', volatile: true },
  'volatile-ttl': { ranking: 'ttl', volatile: true },
} as const satisfies Record<string, Policy>;

export type EvictionPolicyName = keyof typeof POLICIES;

export const EVICTION_POLICY_NAMES = Object.keys(POLICIES) as EvictionPolicyName[];

/** done: enough was freed. running: the budget ran out first. stuck: nothing is left that may go. */
export type EvictionOutcome = 'done' | 'running' | 'stuck';

const SAMPLES_DEFAULT = 5;
/** Victims between two looks at the clock; each takes about a microsecond. */
const BATCH = 16;
const COUNTER_MAX = 255;

export class Eviction {
  /** maxmemory-samples: keys looked at in each database and round. */
  samples = SAMPLES_DEFAULT;
  /** Whether memory is limited at all. */
  isLimited = false;

  readonly #commons: KeyspaceCommons;
  readonly #databases: readonly Database[];
  readonly #pool = new EvictionPool();

  #policyName: EvictionPolicyName = 'noeviction';
  #policy: Policy = POLICIES.noeviction;
  /** Database from which the next random victim is taken. */
  #nextDatabase = 0;

  constructor(commons: KeyspaceCommons, databases: readonly Database[]) {
    this.#commons = commons;
    this.#databases = databases;
  }

  /** maxmemory-policy */
  get policy(): EvictionPolicyName {
    return this.#policyName;
  }

  set policy(name: EvictionPolicyName) {
    this.#policyName = name;
    this.#policy = POLICIES[name];
    this.#commons.accessClock.lfu = this.#policy.ranking === 'lfu';
    this.#pool.clear();
  }

  /** Whether it depends on a value's own use if it stays, so that no two keys may share one. */
  get goesByUse(): boolean {
    return this.isLimited && (this.#policy.ranking === 'lru' || this.#policy.ranking === 'lfu');
  }

  /** Frees at least `bytesNeeded` of what is held, for at most about `budgetUs`. */
  evictUntil(bytesNeeded: number, budgetUs: number): EvictionOutcome {
    const commons = this.#commons;
    const { clock, reclaimer } = commons;
    const target = commons.heldBytes() - bytesNeeded;
    const deadlineUs = clock.monotonicUs() + budgetUs;
    for (let count = 1; commons.heldBytes() > target; count++) {
      // What earlier victims still hold comes first: it is lost anyway.
      if (reclaimer.pending > 0) reclaimer.step();
      else if (!this.#evictOne()) return 'stuck';
      if (count % BATCH === 0 && clock.monotonicUs() >= deadlineUs) return 'running';
    }
    return 'done';
  }

  /** @returns false when no key may go */
  #evictOne(): boolean {
    switch (this.#policy.ranking) {
      case 'none':
        return false;
      case 'random':
        return this.#evictRandom();
      case 'ttl':
        return this.#evictNextToExpire();
      default:
        return this.#evictBest();
    }
  }

  #evictRandom(): boolean {
    for (let tried = 0; tried < this.#databases.length; tried++) {
      const database = this.#databases[this.#nextDatabase];
      this.#nextDatabase = (this.#nextDatabase + 1) % this.#databases.length;
      const ref = this.#policy.volatile
        ? this.#sample(database)
        : database.index.random(this.#commons.random);
      if (ref === NONE) continue;
      database.evictEntry(ref);
      return true;
    }
    return false;
  }

  #evictNextToExpire(): boolean {
    let first: Database | null = null;
    for (const database of this.#databases) {
      const { expiry } = database.entries;
      if (expiry.size > 0 && (first === null || expiry.firstAt < first.entries.expiry.firstAt))
        first = database;
    }
    first?.evictEntry(first.entries.expiry.firstRef);
    return first !== null;
  }

  #evictBest(): boolean {
    while (this.#fillPool()) {
      while (this.#pool.size > 0) {
        const { databaseId, key, keyBytes } = this.#pool.takeBest();
        const database = this.#databases[databaseId];
        const ref = database.index.find(key, 0, keyBytes);
        if (ref === NONE || (this.#policy.volatile && database.expireAt(ref) < 0)) continue;
        database.evictEntry(ref);
        return true;
      }
    }
    return false;
  }

  /** Ranks a sample of each database. @returns false when there are no keys that may go */
  #fillPool(): boolean {
    let found = false;
    for (const database of this.#databases) {
      for (let count = 0; count < this.samples; count++) {
        const ref = this.#sample(database);
        if (ref === NONE) break;
        this.#rank(database, ref);
        found = true;
      }
    }
    return found;
  }

  #rank(database: Database, ref: number): void {
    const { arena, accessClock } = this.#commons;
    const clock = clockOf(arena, ref);
    const score = accessClock.lfu ? COUNTER_MAX - accessClock.frequency(clock) : accessClock.idleMs(clock);
    if (!this.#pool.accepts(score)) return;
    const start = keyStart(arena, ref);
    this.#pool.add(score, database.id, arena.bytesOf(ref), start, start + keyLength(arena, ref));
  }

  /** A random key that may go, or NONE. */
  #sample(database: Database): number {
    const { random } = this.#commons;
    if (!this.#policy.volatile) return database.index.sample(random);
    const { expiry } = database.entries;
    return expiry.size === 0 ? NONE : expiry.refByNumber(random.below(expiry.size));
  }
}
