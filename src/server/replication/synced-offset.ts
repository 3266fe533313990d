/** How much of a master's stream is on this server's disk, by what of it is in the append-only file. */
import type { AppendOnlyFile } from '../persistence/append-only-file.js';

interface Mark {
  /** Everything up to here in the stream … */
  readonly offset: number;
  /** … is in units up to this one. */
  readonly unit: number;
}

export interface SyncedOffsetHost {
  readonly persistence: { readonly aof: AppendOnlyFile };
  readonly propagation: { readonly unitCount: number };
}

export class SyncedOffset {
  readonly #host: SyncedOffsetHost;
  /** Of the stream, what was taken in. */
  readonly #taken: () => number;
  #marks: Mark[] = [];
  #offset = 0;

  constructor(host: SyncedOffsetHost, taken: () => number) {
    this.#host = host;
    this.#taken = taken;
  }

  /** The stream is another one. */
  restart(): void {
    this.#marks = [];
    this.#offset = 0;
  }

  /** As of now; -1 while there is no append-only file. Has to be asked now and then: it gets on by that. */
  get offset(): number {
    const { persistence, propagation } = this.#host;
    const { aof } = persistence;
    if (!aof.isOn) {
      this.restart();
      return -1;
    }
    this.#marks.push({ offset: this.#taken(), unit: propagation.unitCount });
    while (this.#marks.length > 0 && aof.hasSynced(this.#marks[0].unit)) {
      this.#offset = this.#marks[0].offset;
      this.#marks.shift();
    }
    return this.#offset;
  }
}
