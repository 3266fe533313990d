/** Lua scripts. Implemented by the server. */
import type { Reply } from '../../protocol/reply.js';
import type { Argv } from '../argv.js';

/** Whether a client's scripts are debugged: no, on the data themselves, or on a copy of them. */
export type DebugMode = 'no' | 'sync' | 'yes';

export interface Scripting {
  /**
   * Runs a script given by its text, argument 1, or by its SHA1; numkeys is argument 2, keys and arguments follow.
   * @throws the reply for what is wrong with it
   */
  evaluate(argv: Argv, bySha: boolean, isReadOnly: boolean, reply: Reply): void;
  /** Keeps a script. @returns its SHA1, 40 digits */
  load(script: Buffer): string;
  exists(sha: string): boolean;
  flush(): void;
  /**
   * SCRIPT DEBUG, for the client being served.
   * @param mode null when it is none
   * @param reply what it is still to be told, which must be nothing
   * @throws why that can't be
   */
  setDebugMode(mode: DebugMode | null, reply: Reply): void;
  /** SCRIPT KILL and FUNCTION KILL. @throws why that can't be */
  kill(what: 'script' | 'function'): void;
}
