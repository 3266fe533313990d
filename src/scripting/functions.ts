/**
 * An engine of functions: libraries that register functions when they are loaded. It knows no keyspace and no client.
 * The one implementation is lua/lua-functions.ts.
 *
 * Source: redis.io/docs/interact/programmability/functions-intro.
 */
import type { Reply } from '../protocol/reply.js';
import type { RequestSpans } from '../protocol/request-parser.js';
import type { FailedRun } from './machine.js';

/** In the order in which FUNCTION LIST shows them. */
export const FUNCTION_FLAGS = [
  'no-writes',
  'allow-oom',
  'allow-stale',
  'no-cluster',
  'allow-cross-slot-keys',
] as const;

export type FunctionFlag = (typeof FUNCTION_FLAGS)[number];

export interface RegisteredFunction {
  readonly name: string;
  readonly description: string | null;
  readonly flags: ReadonlySet<FunctionFlag>;
  readonly library: Library;
  /** The engine's own: where the compiled function is. */
  reference: number;
}

export class Library {
  /** In the order in which they were registered. */
  readonly functions: RegisteredFunction[] = [];
  /** The engine's own: in which of its lives it was loaded. */
  generation = -1;

  /**
   * @param source all of it, as FUNCTION LOAD got it
   * @param body what the engine compiles: the shebang's line is left empty
   */
  constructor(
    readonly name: string,
    readonly source: Buffer,
    readonly body: Buffer,
  ) {}
}

export interface FunctionEngine {
  /** Runs a library, so that it registers its functions. @throws ReplyError when it fails */
  load(library: Library): void;
  /** The library's functions won't be called any more. */
  unload(library: Library): void;
  /** As ScriptMachine's `run`. */
  run(
    called: RegisteredFunction,
    request: RequestSpans,
    firstKey: number,
    keyCount: number,
    reply: Reply,
  ): FailedRun | null;
  flush(): void;
  readonly memoryBytes: number;
}

const NAME = /^[A-Za-z0-9_]+$/;

/** Of libraries and of functions. */
export const isName = (text: string): boolean => NAME.test(text);
export const BAD_NAME =
  'Library names can only contain letters, numbers, or underscores(_) and must be at least one character long';
