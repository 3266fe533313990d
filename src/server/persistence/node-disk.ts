/** Files over node:fs. */
import {
  close,
  closeSync,
  fstatSync,
  fsync,
  fsyncSync,
  openSync,
  readSync,
  rename,
  renameSync,
  rmSync,
  write,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';
import type { Disk, Draft, SourceFile } from './disk.js';

const FILE_MODE = 0o644;

const pathOf = (path: string): Buffer => Buffer.from(path, 'latin1');

export const nodeDisk: Disk = {
  draft: (path, draftPath) => new NodeDraft(path, draftPath),

  open(path) {
    try {
      return new NodeSource(openSync(pathOf(path), 'r'));
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
      throw error;
    }
  },
};

class NodeDraft implements Draft {
  readonly #path: string;
  readonly #draftPath: string;
  readonly #fd: number;

  constructor(path: string, draftPath: string) {
    this.#path = path;
    this.#draftPath = draftPath;
    this.#fd = openSync(pathOf(draftPath), 'w', FILE_MODE);
  }

  write(piece: Buffer, done: (error: Error | null) => void): void {
    const next = (error: Error | null, from: number): void => {
      if (error !== null || from === piece.length) done(error);
      else
        write(this.#fd, piece, from, piece.length - from, null, (failure, count) =>
          next(failure, from + count),
        );
    };
    next(null, 0);
  }

  complete(done: (error: Error | null) => void): void {
    fsync(this.#fd, (syncError) => {
      if (syncError !== null) return done(syncError);
      close(this.#fd, (closeError) => {
        if (closeError) return done(closeError);
        rename(pathOf(this.#draftPath), pathOf(this.#path), (renameError) => {
          if (renameError === null) syncDirectory(this.#path);
          done(renameError);
        });
      });
    });
  }

  writeNow(piece: Buffer): void {
    for (let from = 0; from < piece.length; ) from += writeSync(this.#fd, piece, from);
  }

  completeNow(): void {
    fsyncSync(this.#fd);
    closeSync(this.#fd);
    renameSync(pathOf(this.#draftPath), pathOf(this.#path));
    syncDirectory(this.#path);
  }

  discard(): void {
    try {
      closeSync(this.#fd);
    } catch (error) {
      // It may have been closed on the way to its place.
      if (!(error instanceof Error && 'code' in error && error.code === 'EBADF')) throw error;
    }
    rmSync(pathOf(this.#draftPath), { force: true });
  }
}

/** That the new name is on the disk, too. Where directories can't be opened, the system sees to it. */
function syncDirectory(path: string): void {
  if (process.platform === 'win32') return;
  const fd = openSync(pathOf(dirname(path)), 'r');
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}

class NodeSource implements SourceFile {
  readonly sizeBytes: number;
  readonly #fd: number;

  constructor(fd: number) {
    this.#fd = fd;
    this.sizeBytes = fstatSync(fd).size;
  }

  read(bytes: Buffer, at: number): number {
    return readSync(this.#fd, bytes, at, bytes.length - at, null);
  }

  close(): void {
    closeSync(this.#fd);
  }
}
