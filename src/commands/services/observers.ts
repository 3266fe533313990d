/**
 * Those who want to know of changes to keys: WATCH, client-side caching, keyspace notifications and
 * blocked clients. Implemented by the server.
 */
import type { Database } from '../../engine/database.js';
import type { KeyEvent } from '../events.js';

export interface Observers {
  /** 0 while nobody observes anything: then the other methods need not be called. */
  readonly mask: number;
  /** The value of a key changed, or the key came, went or moved. */
  keyChanged(db: Database, keyBytes: Buffer, start: number, end: number): void;
  /**
   * All keys of a database are about to go (`other` is null), or to change places with those of `other`.
   * Called before it happens.
   */
  databaseReplacing(db: Database, other: Database | null): void;
  /** Keyspace notifications only. */
  notify(event: KeyEvent, db: Database, keyBytes: Buffer, start: number, end: number): void;
}
