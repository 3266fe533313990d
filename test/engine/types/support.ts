/** What the tests of data types share: a keyspace without chance or time, keys and spans from strings. */
import { ManualClock } from '../../../src/base/clock.js';
import { Random } from '../../../src/base/random.js';
import { type MemorySource, newMemory } from '../../../src/engine/chunk-memory.js';
import type { Database } from '../../../src/engine/database.js';
import { Keyspace } from '../../../src/engine/keyspace.js';
import type { ValueView } from '../../../src/engine/packed/value-view.js';

export function testKeyspace(memory: MemorySource = newMemory): Keyspace {
  return new Keyspace({ clock: new ManualClock(), random: new Random(1), hashSeed: [1, 2], memory });
}

export function bytesOf(text: string): Buffer {
  return Buffer.from(text, 'latin1');
}

/** Removes a key; what is left to be freed later is freed now. */
export function removeKey(keyspace: Keyspace, database: Database, key: string): void {
  const bytes = bytesOf(key);
  database.remove(bytes, 0, bytes.length);
  while (keyspace.reclaimer.step());
}

export function textOf(view: ValueView | null): string | null {
  return view === null ? null : view.toString();
}
