/** The files of an append-only file over node:fs. */
import {
  closeSync,
  existsSync,
  fdatasync,
  fdatasyncSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';
import type { AofDisk, AppendedFile } from './aof-disk.js';
import { nodeDisk } from './node-disk.js';

const FILE_MODE = 0o644;
const DIRECTORY_MODE = 0o755;

const pathOf = (path: string): Buffer => Buffer.from(path, 'latin1');

export const nodeAofDisk: AofDisk = {
  ...nodeDisk,

  append: (path, isNew) => new NodeAppendedFile(openSync(pathOf(path), isNew ? 'w' : 'a', FILE_MODE)),

  makeDirectory(path) {
    mkdirSync(pathOf(path), { recursive: true, mode: DIRECTORY_MODE });
  },

  has: (path) => existsSync(pathOf(path)),

  rename(from, to) {
    renameSync(pathOf(from), pathOf(to));
    syncDirectory(dirname(to));
  },

  remove(path) {
    rmSync(pathOf(path), { force: true });
  },
};

/** Names, too, have to reach the disk. Where directories can't be opened, the system sees to it. */
function syncDirectory(path: string): void {
  if (process.platform === 'win32') return;
  const fd = openSync(pathOf(path), 'r');
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
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
