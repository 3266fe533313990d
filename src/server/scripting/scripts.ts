/**
 * Scripts of a server: which are known, and how they are run. The machine itself is in src/scripting.
 *
 * Source: redis.io/docs/interact/programmability/eval-intro.
 */
import { createHash } from 'node:crypto';
import type { Argv } from '../../commands/argv.js';
import type { DebugMode, Scripting as ScriptingService } from '../../commands/services/scripting.js';
import type { Reply } from '../../protocol/reply.js';
import { ReplyError } from '../../protocol/reply-error.js';
import { DebuggedCalls } from '../../scripting/debugger/debugged-calls.js';
import { LuaMachine } from '../../scripting/lua/lua-machine.js';
import { type FailedRun, Script, type ScriptMachine } from '../../scripting/machine.js';
import { type ParsedScript, parseScript, type ScriptFlags } from '../../scripting/shebang.js';
import { MASTER_DOWN } from '../replication/gates.js';
import { type Permissions, ScriptCalls, type ScriptingHost } from './script-calls.js';
import { DEBUGS, type ScriptDebugging } from './script-debugging.js';

const NOT_BY_SHA = new ReplyError('ERR Please use EVAL instead of EVALSHA for debugging');
const NO_SCRIPT = new ReplyError('NOSCRIPT No matching script. Please use EVAL.');
export const KEYS_NEGATIVE = new ReplyError("ERR Number of keys can't be negative");
export const KEYS_TOO_MANY = new ReplyError("ERR Number of keys can't be greater than number of args");
export const WRITES_IN_READ_ONLY = new ReplyError(
  'ERR Can not execute a script with write flag using *_ro command.',
);

const SHA_DIGITS = 40;
const FIRST_KEY = 3;

interface KnownScript {
  readonly script: Script;
  readonly shebang: ParsedScript;
  /** As EVAL runs it, and as EVAL_RO does. */
  readonly permissions: Permissions;
  readonly readOnly: Permissions;
  /** Its SHA1 as clients send it. */
  readonly sha: Buffer;
}

export class Scripting implements ScriptingService {
  readonly calls: ScriptCalls;
  readonly debugging: ScriptDebugging;
  readonly #host: ScriptingHost;
  readonly #machine: ScriptMachine;
  readonly #scripts = new Map<string, KnownScript>();
  /** The one run last by its SHA1: found again by comparing bytes. */
  #recent: KnownScript | null = null;

  constructor(host: ScriptingHost, debugging: ScriptDebugging) {
    this.#host = host;
    this.calls = new ScriptCalls(host);
    this.debugging = debugging;
    this.#machine = new LuaMachine(this.calls);
  }

  /** Scripts kept. */
  get count(): number {
    return this.#scripts.size;
  }

