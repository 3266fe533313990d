/**
 * What a command works with: the client's database, time, randomness, and the server's services as
 * narrow interfaces. One object serves every command of a server; fields that belong to the client
 * being served are set before each request.
 */
import type { Random } from '../base/random.js';
import type { Arena } from '../engine/arena.js';
import type { Database } from '../engine/database.js';
import { typeOf } from '../engine/entry.js';
import type { Keyspace } from '../engine/keyspace.js';
import { DataTypes } from '../engine/types/data-types.js';
import { EncodingLimits } from '../engine/types/encoding-limits.js';
import type { Hashes } from '../engine/types/hash/hashes.js';
import type { Lists } from '../engine/types/list/lists.js';
import type { Sets } from '../engine/types/set/sets.js';
import type { Streams } from '../engine/types/stream/streams.js';
import type { Temporaries } from '../engine/types/temporaries.js';
import type { SortedSets } from '../engine/types/zset/sorted-sets.js';
import type { Argv } from './argv.js';
import { WRONG_TYPE } from './errors.js';
import { KEY_MISS, type KeyEvent } from './events.js';
import type { Client } from './services/client.js';
import type { Services } from './services/services.js';

export class Context {
  readonly arena: Arena;
  /** When collections change their encoding; CONFIG SET writes it. */
  readonly encodingLimits = new EncodingLimits();
  readonly lists: Lists;
  readonly hashes: Hashes;
  readonly sets: Sets;
  readonly sortedSets: SortedSets;
  readonly streams: Streams;
  /** Results that have no key yet. */
  readonly temporaries: Temporaries;
  /** Wall clock at the start of this batch of requests, whole milliseconds. */
  nowMs = 0;
  db: Database;
  /** The client served; for a script, the client that called it. */
  client: Client;
  /**
   * Changes to the data so far, ever: a command that raises it has written something, which is what
   * persistence, replication and `rdb_changes_since_last_save` count.
   */
  dirty = 0;

  constructor(
    readonly keyspace: Keyspace,
    readonly random: Random,
    readonly services: Services,
    client: Client,
  ) {
    this.arena = keyspace.arena;
    const types = new DataTypes(keyspace, this.encodingLimits);
    this.lists = types.lists;
    this.hashes = types.hashes;
    this.sets = types.sets;
    this.sortedSets = types.sortedSets;
    this.streams = types.streams;
    this.temporaries = types.temporaries;
    this.client = client;
    this.db = keyspace.databases[0];
  }

  /**
   * The live entry of the key in argument `index`, for reading: counts a hit or a miss and touches it.
   * @returns an entry, or 0 when there is none; valid until the next change to the database
   * @throws WRONG_TYPE when it holds something else than `type`
   */
  read(argv: Argv, index: number, type: number): number {
    const entry = this.readAny(argv, index);
    if (entry !== 0 && typeOf(this.arena, entry) !== type) throw WRONG_TYPE;
    return entry;
  }

  /** As `read`, for a command that will change the key: no hit or miss is counted. */
  write(argv: Argv, index: number, type: number): number {
    const entry = this.writeAny(argv, index);
    if (entry !== 0 && typeOf(this.arena, entry) !== type) throw WRONG_TYPE;
    return entry;
  }

  /** As `read`, hit or miss included, for a command that changes what it finds: those of consumer groups. */
  readToChange(argv: Argv, index: number, type: number): number {
    const entry = this.read(argv, index, type);
    if (entry !== 0) this.db.beforeChange(entry);
    return entry;
  }

  /** As `read`, of any type. */
  readAny(argv: Argv, index: number): number {
    const entry = this.db.lookup(argv.bytes, argv.starts[index], argv.ends[index]);
    if (entry === 0) this.notify(KEY_MISS, argv, index);
    return entry;
  }

  /** As `readAny`, for a command that asks about the key: the key doesn't count as used. */
  peek(argv: Argv, index: number): number {
    const entry = this.db.find(argv.bytes, argv.starts[index], argv.ends[index]);
    if (entry !== 0) {
      this.keyspace.stats.hits++;
    } else {
      this.keyspace.stats.misses++;
      this.notify(KEY_MISS, argv, index);
    }
    return entry;
  }

  /** As `write`, of any type. */
  writeAny(argv: Argv, index: number): number {
    return this.db.lookupWrite(argv.bytes, argv.starts[index], argv.ends[index]);
  }

  /** The key in argument `index` of the client's database changed: called once for each change, after it. */
  changed(event: KeyEvent, argv: Argv, index: number): void {
    this.dirty++;
    if (this.services.observers.mask === 0) return;
    this.#tell(event, this.db, argv.bytes, argv.starts[index], argv.ends[index]);
  }

  /** As `changed`, for what counts as so many changes: elements, say. Of none, observers are told all the same. */
  changedMany(changes: number, event: KeyEvent, argv: Argv, index: number): void {
    this.dirty += changes;
    if (this.services.observers.mask === 0) return;
    this.#tell(event, this.db, argv.bytes, argv.starts[index], argv.ends[index]);
  }

  /** As `changed`, where Redis notifies nobody. */
  changedQuietly(argv: Argv, index: number): void {
    this.dirty++;
    const { observers } = this.services;
    if (observers.mask === 0) return;
    observers.keyChanged(this.db, argv.bytes, argv.starts[index], argv.ends[index]);
  }

  /** As `changed`, for a key that isn't an argument, or in another database. */
  changedKey(event: KeyEvent, db: Database, bytes: Buffer, start: number, end: number): void {
    this.dirty++;
    if (this.services.observers.mask === 0) return;
    this.#tell(event, db, bytes, start, end);
  }

  /** The second key of one change, as RENAME has it: as `changedKey`, but the change was counted with the first. */
  alsoChanged(event: KeyEvent, db: Database, bytes: Buffer, start: number, end: number): void {
    if (this.services.observers.mask === 0) return;
    this.#tell(event, db, bytes, start, end);
  }

  /** A notification without a change of its own: a second event of the same command, say. */
  notify(event: KeyEvent, argv: Argv, index: number): void {
    if (this.services.observers.mask === 0) return;
    this.services.observers.notify(event, this.db, argv.bytes, argv.starts[index], argv.ends[index]);
  }

  notifyKey(event: KeyEvent, db: Database, bytes: Buffer, start: number, end: number): void {
    if (this.services.observers.mask === 0) return;
    this.services.observers.notify(event, db, bytes, start, end);
  }

  #tell(event: KeyEvent, db: Database, bytes: Buffer, start: number, end: number): void {
    const { observers } = this.services;
    observers.keyChanged(db, bytes, start, end);
    observers.notify(event, db, bytes, start, end);
  }
}
