/**
 * Memory for the arena's chunks as the machine gives it, and a reserve for when it gives no more.
 */

/** The machine, or the 32 GiB that references can address, has no room left. */
export class OutOfMemoryError extends Error {
  override readonly name = 'OutOfMemoryError';
}

/**
 * malloc puts large allocations 16 bytes behind a page's start. Skipping 48 more aligns the chunk to cache
 * lines, so that a 64-byte bucket of the index is one line and not two.
 */
export const ALIGNMENT_SKIP_BYTES = 48;

/** Where chunks come from: that many bytes with any contents, which nothing else uses. @throws OutOfMemoryError */
export type MemorySource = (bytes: number) => Buffer;

/** @throws OutOfMemoryError */
export function newMemory(bytes: number): Buffer {
  return Buffer.from(allocateMemory(bytes + ALIGNMENT_SKIP_BYTES), ALIGNMENT_SKIP_BYTES, bytes);
}

/** Zeroed, and not resident before it is touched. @throws OutOfMemoryError */
export function allocateMemory(bytes: number): ArrayBuffer {
  try {
    return new ArrayBuffer(bytes);
  } catch (cause) {
    throw new OutOfMemoryError(`cannot allocate ${bytes} bytes`, { cause });
  }
}

/**
 * One chunk's memory, untouched and so not resident, for when the machine refuses the next: what is under way, a
 * bucket being split for example, comes to its end. From then on memory is exhausted until another chunk can be had.
 */
export class LastResort {
  isUsed = false;
  /** Told when that happens. */
  onUsed: () => void = () => {};
  readonly #bytes: number;
  readonly #source: MemorySource;
  #memory: Buffer | null = null;

  constructor(bytes: number, source: MemorySource) {
    this.#bytes = bytes;
    this.#source = source;
  }

  /** A chunk's memory: new, or the last. @throws OutOfMemoryError */
  take(): Buffer {
    try {
      this.#memory ??= this.#source(this.#bytes);
      return this.#source(this.#bytes);
    } catch (error) {
      const memory = this.#memory;
      if (memory === null) throw error;
      this.#memory = null;
      this.isUsed = true;
      this.onUsed();
      return memory;
    }
  }

  /** @returns true when there is memory again for when the machine refuses more */
  recover(): boolean {
    try {
      this.#memory ??= this.#source(this.#bytes);
    } catch (error) {
      if (!(error instanceof OutOfMemoryError)) throw error;
      return false;
    }
    this.isUsed = false;
    return true;
  }
}
