/** Libraries of functions that come with a snapshot, until it is whole: then they take the place of those there are. */
import type { FunctionLibraries } from '../../persistence/rdb/functions.js';
import { BadFormat } from '../../persistence/rdb/reader.js';
import { ReplyError } from '../../protocol/reply-error.js';

export class LibraryCollector implements FunctionLibraries {
  readonly #collected: Buffer[] = [];
  readonly #libraries: FunctionLibraries | null;

  constructor(libraries: FunctionLibraries | null) {
    this.#libraries = libraries;
  }

  sources(): Iterable<Buffer> {
    return this.#collected;
  }

  load(source: Buffer): void {
    this.#collected.push(Buffer.from(source));
  }

  flush(): void {
    this.#collected.length = 0;
  }

  /** @throws BadFormat when one of them is none: all is as it was then */
  replaceAll(): void {
    const libraries = this.#libraries;
    if (libraries === null) {
      if (this.#collected.length > 0)
        throw new BadFormat('a library of functions, and nothing here runs functions');
      return;
    }
    const before = [...libraries.sources()];
    libraries.flush();
    try {
      for (const source of this.#collected) libraries.load(source, false);
    } catch (error) {
      if (!(error instanceof ReplyError)) throw error;
      libraries.flush();
      for (const source of before) libraries.load(source, false);
      throw new BadFormat(`a library of functions: ${error.message}`);
    }
  }
}
