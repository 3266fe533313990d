/**
 * The flags of a request as gates have to see them. Commands that run scripts are declared to be neither this nor that: EVAL,
 * FCALL and their kin are what their scripts say of themselves in a shebang or when they were registered. A script without a
 * shebang says nothing: what it calls is looked at call by call.
 *
 * Source: redis.io/docs/interact/programmability/lua-api, "Script flags".
 */
import type { Argv } from '../../commands/argv.js';
import { DENYOOM, MAY_REPLICATE, STALE, WRITE } from '../../commands/flags.js';
import type { CommandTable } from '../../commands/table.js';
import type { ScriptFlags } from '../../scripting/shebang.js';

/** Where scripts are found by what a request names. Null: the request says nothing of what it will do. */
export interface ScriptSources {
  readonly scripting: { flagsOf(argv: Argv, bySha: boolean): ScriptFlags | null };
  readonly functions: { flagsOf(argv: Argv): ScriptFlags | null };
}

const SCRIPT_RUNNERS = new Set(['eval', 'eval_ro', 'evalsha', 'evalsha_ro', 'fcall', 'fcall_ro']);

/** Whether a command does what a script says. @param name in lower case */
export function runsScripts(name: string): boolean {
  return SCRIPT_RUNNERS.has(name);
}

export class RequestFlags {
  readonly #table: CommandTable;
  readonly #sources: ScriptSources;
  readonly #runsScripts: Uint8Array;

  constructor(table: CommandTable, sources: ScriptSources) {
    this.#table = table;
    this.#sources = sources;
    this.#runsScripts = Uint8Array.from(table.names, (name) => (runsScripts(name) ? 1 : 0));
  }

  of(id: number, argv: Argv): number {
    const declared = this.#table.flagsOf[id];
    if (this.#runsScripts[id] === 0) return declared;
    const said = this.#saidBy(this.#table.names[id], argv);
    if (said === null) return declared;
    let flags = declared & ~(WRITE | DENYOOM | STALE | MAY_REPLICATE);
    if (!said.isWithoutWrites) flags |= WRITE;
    if (!said.isWithoutWrites && !said.allowsOutOfMemory) flags |= DENYOOM;
    if (said.allowsStale) flags |= STALE;
    return flags;
  }

  #saidBy(name: string, argv: Argv): ScriptFlags | null {
    const { scripting, functions } = this.#sources;
    return name.startsWith('fcall')
      ? functions.flagsOf(argv)
      : scripting.flagsOf(argv, name.startsWith('evalsha'));
  }
}
