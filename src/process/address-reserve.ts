/**
 * Addresses for all the data that the machine can hold, claimed before the server is loaded. Like every large ArrayBuffer
 * it costs one collection of the garbage collector: 4 ms while V8's heap holds next to nothing, 10 to 25 when the server is
 * there. Nothing is resident before it is used. It knows nothing of the arena that is going to cut it up.
 */
import { totalmem } from 'node:os';
import { ALIGNMENT_SKIP_BYTES, type MemorySource, newMemory } from '../engine/chunk-memory.js';

/**
 * Of the machine's memory, for the rest of the process. Linux refuses to promise all of it and a page more, and V8 collects four
 * times before it believes that.
 */
const BYTES_LEFT = 64 * 1024 * 1024;

export class AddressReserve {
  /** What is behind it has been given to nobody: null, somebody else has the rest. */
  #start: number | null = ALIGNMENT_SKIP_BYTES;

  /** For a process that does nothing but serve. @returns null where the machine refuses so many, or addresses count as memory */
  static claim(): AddressReserve | null {
    if (process.platform !== 'linux') return null;
    const limit = process.constrainedMemory();
    const total = totalmem();
    try {
      return new AddressReserve(new ArrayBuffer((limit > 0 ? Math.min(limit, total) : total) - BYTES_LEFT));
    } catch (error) {
      if (error instanceof RangeError) return null;
      throw error;
    }
  }

  constructor(readonly memory: ArrayBuffer) {}

  /** Parts of the reserve, as long as it has its rest: V8 marks when 32 MiB come from elsewhere. */
  readonly source: MemorySource = (bytes) => {
    const start = this.#start;
    if (start === null || start + bytes > this.memory.byteLength) return newMemory(bytes);
    this.#start = start + bytes;
    return Buffer.from(this.memory, start, bytes);
  };

  /** Somebody else cuts it up from now on. @returns where it begins */
  takeRest(): number {
    const start = this.#start ?? this.memory.byteLength;
    this.#start = null;
    return start;
  }
}
