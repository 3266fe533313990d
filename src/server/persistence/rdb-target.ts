/** Where a file's keys go when it is loaded: into the keyspace, as if they had been there all the time. */
import { encodingFor } from '../../commands/string/store.js';
import type { Database } from '../../engine/database.js';
import { setClock } from '../../engine/entry.js';
import type { Keyspace } from '../../engine/keyspace.js';
import type { Moment } from '../../engine/moment.js';
import { type Collections, DataTypes } from '../../engine/types/data-types.js';
import type { EncodingLimits } from '../../engine/types/encoding-limits.js';
import type { KeyUse, RdbTarget } from '../../persistence/rdb/file-loader.js';
import type { FunctionLibraries } from '../../persistence/rdb/functions.js';
import type { LoadedValue } from '../../persistence/rdb/load-value.js';
import { BadFormat } from '../../persistence/rdb/reader.js';
import { ReplyError } from '../../protocol/reply-error.js';
import type { Config } from '../config/config.js';

export interface LoadOptions {
  /** Keys whose time has come are taken, too: a replica waits for its master to remove them. */
  readonly keepsExpired?: boolean;
  /** A key that is there gives way: DEBUG RELOAD MERGE. */
  readonly replaces?: boolean;
  /** Where keys go, when it isn't the keyspace's own databases. */
  readonly databases?: readonly Database[];
  /** Called after each key that was taken. */
  readonly afterKey?: (() => void) | undefined;
}

/** What loading needs of its server. */
export interface LoadingHost {
  readonly config: Config;
  readonly keyspace: Keyspace;
  readonly context: { readonly encodingLimits: EncodingLimits };
  readonly functions: FunctionLibraries | null;
  sleep(ms: number): void;
}

/** The server's own data. */
export function targetOf(host: LoadingHost, options: LoadOptions): KeyspaceTarget {
  const { keyspace, context, functions } = host;
  return new KeyspaceTarget(keyspace, context.encodingLimits, functions, {
    ...options,
    afterKey: keyDelay(host),
  });
}

/** `key-load-delay`: what there is to do after each key, if anything. Below 0 it is too short for any clock. */
export function keyDelay(host: Pick<LoadingHost, 'config' | 'sleep'>): (() => void) | undefined {
  const delayUs = host.config.get('key-load-delay');
  return delayUs > 0 ? () => host.sleep(delayUs / 1000) : undefined;
}

/** A key that was not taken because its time had come. */
export interface ExpiredKey {
  readonly databaseId: number;
  readonly key: Buffer;
}

/** More of them are not remembered. */
const EXPIRED_KEYS_MAX = 10_000;
/** So many are told of by name, as in Redis. */
const EMPTY_KEYS_MAX = 10;

export class KeyspaceTarget implements RdbTarget {
  loadedCount = 0;
  expiredCount = 0;
  /** The first ones: all, as long as `expiredCount` says no more. Whoever follows has them still. */
  readonly expiredKeys: ExpiredKey[] = [];
  emptyCount = 0;
  /** The names of the first ones. */
  readonly emptyKeys: Buffer[] = [];
  readonly auxFields = new Map<string, string>();

  readonly #keyspace: Keyspace;
  readonly #collections: Collections;
  readonly #functions: FunctionLibraries | null;
  readonly #options: LoadOptions;

  constructor(
    keyspace: Keyspace,
    limits: EncodingLimits,
    functions: FunctionLibraries | null,
    options: LoadOptions,
  ) {
    this.#keyspace = keyspace;
    this.#functions = functions;
    this.#options = options;
    this.#collections = new DataTypes(keyspace, limits);
  }

  database(id: number): Database | undefined {
    return (this.#options.databases ?? this.#keyspace.databases)[id];
  }

  add(db: Database, key: Buffer, value: LoadedValue, atMs: Moment, use: KeyUse): void {
    if (atMs >= 0 && atMs < this.#keyspace.nowMs && !this.#options.keepsExpired) {
      this.expiredCount++;
      if (this.expiredKeys.length < EXPIRED_KEYS_MAX) {
        this.expiredKeys.push({ databaseId: db.id, key: Buffer.from(key) });
      }
      return;
    }
    this.#makeWay(db, key);
    const entry = this.#addQuietly(db, key, value);
    if (atMs >= 0) db.entries.setExpire(entry, atMs);
    this.#setUse(entry, use);
    this.loadedCount++;
    this.#options.afterKey?.();
  }

  empty(key: Buffer): void {
    this.emptyCount++;
    if (this.emptyKeys.length < EMPTY_KEYS_MAX) this.emptyKeys.push(Buffer.from(key));
  }

  /** What is loaded is announced to nobody as new: it was there before. @returns the entry */
  #addQuietly(db: Database, key: Buffer, value: LoadedValue): number {
    const keyspace = this.#keyspace;
    const { announcesNew } = keyspace;
    keyspace.announcesNew = false;
    try {
      return Buffer.isBuffer(value)
        ? db.addString(key, 0, key.length, value, 0, value.length, encodingFor(value, 0, value.length))
        : value(this.#collections, db, key, 0, key.length);
    } finally {
      keyspace.announcesNew = announcesNew;
    }
  }

  aux(name: string, value: string): void {
    this.auxFields.set(name, value);
  }

  functionLibrary(source: Buffer): void {
    if (this.#functions === null)
      throw new BadFormat('a library of functions, and nothing here runs functions');
    try {
      this.#functions.load(source, this.#options.replaces === true);
    } catch (error) {
      if (error instanceof ReplyError) throw new BadFormat(`a library of functions: ${error.message}`);
      throw error;
    }
  }

  /** Leaves the database's last search at this key, which isn't there. */
  #makeWay(db: Database, key: Buffer): void {
    const found = db.index.find(key, 0, key.length);
    if (found === 0) return;
    if (!this.#options.replaces) throw new BadFormat(`the key '${key.toString('latin1')}' is there already`);
    db.removeEntry(found);
    db.index.find(key, 0, key.length);
  }

  #setUse(entry: number, { idleSeconds, frequency }: KeyUse): void {
    const { accessClock, arena } = this.#keyspace;
    if (accessClock.lfu && frequency >= 0) setClock(arena, entry, accessClock.withFrequency(frequency));
    else if (!accessClock.lfu && idleSeconds >= 0) {
      setClock(arena, entry, accessClock.idleSince(idleSeconds * 1000));
    }
  }
}
