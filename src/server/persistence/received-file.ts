/** A snapshot that a master sends and that goes to the disk before it is loaded: a file beside the server's own. */
import type { Disk, SourceFile } from './disk.js';
import { DraftWriter } from './draft-writer.js';

export class ReceivedFile {
  readonly #disk: Disk;
  readonly #path: string;
  /** Where it is once it is loaded. */
  readonly #keptPath: string;
  readonly #writer: DraftWriter;

  /** @param finished told once: null when it is on the disk @throws Error of the system */
  constructor(disk: Disk, path: string, keptPath: string, finished: (error: Error | null) => void) {
    this.#disk = disk;
    this.#path = path;
    this.#keptPath = keptPath;
    this.#writer = new DraftWriter(disk.draft(path, `${path}.part`), () => {}, finished);
  }

  write(piece: Buffer): void {
    this.#writer.write(piece);
  }

  completed(): void {
    this.#writer.completed();
  }

  /** Nobody wants it any more. */
  failed(error: Error): void {
    this.#writer.failed(error);
  }

  /** @throws Error of the system, or when it is gone */
  open(): SourceFile {
    const source = this.#disk.open(this.#path);
    if (source === null) throw new Error('the file is gone');
    return source;
  }

  /** It is the server's own file from now on. @throws Error of the system */
  keep(): void {
    this.#disk.rename(this.#path, this.#keptPath);
  }

  remove(): void {
    this.#disk.remove(this.#path);
  }
}
