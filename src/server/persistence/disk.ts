/**
 * The files of persistence, as far as it knows them: a file is read from its beginning; a draft of it is written and
 * takes its place whole; or it grows at its end. Implemented over node:fs (node-disk.ts); tests have one that fills up.
 *
 * Paths are text of one byte a character. What the system refuses is thrown, or given to `done`, as its Error.
 */
export interface Disk {
  /**
   * @param path where it is to be once it is complete @param draftPath where it is until then
   * @param syncsOnTheWay what is written in the background is brought to the disk every few megabytes
   */
  draft(path: string, draftPath: string, syncsOnTheWay?: boolean): Draft;
  /** @returns null when there is no such file */
  open(path: string): SourceFile | null;
  /** Opens a file that grows, and creates it if need be. @param isNew what is in it goes */
  append(path: string, isNew: boolean): AppendedFile;
  makeDirectory(path: string): void;
  /** @returns false when there is no such file */
  has(path: string): boolean;
  /** On the disk, the new name too, when it returns. */
  rename(from: string, to: string): void;
  /** A file that isn't there is no error. */
  remove(path: string): void;
}

/** A file that is being written. Pieces are written one at a time: the next one when the last is done. */
export interface Draft {
  /** Keeps the piece until it is done. */
  write(piece: Buffer, done: (error: Error | null) => void): void;
  /** Brings all of it to the disk, then puts it in its place. */
  complete(done: (error: Error | null) => void): void;
  /** The same, holding the thread up. */
  writeNow(piece: Buffer): void;
  completeNow(): void;
  /** Leaves nothing behind. Not while a piece is being written; afterwards nothing else may be called. */
  discard(): void;
}

export interface SourceFile {
  readonly sizeBytes: number;
  /** Reads what comes next into `bytes` from `at` on. @returns how much; 0 at the end */
  read(bytes: Buffer, at: number): number;
  close(): void;
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
