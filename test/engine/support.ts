/** What the engine's tests share: strings in and out of a database, and a large collection that only counts. */
import type { Collection } from '../../src/engine/collections.js';
import type { Database } from '../../src/engine/database.js';
import { ENCODING_RAW, keyLength, keyStart, valueLength, valueStart } from '../../src/engine/entry.js';
import type { Keyspace } from '../../src/engine/keyspace.js';

export function set(database: Database, key: string, value: string | Buffer, keepTtl = false): number {
  const k = Buffer.from(key);
  const v = Buffer.from(value);
  return database.setString(k, 0, k.length, v, 0, v.length, ENCODING_RAW, keepTtl);
}

export function find(database: Database, key: string): number {
  const bytes = Buffer.from(key);
  return database.find(bytes, 0, bytes.length);
}

export function remove(database: Database, key: string): boolean {
  const bytes = Buffer.from(key);
  return database.remove(bytes, 0, bytes.length);
}

export function create(
  database: Database,
  key: string,
  type: number,
  encoding: number,
  root: number,
): number {
  const bytes = Buffer.from(key);
  return database.create(bytes, 0, bytes.length, type, encoding, root);
}

export function keyOf(keyspace: Keyspace, ref: number): string {
  const start = keyStart(keyspace.arena, ref);
  return keyspace.arena.bytesOf(ref).toString('latin1', start, start + keyLength(keyspace.arena, ref));
}

export function stringOf(keyspace: Keyspace, ref: number): string {
  const start = valueStart(keyspace.arena, ref);
  return keyspace.arena.bytesOf(ref).toString('latin1', start, start + valueLength(keyspace.arena, ref));
}

/** The string at a key, or null. */
export function get(keyspace: Keyspace, database: Database, key: string): string | null {
  const ref = find(database, key);
  return ref === 0 ? null : stringOf(keyspace, ref);
}

export function keysOf(keyspace: Keyspace, database: Database): string[] {
  const keys: string[] = [];
  database.forEach((ref) => {
    keys.push(keyOf(keyspace, ref));
  });
  return keys.sort();
}

/** A collection of blocks without contents. */
export class Pebbles implements Collection {
  readonly heapBytes = 500;
  readonly #keyspace: Keyspace;
  readonly #refs: number[] = [];
  /** The most elements that one step freed. */
  longestStep = 0;

  constructor(keyspace: Keyspace, count: number) {
    this.#keyspace = keyspace;
    for (let index = 0; index < count; index++) this.#refs.push(keyspace.arena.allocate(40));
  }

  get count(): number {
    return this.#refs.length;
  }

  memoryBytes(): number {
    return this.heapBytes + this.#refs.length * 40;
  }

  freeStep(elementCount: number): boolean {
    const before = this.#refs.length;
    while (this.#refs.length > 0 && before - this.#refs.length < elementCount) {
      this.#keyspace.arena.free(this.#refs.pop() as number);
    }
    this.longestStep = Math.max(this.longestStep, before - this.#refs.length);
    return this.#refs.length === 0;
  }

  copy(): Collection {
    return new Pebbles(this.#keyspace, this.count);
  }
}
