/**
 * The arena's chunks for servers and keyspaces of tests, used again and again. V8 collects all garbage whenever 64 MiB of new
 * ones were allocated, which is every second server: five times what the server itself takes.
 *
 * A chunk that is used again holds what was in it, as those do that a server drops and takes back.
 */
import type { Arena } from '../../src/engine/arena.js';
import { newMemory } from '../../src/engine/chunk-memory.js';

const spare: Buffer[] = [];

export class RecycledMemory {
  readonly #taken: Buffer[] = [];

  /** For ServerOptions, Keyspace and Arena: memory from those that are no more, or new. */
  readonly take = (bytes: number): Buffer => {
    const index = spare.findIndex(({ length }) => length === bytes);
    const memory = index === -1 ? newMemory(bytes) : spare.splice(index, 1)[0];
    this.#taken.push(memory);
    return memory;
  };

  /** The arena is no more: whatever still touches its keys and values fails. */
  giveBack({ chunks, words, doubles, views }: Arena): void {
    for (const list of [chunks, words, doubles, views]) list.length = 0;
    spare.push(...this.#taken.splice(0));
  }
}
