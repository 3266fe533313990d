/** Functions, and the libraries they come from. Implemented by the server. */
import type { Reply } from '../../protocol/reply.js';
import type { Argv } from '../argv.js';

/** What FUNCTION RESTORE does about libraries that are there already. */
export type RestorePolicy = 'FLUSH' | 'APPEND' | 'REPLACE';

export interface ListedFunction {
  readonly name: string;
  readonly description: string | null;
  readonly flags: readonly string[];
}

export interface ListedLibrary {
  readonly name: string;
  readonly source: Buffer;
  readonly functions: readonly ListedFunction[];
}

/** What runs at this moment, and keeps all others waiting. */
export interface RunningScript {
  readonly name: string;
  readonly command: readonly Buffer[];
  readonly elapsedMs: number;
}

export interface Functions {
  /** As Scripting's `evaluate`, of a function by its name. */
  call(argv: Argv, isReadOnly: boolean, reply: Reply): void;
  /** @returns the library's name. @throws the reply for what is wrong with it */
  loadLibrary(source: Buffer, replaces: boolean): string;
  /** @returns false when there is none */
  deleteLibrary(name: string): boolean;
  flush(): void;
  /** @param pattern a glob of library names, in any case; null for all */
  list(pattern: string | null): Iterable<ListedLibrary>;
  /** All libraries as one payload, which redis-server takes too. */
  dump(): Buffer;
  /** @throws the reply for what is wrong with it, before anything was changed */
  restore(payload: Buffer, policy: RestorePolicy): void;
  readonly libraryCount: number;
  readonly functionCount: number;
  /** Null but for those who ask while a function keeps others waiting. @throws the reply while a script does */
  readonly running: RunningScript | null;
}