  /** Bytes of all scripts kept. */
  get sourceBytes(): number {
    let bytes = 0;
    for (const { script } of this.#scripts.values()) bytes += script.body.length;
    return bytes;
  }

  /** Bytes that the Lua machine takes, beside the data. */
  get memoryBytes(): number {
    return this.#machine.memoryBytes;
  }

  load(source: Buffer): string {
    return this.#keep(source).script.name;
  }

  exists(sha: string): boolean {
    return this.#scripts.has(sha.toLowerCase());
  }

  flush(): void {
    this.#scripts.clear();
    this.#recent = null;
    this.#machine.flush();
  }

  kill(what: 'script' | 'function'): void {
    this.calls.kill(what);
  }

  /** What the script of an EVAL or EVALSHA says of itself; null when that is nothing. */
  flagsOf(argv: Argv, bySha: boolean): ScriptFlags | null {
    const shebang = bySha
      ? this.#scripts.get(argv.latin1(1).toLowerCase())?.shebang
      : shebangOf(argv.copy(1));
    return shebang?.hasShebang === true ? shebang : null;
  }

  setDebugMode(mode: DebugMode | null, reply: Reply): void {
    this.debugging.setMode(mode, reply);
  }

  evaluate(argv: Argv, bySha: boolean, isReadOnly: boolean, reply: Reply): void {
    this.#host.scriptBegins(argv);
    if ((this.#host.currentSession.states & DEBUGS) === 0) {
      this.#evaluate(argv, bySha, isReadOnly, reply, this.#machine);
      return;
    }
    if (bySha) throw argv.byteLength(1) === SHA_DIGITS ? NOT_BY_SHA : NO_SCRIPT;
    this.debugging.debug(argv, (session) => {
      const machine = new LuaMachine(new DebuggedCalls(this.calls, session), session);
      this.#evaluate(argv, bySha, isReadOnly, reply, machine);
    });
  }

  /** @param machine may be another than the one that scripts are kept in */
  #evaluate(argv: Argv, bySha: boolean, isReadOnly: boolean, reply: Reply, machine: ScriptMachine): void {
    if (bySha && argv.byteLength(1) !== SHA_DIGITS) throw NO_SCRIPT;
    const keyCount = argv.integer(2);
    if (keyCount > argv.count - FIRST_KEY) throw KEYS_TOO_MANY;
    if (keyCount < 0) throw KEYS_NEGATIVE;
    const known = bySha ? this.#known(argv) : this.#keep(argv.copy(1));
    this.#admit(known.shebang, isReadOnly);
    const passed = reply.passedErrorCount;
    let failed: FailedRun | null = null;
    const permissions = isReadOnly ? known.readOnly : known.permissions;
    const { name, body } = known.script;
    const script = machine === this.#machine ? known.script : new Script(name, body);
    this.calls.attend(permissions, 'script', name, argv, () => {
      failed = machine.run(script, argv, FIRST_KEY, keyCount, reply);
    });
    if (failed !== null) answerFailure(failed, reply);
    this.calls.passedOn(argv, reply.passedErrorCount - passed);
  }

  /** @throws why a script may not begin */
  #admit(shebang: ParsedScript, isReadOnly: boolean): void {
    if (!shebang.hasShebang) {
      // One with a shebang was looked at by the gates.
      if (this.#host.isCutOff) throw MASTER_DOWN;
    } else if (isReadOnly && !shebang.isWithoutWrites) {
      throw WRITES_IN_READ_ONLY;
    }
  }

  #known(argv: Argv): KnownScript {
    if (this.#recent !== null && beginsWith(argv.bytes, argv.starts[1], this.#recent.sha))
      return this.#recent;
    const known = this.#scripts.get(argv.latin1(1).toLowerCase());
    if (known === undefined) throw NO_SCRIPT;
    this.#recent = known;
    return known;
  }

  /** Compiles a script that isn't known yet, and keeps it. */
  #keep(source: Buffer): KnownScript {
    const sha = createHash('sha1').update(source).digest('hex');
    const existing = this.#scripts.get(sha);
    if (existing !== undefined) return existing;
    const shebang = parseScript(source);
    const script = new Script(sha, shebang.body);
    this.#machine.compile(script);
    const known = {
      script,
      shebang,
      permissions: { isReadOnly: shebang.isWithoutWrites, allowsOutOfMemory: shebang.allowsOutOfMemory },
      readOnly: { isReadOnly: true, allowsOutOfMemory: shebang.allowsOutOfMemory },
      sha: Buffer.from(sha),
    };
    this.#scripts.set(sha, known);
    return known;
  }
}

/** Undefined when something is wrong with it: that is told when it runs. */
function shebangOf(source: Buffer): ParsedScript | undefined {
  try {
    return parseScript(source);
  } catch (error) {
    if (error instanceof ReplyError) return undefined;
    throw error;
  }
}

/** A loop: 40 bytes are too few for a call into C++. */
function beginsWith(bytes: Buffer, start: number, expected: Buffer): boolean {
  for (let index = 0; index < expected.length; index++) {
    if (bytes[start + index] !== expected[index]) return false;
  }
  return true;
}

/** An error that a command gave was counted with the command: it goes out as it is. */
export function answerFailure({ error, isCounted }: FailedRun, reply: Reply): void {
  if (!isCounted) throw error;
  reply.passedError(error);
}
