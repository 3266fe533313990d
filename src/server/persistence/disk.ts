/**
 * The files of persistence, as far as it knows them: a file is read from its beginning, or a draft of it is written
 * and takes its place whole. Implemented over node:fs (node-disk.ts); tests have one that fills up.
 *
 * Paths are text of one byte a character. What the system refuses is thrown, or given to `done`, as its Error.
 */
export interface Disk {
  /** @param path where it is to be once it is complete @param draftPath where it is until then */
  draft(path: string, draftPath: string): Draft;
  /** @returns null when there is no such file */
  open(path: string): SourceFile | null;
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
