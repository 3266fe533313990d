/**
 * A machine that runs Lua scripts. It knows no keyspace and no client: what a script calls goes to the host.
 * The one implementation is lua/lua-machine.ts; another takes its place there.
 */
import type { Reply } from '../protocol/reply.js';
import type { ReplyError } from '../protocol/reply-error.js';
import type { RequestSpans } from '../protocol/request-parser.js';

/** How a script ended that an error ended. */
export interface FailedRun {
  readonly error: ReplyError;
  /** The error is a command's, and was counted as such. */
  readonly isCounted: boolean;
}

export interface ScriptMachine {
  /** Compiles a script, unless it has been. @throws ReplyError when it is no Lua */
  compile(script: Script): void;
  /**
   * Runs a script to its end and writes what it returns.
   * @param name what errors call it
   * @returns null when it came to its end; nothing is written otherwise
   */
  run(
    script: Script,
    request: RequestSpans,
    firstKey: number,
    keyCount: number,
    reply: Reply,
  ): FailedRun | null;
  /** Forgets all that was compiled, and gives the memory back. */
  flush(): void;
  /** Bytes that scripts hold. */
  readonly memoryBytes: number;
}

/** A script, and what a machine made of it. */
export class Script {
  /** The machine's own: where the compiled function is, in which of its lives. */
  reference = 0;
  generation = -1;

  /** @param name what errors call it: its SHA1 */
  constructor(
    readonly name: string,
    readonly body: Buffer,
  ) {}
}
