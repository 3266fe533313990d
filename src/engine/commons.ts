/**
 * What all databases of one keyspace share: memory, time, chance, settings, counters.
 */
import { randomBytes } from 'node:crypto';
import type { Clock } from '../base/clock.js';
import { systemClock } from '../base/clock.js';
import { Random } from '../base/random.js';
import { AccessClock } from './access-clock.js';
import { Arena } from './arena.js';
import type { MemorySource } from './chunk-memory.js';
import { CollectionTable } from './collections.js';
import { OwnExpiries } from './own-expiries.js';
import { Reclaimer } from './reclaimer.js';
import type { Snapshot } from './snapshot.js';

/** Counters for INFO; CONFIG RESETSTAT sets them back. */
export interface KeyspaceStats {
  hits: number;
  misses: number;
  /** Keys that went because their time came. */
  expired: number;
  /** Keys that went because memory was short. */
  evicted: number;
}

/** Called for entries that go without a command asking for it, while they are still there. */
export interface KeyspaceListener {
  expired(databaseId: number, ref: number): void;
  evicted(databaseId: number, ref: number): void;
  /** A key that wasn't there is there now. Only while `announcesNew`. */
  created(databaseId: number, ref: number): void;
}

const NOBODY: KeyspaceListener = { expired() {}, evicted() {}, created() {} };

export interface KeyspaceOptions {
  /** 16 when absent. */
  readonly databaseCount?: number;
  readonly clock?: Clock;
  /** Of sampling; not of the hash. */
  readonly random?: Random;
  /** Two 32-bit halves; random when absent, as it has to be outside of tests. */
  readonly hashSeed?: readonly [number, number];
  /** The machine when absent. */
  readonly memory?: MemorySource;
}

export class KeyspaceCommons {
  readonly arena: Arena;
  readonly collections = new CollectionTable();
  readonly reclaimer = new Reclaimer();
  readonly ownExpiries: OwnExpiries;
  readonly clock: Clock;
  readonly random: Random;
  readonly accessClock: AccessClock;
  readonly stats: KeyspaceStats = { hits: 0, misses: 0, expired: 0, evicted: 0 };
  readonly hashSeed: readonly [number, number];
  /** The snapshot being taken: it has to see an entry before that changes. */
  snapshot: Snapshot | null = null;
  /** EPOCH_BIT or 0: what every entry's epoch is that no snapshot has yet to visit. */
  epoch = 0;
  listener: KeyspaceListener = NOBODY;
  /** Whether the listener is told of new keys. */
  announcesNew = false;

  /** While true, `lookup` leaves access clocks alone (CLIENT NO-TOUCH). */
  noTouch = false;
  /** While true, expired keys are hidden but stay (CLIENT PAUSE, loading). */
  expiryPaused = false;
  /** While true, expired keys are hidden and stay until a master says that they go. */
  expiryLeftToMaster = false;
  /** While expiry is left to a master: clients write here, too. What they write to goes when its time has come. */
  isWrittenBesideMaster = false;
  /** While true, no key counts as expired: what a master sends, or a file, is to find what was there. */
  expiryIgnored = false;

  #nowMs = 0;

  constructor(options: KeyspaceOptions) {
    this.arena = new Arena(options.memory);
    this.ownExpiries = new OwnExpiries(this.arena);
    this.clock = options.clock ?? systemClock;
    this.random = options.random ?? new Random(randomBytes(4).readUInt32LE());
    const seed = randomBytes(8);
    this.hashSeed = options.hashSeed ?? [seed.readInt32LE(0), seed.readInt32LE(4)];
    this.accessClock = new AccessClock(this.random);
    this.nowMs = this.clock.wallMs();
  }

  /**
   * The time that expiry goes by, ms since the epoch. The server sets it before each batch of commands, so that
   * a command, a transaction or a script sees one time all through.
   */
  get nowMs(): number {
    return this.#nowMs;
  }

  set nowMs(value: number) {
    if (value === this.#nowMs) return;
    this.#nowMs = value;
    this.accessClock.setTime(value);
  }

  /** Bytes of all data but for what is gone and kept for a snapshot only: to evict more wouldn't free that any sooner. */
  heldBytes(): number {
    const { arena, collections, snapshot } = this;
    return arena.usedBytes + collections.heapBytes - (snapshot === null ? 0 : snapshot.keptBytes);
  }

  /** Whether a key goes at once that is given a time which has come. Else it stays for who decides when it goes. */
  get dropsWhatIsPast(): boolean {
    return !this.expiryIgnored && !this.expiryLeftToMaster;
  }

  /** Whether keys whose time has come are only hidden. */
  get keepsExpired(): boolean {
    return this.expiryPaused || this.expiryLeftToMaster;
  }
}
