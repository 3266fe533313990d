/** Files over node:fs. */
import {
  close,
  closeSync,
  existsSync,
  fdatasync,
  fdatasyncSync,
  fstatSync,
  fsync,
  fsyncSync,
  ftruncateSync,
  mkdirSync,
  open,
  openSync,
  readSync,
  rename,
  renameSync,
  rmSync,
  write,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';
import type { AppendedFile, Disk, Draft, SourceFile } from './disk.js';

const FILE_MODE = 0o644;
const DIRECTORY_MODE = 0o755;

const pathOf = (path: string): Buffer => Buffer.from(path, 'latin1');

export const nodeDisk: Disk = {
  draft: (path, draftPath, syncsOnTheWay = false) => new NodeDraft(path, draftPath, syncsOnTheWay),

  open(path) {
    try {
      return new NodeSource(openSync(pathOf(path), 'r'));
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
      throw error;
    }
  },

  append(path, isNew) {
    const file = new NodeAppendedFile(openSync(pathOf(path), 'a', FILE_MODE));
    if (isNew) file.truncate(0);
    return file;
  },

  makeDirectory(path) {
    mkdirSync(pathOf(path), { recursive: true, mode: DIRECTORY_MODE });
  },

  has: (path) => existsSync(pathOf(path)),

  rename(from, to) {
    renameSync(pathOf(from), pathOf(to));
    syncDirectory(to);
  },

  remove(path) {
    rmSync(pathOf(path), { force: true });
  },
};

/** So much may wait in the system's memory: the last sync of a file that waits there whole holds up other files', too. */
const UNSYNCED_BYTES_MAX = 4 * 1024 * 1024;

class NodeDraft implements Draft {
  readonly #path: string;
  readonly #draftPath: string;
  readonly #syncsOnTheWay: boolean;
  readonly #fd: number;
  #unsyncedBytes = 0;

  constructor(path: string, draftPath: string, syncsOnTheWay: boolean) {
    this.#path = path;
    this.#draftPath = draftPath;
    this.#syncsOnTheWay = syncsOnTheWay;
    this.#fd = openSync(pathOf(draftPath), 'w', FILE_MODE);
  }

  write(piece: Buffer, done: (error: Error | null) => void): void {
    const next = (error: Error | null, from: number): void => {
      if (error !== null) done(error);
      else if (from === piece.length) this.#written(from, done);
      else
        write(this.#fd, piece, from, piece.length - from, null, (failure, count) =>
          next(failure, from + count),
        );
    };
    next(null, 0);
  }

  #written(bytes: number, done: (error: Error | null) => void): void {
    this.#unsyncedBytes += bytes;
    if (this.#syncsOnTheWay && this.#unsyncedBytes >= UNSYNCED_BYTES_MAX) {
      this.#unsyncedBytes = 0;
      fdatasync(this.#fd, done);
    } else {
      done(null);
    }
  }

  complete(done: (error: Error | null) => void): void {
    fsync(this.#fd, (syncError) => {
      if (syncError !== null) return done(syncError);
      close(this.#fd, (closeError) => {
        if (closeError) return done(closeError);
        rename(pathOf(this.#draftPath), pathOf(this.#path), (renameError) => {
          if (renameError === null) syncDirectoryLater(this.#path, done);
          else done(renameError);
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

/** The same while the thread does other things. */
function syncDirectoryLater(path: string, done: (error: Error | null) => void): void {
  if (process.platform === 'win32') {
    done(null);
    return;
  }
  open(pathOf(dirname(path)), 'r', (openError, fd) => {
    if (openError !== null) done(openError);
    else fsync(fd, (syncError) => close(fd, (closeError) => done(syncError ?? closeError ?? null)));
  });
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

class NodeAppendedFile implements AppendedFile {
  readonly #fd: number;
  #syncs = 0;
  #isClosing = false;

  constructor(fd: number) {
    this.#fd = fd;
  }

  get sizeBytes(): number {
    return fstatSync(this.#fd).size;
  }

  write(bytes: Buffer, start: number, end: number): number {
    return writeSync(this.#fd, bytes, start, end - start);
  }

  sync(): void {
    fdatasyncSync(this.#fd);
  }

  syncLater(done: (error: Error | null) => void): void {
    this.#syncs++;
    fdatasync(this.#fd, (error) => {
      if (--this.#syncs === 0 && this.#isClosing) closeSync(this.#fd);
      done(error);
    });
  }

  truncate(sizeBytes: number): void {
    ftruncateSync(this.#fd, sizeBytes);
  }

  close(): void {
    this.#isClosing = true;
    if (this.#syncs === 0) closeSync(this.#fd);
  }
}
