/**
 * Scripts of a server: which are known, what they may call, and how they end. The machine itself is in src/scripting.
 *
 * Source: redis.io/docs/interact/programmability.
 */
import { createHash } from 'node:crypto';
import { Argv } from '../commands/argv.js';
import { DENYOOM, NOSCRIPT, WRITE } from '../commands/flags.js';
import type { Scripting as ScriptingService } from '../commands/services/scripting.js';
import { type CommandTable, NO_COMMAND } from '../commands/table.js';
import { Reply } from '../protocol/reply.js';
import { ReplyError } from '../protocol/reply-error.js';
import type { ScriptHost, ScriptMachine } from '../scripting/machine.js';
import { failure, ReplyDecoder, writeValue } from '../scripting/reply-values.js';
import { type ParsedScript, parseScript } from '../scripting/shebang.js';
import { isFailure, type ScriptFailure, type ScriptValue } from '../scripting/value.js';
import type { Session } from './session.js';

const NO_SCRIPT = new ReplyError('NOSCRIPT No matching script. Please use EVAL.');
const NOT_READY = new ReplyError('ERR scripting is not available: the Lua machine was not loaded');
const KEYS_NEGATIVE = new ReplyError("ERR Number of keys can't be negative");
const KEYS_TOO_MANY = new ReplyError("ERR Number of keys can't be greater than number of args");
const WRITES_IN_READ_ONLY = new ReplyError(
  'ERR Can not execute a script with write flag using *_ro command.',
);
const OUT_OF_MEMORY_SCRIPT = new ReplyError(
  "OOM allow-oom flag is not set on the script, can not run it when used memory > 'maxmemory'",
);

const NO_ARGUMENTS = failure(Buffer.from('ERR Please specify at least one argument for this redis lib call'));
const UNKNOWN_COMMAND = failure(Buffer.from('ERR Unknown Redis command called from script'));
const WRONG_ARITY = failure(Buffer.from('ERR Wrong number of args calling Redis command from script'));
const NOT_ALLOWED = failure(Buffer.from('ERR This Redis command is not allowed from script'));
const READ_ONLY = failure(Buffer.from('ERR Write commands are not allowed from read-only scripts.'));

const SHA_DIGITS = 40;

interface Script extends ParsedScript {
  readonly sha: string;
}

/** What scripts need of their server. */
export interface ScriptingHost {
  readonly currentSession: Session;
  readonly table: CommandTable;
  /** Runs a command for the current session. */
  runQueued(id: number, argv: Argv, reply: Reply): void;
  refuseForMemory(): ReplyError | null;
  /** While above zero, commands can't wait. */
  scriptDepth: number;
  /** The database that the client has selected is looked up again. */
  reselect(): void;
  /** `redis.log` */
  log(level: number, message: string): void;
}

export class Scripting implements ScriptingService, ScriptHost {
  readonly #host: ScriptingHost;
  readonly #scripts = new Map<string, Script>();
  readonly #argv = new Argv();
  readonly #reply = new Reply();
  readonly #decoder = new ReplyDecoder();
  #machine: ScriptMachine | null = null;
  #isReadOnly = false;
  #allowsOutOfMemory = false;
  #hasWritten = false;

  constructor(host: ScriptingHost) {
    this.#host = host;
  }

  /** The machine is loaded apart, since that takes a moment and is asynchronous. */
  use(machine: ScriptMachine): void {
    this.#machine = machine;
  }

  /** Scripts kept. */
  get count(): number {
    return this.#scripts.size;
  }

  load(script: Buffer): string {
    return this.#keep(script).sha;
  }

  exists(sha: string): boolean {
    return this.#scripts.has(sha.toLowerCase());
  }

  flush(): void {
    this.#scripts.clear();
  }

  evaluate(argv: Argv, bySha: boolean, isReadOnly: boolean, reply: Reply): void {
    if (bySha && argv.byteLength(1) !== SHA_DIGITS) throw NO_SCRIPT;
    const keyCount = argv.integer(2);
    if (keyCount > argv.count - 3) throw KEYS_TOO_MANY;
    if (keyCount < 0) throw KEYS_NEGATIVE;
    const script = bySha ? this.#known(argv.latin1(1)) : this.#keep(argv.copy(1));
    this.#admit(script, isReadOnly);
    const words: Buffer[] = [];
    for (let index = 3; index < argv.count; index++) words.push(argv.copy(index));
    this.#run(script, words.slice(0, keyCount), words.slice(keyCount), reply);
  }

