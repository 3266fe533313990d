/**
 * Large buffers between two uses. Each new one is fresh memory to the kernel, and to V8 a reason to collect garbage: it
 * looks through the whole heap for every 64 MB allocated outside of it, which is every 60th request of a megabyte.
 *
 * Sizes are rounded up to quarters of powers of two, so that similar requests share buffers and none wastes more than
 * a fifth. What isn't used for some seconds is let go. Whoever gives a buffer back must know that nobody reads it any more.
 */

/** Smaller ones cost less than keeping them would. */
const POOLED_BYTES_MIN = 32 * 1024;
/** Larger ones are rare, and copying what they hold costs more than allocating them. */
const POOLED_BYTES_MAX = 4 * 1024 * 1024;
/** What 50 clients need that send a megabyte each at once. */
const KEPT_BYTES_MAX = 64 * 1024 * 1024;
const UNUSED_MS_MAX = 5000;

/** Calls `age` once, after so long. */
export type AgeLater = (age: () => void, afterMs: number) => void;

/** @typeParam T a buffer, or what stands for one */
export class BufferPool<T> {
  /** Of everything that is kept. */
  keptBytes = 0;

  readonly #allocate: (byteLength: number) => T;
  readonly #kept = new Map<number, T[]>();
  #isUsed = false;
  #willAge = false;
  readonly #ageLater: AgeLater;

  constructor(allocate: (byteLength: number) => T, ageLater: AgeLater) {
    this.#allocate = allocate;
    this.#ageLater = ageLater;
  }

  /** @returns one of `byteLength` bytes or somewhat more, with anything in it. @throws RangeError when there is no memory */
  take(byteLength: number): T {
    if (byteLength < POOLED_BYTES_MIN || byteLength > POOLED_BYTES_MAX) return this.#allocate(byteLength);
    const size = roundUp(byteLength);
    const buffer = this.#kept.get(size)?.pop();
    if (buffer === undefined) return this.#allocate(size);
    this.keptBytes -= size;
    this.#isUsed = true;
    return buffer;
  }

  /** @param byteLength of all of it. Nobody may use it any more, and it may not be given twice. */
  give(buffer: T, byteLength: number): void {
    if (byteLength < POOLED_BYTES_MIN || byteLength > POOLED_BYTES_MAX) return;
    if (byteLength !== roundUp(byteLength) || this.keptBytes + byteLength > KEPT_BYTES_MAX) return;
    const sameSize = this.#kept.get(byteLength);
    if (sameSize === undefined) this.#kept.set(byteLength, [buffer]);
    else sameSize.push(buffer);
    this.keptBytes += byteLength;
    if (!this.#willAge) this.#expectAge();
  }

  /** Lets everything go unless something was used since the last time. */
  #age(): void {
    this.#willAge = false;
    if (this.#isUsed) {
      this.#isUsed = false;
      this.#expectAge();
    } else {
      this.#kept.clear();
      this.keptBytes = 0;
    }
  }

  #expectAge(): void {
    this.#willAge = true;
    this.#ageLater(() => this.#age(), UNUSED_MS_MAX);
  }
}

/** To a quarter of the power of two below it. */
function roundUp(byteLength: number): number {
  const step = 1 << (29 - Math.clz32(byteLength - 1));
  return Math.ceil(byteLength / step) * step;
}
