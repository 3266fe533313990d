/**
 * Takes snapshots of the whole keyspace as RDB, one at a time, between commands: for a file, for the base of an
 * append-only file, for a replica. Whoever wants one is its consumer and gets the bytes piece by piece.
 *
 * The walk goes on in ticks, each within a budget; a consumer that lags behind holds it up. What clients change
 * meanwhile is put in before it changes (engine/snapshot.ts), whether the consumer lags or not: that is the memory that a
 * snapshot takes.
 */

import { assert } from '../../base/assert.js';
import type { Clock } from '../../base/clock.js';
import { REDIS_VERSION } from '../../base/version.js';
import type { Keyspace } from '../../engine/keyspace.js';
import type { Moment } from '../../engine/moment.js';
import { type LargeEntry, Snapshot, type SnapshotVisitor } from '../../engine/snapshot.js';
import { type Collections, DataTypes } from '../../engine/types/data-types.js';
import type { EncodingLimits } from '../../engine/types/encoding-limits.js';
import type { Frozen } from '../../engine/types/frozen.js';
import { AofBaseWriter } from '../../persistence/aof/base-writer.js';
import { type FileWriterOptions, RdbFileWriter } from '../../persistence/rdb/file-writer.js';
import type { FunctionLibraries } from '../../persistence/rdb/functions.js';
import type { Config } from '../config/config.js';
import { Pace } from './pace.js';

export interface SnapshotConsumer {
  /** The moment that the snapshot shows is now; it may have been asked for before. @throws Error when it can't take it */
  begun?(): void;
  /** A piece, whose bytes are overwritten when this has returned. */
  write(piece: Buffer): void;
  /** True: no more for now. When that ends it calls for a tick. */
  readonly isCongested: boolean;
  /** That was all. */
  completed(): void;
  /** It came to nothing. */
  failed(error: Error): void;
}

/** As RDB, or as the commands that make the data, which have no room for auxiliary fields. */
export type SnapshotFormat = 'rdb' | 'commands';

/** What of the server a snapshot has: all, its functions, or none of it, so that only who it is is told. */
export type SnapshotFilter = 'all' | 'functions' | 'nothing';

type SnapshotWriter = Pick<RdbFileWriter, 'database' | 'entry' | 'end'> &
  Partial<Pick<RdbFileWriter, 'begin'>>;

export type AuxField = readonly [name: string, value: string | number];

export interface SnapshotsHost {
  readonly clock: Clock;
  readonly keyspace: Keyspace;
  readonly config: Config;
  readonly context: { readonly encodingLimits: EncodingLimits };
  /** Null while nothing runs functions. */
  readonly functions: FunctionLibraries | null;
  hasten(delayMs: number): void;
  /** Holds the thread up. */
  sleep(ms: number): void;
}

/** FLUSHALL took the data away, or somebody called the snapshot off. */
export class SnapshotCancelled extends Error {
  constructor() {
    super('the snapshot was called off');
  }
}

interface Request {
  readonly consumer: SnapshotConsumer;
  readonly aux: readonly AuxField[];
  readonly format: SnapshotFormat;
}

export class Snapshots {
  readonly #host: SnapshotsHost;
  readonly #pace: Pace;
  /** Objects of its own: commands may be in the middle of a walk when an entry is shown to the snapshot. */
  #collections: Collections | null = null;
  /** Of the collection that is being shown in pieces, while others are shown in between. */
  #largeCollections: Collections | null = null;
  #snapshot: Snapshot | null = null;
  #writer: SnapshotWriter | null = null;
  #consumer: SnapshotConsumer | null = null;
  /** It begins when the walk of one that was called off is over. */
  #next: Request | null = null;

  constructor(host: SnapshotsHost) {
    this.#host = host;
    this.#pace = new Pace(host.clock);
  }

  /** One is being taken, or is to begin. */
  get isBusy(): boolean {
    return this.#consumer !== null || this.#next !== null;
  }

  get keyCount(): number {
    return this.#consumer === null ? 0 : (this.#snapshot?.keyCount ?? 0);
  }

  get visitedCount(): number {
    return this.#consumer === null ? 0 : (this.#snapshot?.visitedCount ?? 0);
  }

