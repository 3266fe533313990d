/**
 * The files of an append-only file, as far as it knows them: one grows at its end, small ones are replaced whole, all
 * of them stand in one directory. Implemented over node:fs (node-aof-disk.ts); tests have one that fails when told to.
 *
 * Paths are text of one byte a character. What the system refuses is thrown, or given to `done`, as its Error.
 */
import type { Disk } from './disk.js';

export interface AofDisk extends Disk {
  /** Opens a file for appending, and creates it if need be. @param isNew what is in it goes */
  append(path: string, isNew: boolean): AppendedFile;
  makeDirectory(path: string): void;
  /** @returns false when there is no such file */
  has(path: string): boolean;
  /** On the disk, the new name too, when it returns. */
  rename(from: string, to: string): void;
  /** A file that isn't there is no error. */
  remove(path: string): void;
}

export interface AppendedFile {
  readonly sizeBytes: number;
  /** @returns how much was written, which may be less */
  write(bytes: Buffer, start: number, end: number): number;
  /** Brings what was written to the disk, holding the thread up. */
  sync(): void;
  /** The same while the thread does other things. */
  syncLater(done: (error: Error | null) => void): void;
  truncate(sizeBytes: number): void;
  /** Syncs under way come to their end first. */
  close(): void;
}
