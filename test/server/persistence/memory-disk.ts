/** Files in memory, for tests: whole ones by path, and a disk that can be full or slow. */
import type { Disk, Draft, SourceFile } from '../../../src/server/persistence/disk.js';

export class MemoryDisk implements Disk {
  readonly files = new Map<string, Buffer>();
  /** Thrown by whatever is written next, and from then on. */
  failure: Error | null = null;
  /** While true, what is written in the background waits for `proceed`. */
  isSlow = false;
  readonly drafts = new Set<string>();
  readonly #waiting: (() => void)[] = [];

  draft(path: string, draftPath: string): Draft {
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
          if (this.failure === null) pieces.push(piece);
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
        pieces.push(piece);
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
