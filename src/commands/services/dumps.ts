/** Values as bytes of their own: what DUMP and RESTORE ask for. Implemented by persistence. */
import type { Database } from '../../engine/database.js';
import type { Collections } from '../../engine/types/data-types.js';

export interface Dumps {
  dump(collections: Collections, entry: number): Buffer;
  /** Whether version and checksum of a dump are right. @param skipsChecksum the version alone is looked at */
  isIntact(bytes: Buffer, start: number, end: number, skipsChecksum?: boolean): boolean;
  /**
   * The value of an intact dump: a string's bytes, or how the collection is created at a key that doesn't exist.
   * @returns null when the bytes make no sense; nothing has changed in any case
   */
  load(
    bytes: Buffer,
    start: number,
    end: number,
  ):
    | Buffer
    | ((collections: Collections, db: Database, key: Buffer, keyFrom: number, keyTo: number) => number)
    | null;
}
