/**
 * Functions of a server: which libraries are loaded, and how their functions are called. The engine itself is in
 * src/scripting.
 *
 * Source: redis.io/docs/interact/programmability/functions-intro; texts as redis-server 7.2.
 */
import { globMatches } from '../../base/glob.js';
import type { Argv } from '../../commands/argv.js';
import type {
  Functions as FunctionService,
  ListedLibrary,
  RestorePolicy,
  RunningScript,
} from '../../commands/services/functions.js';
import { isIntactDump } from '../../persistence/rdb/dump.js';
import { FOOTER_BYTES, OPCODE_FUNCTION_2 } from '../../persistence/rdb/format.js';
import type { FunctionLibraries } from '../../persistence/rdb/functions.js';
import { BadFormat, RdbReader } from '../../persistence/rdb/reader.js';
import { RdbWriter } from '../../persistence/rdb/writer.js';
import type { Reply } from '../../protocol/reply.js';
import { ReplyError } from '../../protocol/reply-error.js';
import {
  FUNCTION_FLAGS,
  type FunctionEngine,
  type Library,
  type RegisteredFunction,
} from '../../scripting/functions.js';
import { parseLibrary } from '../../scripting/library-source.js';
import { LuaFunctions } from '../../scripting/lua/lua-functions.js';
import type { FailedRun } from '../../scripting/machine.js';
import type { ScriptFlags } from '../../scripting/shebang.js';
import type { ScriptCalls, ScriptingHost } from './script-calls.js';
import { answerFailure, KEYS_NEGATIVE, KEYS_TOO_MANY, WRITES_IN_READ_ONLY } from './scripts.js';

const NO_FUNCTION = new ReplyError('ERR Function not found');
const BAD_KEY_COUNT = new ReplyError('ERR Bad number of keys provided');
const BAD_PAYLOAD = new ReplyError('ERR DUMP payload version or checksum are wrong');
const NOT_A_FUNCTION = new ReplyError('ERR given type is not a function');
const UNREADABLE_PAYLOAD = new ReplyError('ERR failed loading the given functions payload');

const FIRST_KEY = 3;

export class Functions implements FunctionService, FunctionLibraries {
  readonly #host: ScriptingHost;
  readonly #calls: ScriptCalls;
  readonly #engine: FunctionEngine;
  readonly #dumps: { readonly compresses: boolean };
  #libraries = new Map<string, Library>();
  /** By their names in lower case, as case doesn't matter to FCALL; that of libraries does. */
  #functions = new Map<string, RegisteredFunction>();

  /** @param dumps as whose strings FUNCTION DUMP's are packed, or not */
  constructor(host: ScriptingHost, calls: ScriptCalls, dumps: { readonly compresses: boolean }) {
    this.#host = host;
    this.#calls = calls;
    this.#dumps = dumps;
    this.#engine = new LuaFunctions(calls);
  }

  get libraryCount(): number {
    return this.#libraries.size;
  }

  get functionCount(): number {
    return this.#functions.size;
  }

  /** Bytes of all libraries' sources. */
  get sourceBytes(): number {
    let bytes = 0;
    for (const { source } of this.#libraries.values()) bytes += source.length;
    return bytes;
  }

  /** Bytes that the engine takes, beside the data. */
  get memoryBytes(): number {
    return this.#engine.memoryBytes;
  }

  get running(): RunningScript | null {
    return this.#calls.running;
  }

  /** What the function of an FCALL says of itself; null when there is none. */
  flagsOf(argv: Argv): ScriptFlags | null {
    const flags = this.#functionNamed(argv.latin1(1))?.flags;
    if (flags === undefined) return null;
    return {
      isWithoutWrites: flags.has('no-writes'),
      allowsOutOfMemory: flags.has('allow-oom'),
      allowsStale: flags.has('allow-stale'),
    };
  }

  call(argv: Argv, isReadOnly: boolean, reply: Reply): void {
    this.#host.scriptBegins(argv);
    const called = this.#functionNamed(argv.latin1(1));
    if (called === undefined) throw NO_FUNCTION;
    const keyCount = argv.integer(2, BAD_KEY_COUNT);
    if (keyCount > argv.count - FIRST_KEY) throw KEYS_TOO_MANY;
    if (keyCount < 0) throw KEYS_NEGATIVE;
    const { flags } = called;
    const isWithoutWrites = flags.has('no-writes');
    const allowsOutOfMemory = flags.has('allow-oom');
    if (isReadOnly && !isWithoutWrites) throw WRITES_IN_READ_ONLY;
    const passed = reply.passedErrorCount;
    let failed: FailedRun | null = null;
    this.#calls.attend(
      { isReadOnly: isWithoutWrites, allowsOutOfMemory },
      'function',
      called.name,
      argv,
      () => {
        failed = this.#engine.run(called, argv, FIRST_KEY, keyCount, reply);
      },
    );
    if (failed !== null) answerFailure(failed, reply);
    this.#calls.passedOn(argv, reply.passedErrorCount - passed);
  }

