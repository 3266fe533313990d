/** Reads an RDB file from the disk, a window at a time. */
import type { RdbFileLoader } from '../../persistence/rdb/file-loader.js';
import { BadFormat } from '../../persistence/rdb/reader.js';
import type { SourceFile } from './disk.js';
import type { Loading } from './loading.js';

/** About 2 ms of work. */
const WINDOW_BYTES_MAX = 256 * 1024;

export class FileLoading implements Loading {
  readonly #source: SourceFile;
  readonly #loader: RdbFileLoader;
  #window: Buffer;
  #filled = 0;

  /**
   * @param source is closed with it
   * @param stepBytes that one step may take, `loading-process-events-interval-bytes`
   */
  constructor(source: SourceFile, loader: RdbFileLoader, stepBytes: number) {
    this.#window = Buffer.from(new ArrayBuffer(Math.min(WINDOW_BYTES_MAX, stepBytes)));
    this.#source = source;
    this.#loader = loader;
  }

  get totalBytes(): number {
    return this.#source.sizeBytes;
  }

  /** Taken in so far. */
  get loadedBytes(): number {
    return this.#loader.offset;
  }

  /**
   * Reads on.
   * @returns true when the whole file is in
   * @throws BadFormat with the place
   */
  step(): boolean {
    const loader = this.#loader;
    const left = this.#source.sizeBytes - loader.offset;
    try {
      if (loader.wantedBytes > left && this.#filled >= left) throw new BadFormat('unexpected end of file');
      this.#fill(Math.min(loader.wantedBytes, left));
      const taken = loader.take(this.#window, 0, this.#filled);
      this.#window.copy(this.#window, 0, taken, this.#filled);
      this.#filled -= taken;
    } catch (error) {
      if (!(error instanceof BadFormat)) throw error;
      throw new BadFormat(`${error.message} (at byte ${loader.offset})`);
    }
    return loader.isFinished;
  }

  close(): void {
    this.#source.close();
  }

  /** Reads until the window has so many bytes, and as many more as it has room for. */
  #fill(wantedBytes: number): void {
    if (wantedBytes > this.#window.length) {
      const larger = Buffer.from(new ArrayBuffer(wantedBytes));
      this.#window.copy(larger, 0, 0, this.#filled);
      this.#window = larger;
    }
    do {
      const count = this.#source.read(this.#window, this.#filled);
      if (count === 0) break;
      this.#filled += count;
    } while (this.#filled < wantedBytes);
  }
}
