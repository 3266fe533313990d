/** Tells observers of new keys, and of keys that go without a command asking for it, by expiry or eviction. */
import { EVICTED, EXPIRED, type KeyEvent, NEW } from '../../commands/events.js';
import { keyLength, keyStart } from '../../engine/entry.js';
import type { Keyspace, KeyspaceListener } from '../../engine/keyspace.js';
import type { Propagation } from '../propagation/propagation.js';
import type { ObserverRegistry } from './observer-registry.js';

export function keyListener(
  keyspace: Keyspace,
  observers: ObserverRegistry,
  propagation: Propagation,
): KeyspaceListener {
  const tell = (event: KeyEvent, databaseId: number, entry: number): void => {
    if (observers.mask === 0) return;
    const { arena } = keyspace;
    const db = keyspace.databases[databaseId];
    const start = keyStart(arena, entry);
    // A copy: observers may write, and the entry is about to go.
    const key = Buffer.from(arena.bytesOf(entry).subarray(start, start + keyLength(arena, entry)));
    observers.keyWent(db, key, 0, key.length);
    observers.notify(event, db, key, 0, key.length);
  };
  return {
    expired: (databaseId, entry) => {
      propagation.expired(databaseId, entry);
      tell(EXPIRED, databaseId, entry);
    },
    evicted: (databaseId, entry) => {
      propagation.evicted(databaseId, entry);
      tell(EVICTED, databaseId, entry);
    },
    created: (databaseId, entry) => {
      const { arena } = keyspace;
      const start = keyStart(arena, entry);
      const end = start + keyLength(arena, entry);
      observers.notify(NEW, keyspace.databases[databaseId], arena.bytesOf(entry), start, end);
    },
  };
}