  loadLibrary(source: Buffer, replaces: boolean): string {
    const library = parseLibrary(source);
    const existing = this.#libraries.get(library.name);
    if (existing !== undefined && !replaces) {
      throw new ReplyError(`ERR Library '${library.name}' already exists`);
    }
    this.#engine.load(library);
    for (const { name } of library.functions) {
      const other = this.#functionNamed(name);
      if (other === undefined || other.library === existing) continue;
      this.#engine.unload(library);
      throw new ReplyError(`ERR Function ${name} already exists`);
    }
    if (existing !== undefined) this.#remove(existing);
    this.#add(library);
    return library.name;
  }

  load(source: Buffer, replaces: boolean): void {
    this.loadLibrary(source, replaces);
  }

  deleteLibrary(name: string): boolean {
    const library = this.#libraries.get(name);
    if (library === undefined) return false;
    this.#remove(library);
    return true;
  }

  flush(): void {
    this.#libraries.clear();
    this.#functions.clear();
    this.#engine.flush();
  }

  *sources(): Generator<Buffer> {
    for (const { source } of this.#libraries.values()) yield source;
  }

  *list(pattern: string | null): Generator<ListedLibrary> {
    const bytes = pattern === null ? null : Buffer.from(pattern, 'latin1');
    for (const { name, source, functions } of this.#libraries.values()) {
      const text = Buffer.from(name, 'latin1');
      if (bytes !== null && !globMatches(bytes, 0, bytes.length, text, 0, text.length, true)) continue;
      const listed = functions.map((each) => ({
        name: each.name,
        description: each.description,
        flags: FUNCTION_FLAGS.filter((flag) => each.flags.has(flag)),
      }));
      yield { name, source, functions: listed };
    }
  }

  dump(): Buffer {
    const writer = new RdbWriter(this.#dumps.compresses);
    for (const source of this.sources()) {
      writer.byte(OPCODE_FUNCTION_2);
      writer.string(source, 0, source.length);
    }
    writer.footer();
    return writer.bytes.subarray(0, writer.length);
  }

  restore(payload: Buffer, policy: RestorePolicy): void {
    const loaded: Library[] = [];
    try {
      for (const source of librariesOf(payload)) {
        const library = parseLibrary(source);
        loaded.push(library);
        this.#engine.load(library);
      }
      refuseDoubles(loaded);
      if (policy !== 'FLUSH') this.#refuseCollisions(loaded, policy === 'REPLACE');
    } catch (thrown) {
      for (const library of loaded) this.#engine.unload(library);
      throw thrown;
    }
    if (policy === 'FLUSH') {
      for (const library of this.#libraries.values()) this.#remove(library);
    }
    for (const library of loaded) {
      const existing = this.#libraries.get(library.name);
      if (existing !== undefined) this.#remove(existing);
      this.#add(library);
    }
  }

  #refuseCollisions(loaded: readonly Library[], replaces: boolean): void {
    const replaced = new Set<Library>();
    for (const { name } of loaded) {
      const existing = this.#libraries.get(name);
      if (existing === undefined) continue;
      if (!replaces) throw new ReplyError(`ERR Library ${name} already exists`);
      replaced.add(existing);
    }
    for (const { functions } of loaded) {
      for (const { name } of functions) {
        const other = this.#functionNamed(name);
        if (other === undefined || replaced.has(other.library)) continue;
        throw new ReplyError(`ERR Function ${name} already exists`);
      }
    }
  }

  #functionNamed(name: string): RegisteredFunction | undefined {
    return this.#functions.get(name) ?? this.#functions.get(name.toLowerCase());
  }

  #add(library: Library): void {
    this.#libraries.set(library.name, library);
    for (const each of library.functions) this.#functions.set(each.name.toLowerCase(), each);
  }

  #remove(library: Library): void {
    this.#libraries.delete(library.name);
    for (const { name } of library.functions) this.#functions.delete(name.toLowerCase());
    this.#engine.unload(library);
  }
}

/** The sources in a payload. @throws ReplyError when it is none */
function librariesOf(payload: Buffer): Buffer[] {
  if (!isIntactDump(payload, 0, payload.length)) throw BAD_PAYLOAD;
  const sources: Buffer[] = [];
  const end = payload.length - FOOTER_BYTES;
  const reader = new RdbReader(payload, 0, end);
  try {
    while (reader.at < end) {
      if (reader.byte() !== OPCODE_FUNCTION_2) throw NOT_A_FUNCTION;
      sources.push(Buffer.from(reader.string()));
    }
  } catch (thrown) {
    if (thrown instanceof BadFormat) throw UNREADABLE_PAYLOAD;
    throw thrown;
  }
  return sources;
}

/** Within one payload each name may occur once. */
function refuseDoubles(loaded: readonly Library[]): void {
  const libraries = new Set<string>();
  const functions = new Set<string>();
  for (const library of loaded) {
    if (libraries.has(library.name)) throw new ReplyError(`ERR Library '${library.name}' already exists`);
    libraries.add(library.name);
    for (const { name } of library.functions) {
      if (functions.has(name.toLowerCase())) throw new ReplyError(`ERR Function ${name} already exists`);
      functions.add(name.toLowerCase());
    }
  }
}