  call(args: Buffer[]): ScriptValue {
    if (args.length === 0) return NO_ARGUMENTS;
    const { table } = this.#host;
    const argv = this.#argv.assign(args);
    const id = this.#resolve(argv);
    if (typeof id !== 'number') return id;
    const flags = table.flagsOf[id];
    if ((flags & NOSCRIPT) !== 0) return NOT_ALLOWED;
    if ((flags & WRITE) !== 0 && this.#isReadOnly) return READ_ONLY;
    if ((flags & DENYOOM) !== 0 && !this.#allowsOutOfMemory && !this.#hasWritten) {
      const refusal = this.#host.refuseForMemory();
      if (refusal !== null) return failure(Buffer.from(refusal.message, 'latin1'));
    }
    if ((flags & WRITE) !== 0) this.#hasWritten = true;
    this.#reply.reset();
    this.#host.runQueued(id, argv, this.#reply);
    return this.#decoder.decode(this.#reply.bytes, 0);
  }

  log(level: number, message: Buffer): void {
    this.#host.log(level, message.toString('utf8'));
  }

  setProtocol(version: 2 | 3): void {
    this.#reply.resp = version;
  }

  #run(script: Script, keys: readonly Buffer[], args: readonly Buffer[], reply: Reply): void {
    const host = this.#host;
    const session = host.currentSession;
    const { db } = session;
    this.#reply.resp = 2;
    this.#hasWritten = false;
    host.scriptDepth++;
    let result: ScriptValue;
    try {
      result = this.#ready().run(script.body, keys, args);
    } finally {
      host.scriptDepth--;
      // A SELECT in the script was the script's own.
      session.db = db;
      host.reselect();
    }
    if (isFailure(result) && result.meta !== undefined) throw endedBy(script, result);
    writeValue(reply, result);
  }

  /** @throws why a script may not begin */
  #admit(script: Script, isReadOnly: boolean): void {
    this.#isReadOnly = isReadOnly || script.isWithoutWrites;
    this.#allowsOutOfMemory = script.allowsOutOfMemory;
    if (isReadOnly && script.hasShebang && !script.isWithoutWrites) throw WRITES_IN_READ_ONLY;
    if (script.hasShebang && !script.isWithoutWrites && !script.allowsOutOfMemory) {
      if (this.#host.refuseForMemory() !== null) throw OUT_OF_MEMORY_SCRIPT;
    }
  }

  #known(sha: string): Script {
    const script = this.#scripts.get(sha.toLowerCase());
    if (script === undefined) throw NO_SCRIPT;
    return script;
  }

  /** Compiles a script that isn't known yet, and keeps it. */
  #keep(source: Buffer): Script {
    const sha = createHash('sha1').update(source).digest('hex');
    const known = this.#scripts.get(sha);
    if (known !== undefined) return known;
    const script = { ...parseScript(source), sha };
    const error = this.#ready().compileError(script.body);
    if (error !== null) throw new ReplyError(`ERR Error compiling script (new function): ${error}`);
    this.#scripts.set(sha, script);
    return script;
  }

  #ready(): ScriptMachine {
    if (this.#machine === null) throw NOT_READY;
    return this.#machine;
  }

  #resolve(argv: Argv): number | ScriptFailure {
    const { table } = this.#host;
    try {
      const id = table.resolve(argv);
      return id === NO_COMMAND ? UNKNOWN_COMMAND : id;
    } catch (thrown) {
      if (!(thrown instanceof ReplyError)) throw thrown;
      return thrown.message.startsWith('ERR unknown subcommand') ? UNKNOWN_COMMAND : WRONG_ARITY;
    }
  }
}

/** What the client is told of an error that ended its script. */
function endedBy(script: Script, { err, code, meta }: ScriptFailure): ReplyError {
  let text = err.toString('latin1');
  const line = meta?.line ?? 1;
  if (meta?.kind === 'global-read') {
    text = `user_script:${line}: Script attempted to access nonexistent global variable '${meta.name}'`;
  } else if (meta?.kind === 'command-arg-type') {
    text = 'Lua redis lib command arguments must be strings or integers';
  }
  const prefix = code?.toString('latin1') ?? 'ERR';
  return new ReplyError(`${prefix} ${text} script: ${script.sha}, on @user_script:${line}.`);
}
