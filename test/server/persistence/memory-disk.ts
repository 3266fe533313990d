/** Files in memory, for tests: whole ones by path, and a disk that can be full or slow. */
import { dirname } from 'node:path';
import type { AppendedFile, Disk, Draft, SourceFile } from '../../../src/server/persistence/disk.js';

/** As the system says it. */
export const NO_SPACE = Object.assign(new Error('ENOSPC: no space left on device, write'), {
  code: 'ENOSPC',
  errno: -28,
});

export class MemoryDisk implements Disk {
  readonly files = new Map<string, Buffer>();
  /** Thrown by whatever is written next, and from then on. */
  failure: Error | null = null;
  /** While true, what is written in the background waits for `proceed`. */
  isSlow = false;
  /** What growing files may still take: then the disk is full. */
  roomBytes = Number.POSITIVE_INFINITY;
  /** Thrown by, or given to, whoever syncs. */
  syncFailure: Error | null = null;
  /** How often a growing file was brought to the disk. */
  syncCount = 0;
  readonly drafts = new Set<string>();
  /** Of growing files: bytes that would survive a power cut. */
  readonly #synced = new Map<string, number>();
  readonly #waiting: (() => void)[] = [];

  /** Paths of the drafts that were asked to be brought to the disk piece by piece. */
  readonly syncedOnTheWay: string[] = [];

  draft(path: string, draftPath: string, syncsOnTheWay = false): Draft {
    if (syncsOnTheWay) this.syncedOnTheWay.push(path);
    if (this.failure !== null) throw this.failure;
    const pieces: Buffer[] = [];
    this.drafts.add(draftPath);
    const put = (): void => {
      this.drafts.delete(draftPath);
      this.files.set(path, Buffer.concat(pieces));
    };
    const check = (): void => {
      if (this.failure !== null) throw this.failure;
    };
    return {
      write: (piece, done) => {
        this.#later(() => {
          if (this.failure === null) pieces.push(Buffer.from(piece));
          done(this.failure);
        });
      },
      complete: (done) => {
        this.#later(() => {
          if (this.failure === null) put();
          done(this.failure);
        });
      },
      writeNow: (piece) => {
        check();
        pieces.push(Buffer.from(piece));
      },
      completeNow: () => {
        check();
        put();
      },
      discard: () => {
        this.drafts.delete(draftPath);
      },
    };
  }

  append(path: string, isNew: boolean): AppendedFile {
    if (this.failure !== null) throw this.failure;
    if (isNew || !this.files.has(path)) this.files.set(path, Buffer.alloc(0));
    const bytesOf = (): Buffer => this.files.get(path) ?? Buffer.alloc(0);
    const sync = (): void => {
      this.syncCount++;
      this.#synced.set(path, bytesOf().length);
    };
    return {
      get sizeBytes() {
        return bytesOf().length;
      },
      write: (bytes, start, end) => {
        if (this.failure !== null) throw this.failure;
        const count = Math.min(end - start, this.roomBytes);
        if (count === 0) throw NO_SPACE;
        this.roomBytes -= count;
        this.files.set(path, Buffer.concat([bytesOf(), bytes.subarray(start, start + count)]));
        return count;
      },
      sync: () => {
        if (this.syncFailure !== null) throw this.syncFailure;
        sync();
      },
      syncLater: (done) => {
        this.#later(() => {
          if (this.syncFailure === null) sync();
          done(this.syncFailure);
        });
      },
      truncate: (sizeBytes) => {
        this.roomBytes += bytesOf().length - sizeBytes;
        this.files.set(path, bytesOf().subarray(0, sizeBytes));
      },
      close: () => {},
    };
  }

  makeDirectory(): void {}

  has(path: string): boolean {
    return this.files.has(path);
  }

  rename(from: string, to: string): void {
    const file = this.files.get(from);
    if (file === undefined) throw new Error(`no file ${from}`);
    this.files.delete(from);
    this.files.set(to, file);
  }

  remove(path: string): void {
    this.files.delete(path);
  }

  /** Names of the files in the directory of this one. */
  namesBeside(path: string): string[] {
    const directory = dirname(path);
    return [...this.files.keys()].filter((name) => dirname(name) === directory).sort();
  }

  /** Growing files lose what was never brought to the disk. */
  cutPower(): void {
    for (const [path, bytes] of this.files) {
      const synced = this.#synced.get(path);
      if (synced !== undefined) this.files.set(path, bytes.subarray(0, synced));
    }
  }

  open(path: string): SourceFile | null {
    const file = this.files.get(path);
    if (file === undefined) return null;
    let offset = 0;
    return {
      sizeBytes: file.length,
      read: (bytes, at) => {
        const count = file.copy(bytes, at, offset);
        offset += count;
        return count;
      },
      close: () => {},
    };
  }

  /** Lets everything that waits, and what follows from it, be done. */
  proceed(): void {
    for (let next = this.#waiting.shift(); next !== undefined; next = this.#waiting.shift()) next();
  }

  #later(work: () => void): void {
    if (this.isSlow) this.#waiting.push(work);
    else work();
  }
}