  /**
   * Begins a snapshot of the data as they are now; a moment later, when one was just called off. None may be under way.
   * @param aux fields beside those that every file has
   */
  begin(consumer: SnapshotConsumer, aux: readonly AuxField[], format: SnapshotFormat = 'rdb'): void {
    assert(!this.isBusy, 'one snapshot at a time');
    const request = { consumer, aux, format };
    if (this.#snapshot === null) this.#start(request);
    else this.#next = request;
    this.#host.hasten(0);
  }

  /** The consumer is told that it failed. */
  cancel(): void {
    this.#fail(new SnapshotCancelled());
  }

  /** All at once, holding the thread up: for SAVE. @param emit is given each piece, whose bytes are overwritten when it has returned */
  takeNow(emit: (piece: Buffer) => void, aux: readonly AuxField[], format: SnapshotFormat = 'rdb'): void {
    const writer = this.#makeWriter(emit, aux, format);
    const delayUs = this.#host.config.get('rdb-key-save-delay');
    for (const { id, entries, size, expiring } of this.#host.keyspace.databases) {
      if (size === 0) continue;
      writer.database(id, size, expiring);
      entries.index.forEach((ref) => {
        writer.entry(id, ref, entries.expireAt(ref));
        if (delayUs > 0) this.#host.sleep(delayUs / 1000);
      });
    }
    writer.end();
  }

  /** One that has no keys in it takes no time. */
  takeWithoutData(emit: (piece: Buffer) => void, aux: readonly AuxField[], filter: SnapshotFilter): void {
    const functions = filter === 'functions' ? this.#host.functions : null;
    this.#makeWriter(emit, aux, 'rdb', functions).end();
  }

  /** @returns ms until there is more to do: 0 = now, Infinity = when something happens */
  tick(budgetUs: number): number {
    const { clock, config } = this.#host;
    const deadlineUs = clock.monotonicUs() + budgetUs;
    const delayUs = config.get('rdb-key-save-delay');
    while (this.#snapshot !== null) {
      if (this.#consumer?.isCongested) return Number.POSITIVE_INFINITY;
      const waitMs = delayUs === 0 ? 0 : this.#pace.waitMs(delayUs, this.#snapshot.visitedCount);
      if (waitMs > 0 && this.#consumer !== null) return waitMs;
      if (this.#step(this.#snapshot)) break;
      if (clock.monotonicUs() >= deadlineUs) return 0;
    }
    if (this.#next !== null) {
      this.#start(this.#next);
      return 0;
    }
    return Number.POSITIVE_INFINITY;
  }

  /** @returns true when it is over */
  #step(snapshot: Snapshot): boolean {
    if (!snapshot.step()) return false;
    this.#snapshot = null;
    if (this.#consumer === null) return true;
    if (snapshot.isAbandoned) {
      this.#fail(new SnapshotCancelled());
      return true;
    }
    const consumer = this.#consumer;
    const writer = this.#writer;
    this.#consumer = null;
    this.#writer = null;
    writer?.end();
    consumer.completed();
    return true;
  }

  #start({ consumer, aux, format }: Request): void {
    const { keyspace } = this.#host;
    this.#next = null;
    try {
      consumer.begun?.();
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      consumer.failed(error);
      return;
    }
    this.#consumer = consumer;
    const writer = this.#makeWriter((piece) => consumer.write(piece), aux, format);
    this.#writer = writer;
    this.#pace.restart();
    this.#snapshot = new Snapshot(keyspace, keyspace.databases, this.#visitor(writer));
  }

  /** A value that can't be written fails the snapshot, not the command that is about to change it. */
  #visitor(writer: SnapshotWriter): SnapshotVisitor {
    return {
      database: (id, size, expiring) => writer.database(id, size, expiring),
      // Of millions of small entries: no closure for each.
      entry: (databaseId, ref, atMs) => {
        try {
          writer.entry(databaseId, ref, atMs);
        } catch (error) {
          this.#fail(error);
        }
      },
      begin: (databaseId, ref, atMs, frozen) => {
        const entry = this.#guard(() => this.#begin(writer, databaseId, ref, atMs, frozen)) ?? null;
        return entry && { proceed: () => this.#guard(() => entry.proceed()) ?? true };
      },
    };
  }

  #begin(
    writer: SnapshotWriter,
    databaseId: number,
    ref: number,
    atMs: Moment,
    frozen: Frozen | null,
  ): LargeEntry | null {
    const { keyspace, context } = this.#host;
    this.#largeCollections ??= new DataTypes(keyspace, context.encodingLimits);
    return writer.begin?.(databaseId, ref, atMs, frozen, this.#largeCollections) ?? null;
  }

  /** @returns undefined when it failed, and the snapshot with it */
  #guard<T>(act: () => T): T | undefined {
    try {
      return act();
    } catch (error) {
      this.#fail(error);
      return undefined;
    }
  }

  #fail(error: unknown): void {
    if (!(error instanceof Error)) throw error;
    const consumer = this.#consumer ?? this.#next?.consumer ?? null;
    this.#consumer = null;
    this.#writer = null;
    this.#next = null;
    this.#snapshot?.cancel();
    consumer?.failed(error);
  }

  #makeWriter(
    emit: (piece: Buffer) => void,
    aux: readonly AuxField[],
    format: SnapshotFormat,
    functions: FunctionLibraries | null = this.#host.functions,
  ): SnapshotWriter {
    const { keyspace, clock, context } = this.#host;
    this.#collections ??= new DataTypes(keyspace, context.encodingLimits);
    if (format === 'commands') {
      const commands = new AofBaseWriter(this.#collections, emit);
      for (const source of functions?.sources() ?? []) commands.functionLibrary(source);
      return commands;
    }
    const writer = new RdbFileWriter(this.#collections, this.#options(), emit);
    writer.header();
    writer.aux('redis-ver', REDIS_VERSION);
    writer.aux('redis-bits', 64);
    writer.aux('ctime', Math.floor(clock.wallMs() / 1000));
    writer.aux('used-mem', keyspace.usedBytes());
    for (const [name, value] of aux) writer.aux(name, value);
    for (const source of functions?.sources() ?? []) writer.functionLibrary(source);
    return writer;
  }

  #options(): FileWriterOptions {
    const { config, keyspace } = this.#host;
    const policy = config.get('maxmemory-policy');
    return {
      compresses: config.get('rdbcompression'),
      checksums: config.get('rdbchecksum'),
      use: policy.endsWith('-lru') ? 'idle' : policy.endsWith('-lfu') ? 'frequency' : 'none',
      accessClock: keyspace.accessClock,
    };
  }
}
