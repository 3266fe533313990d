/**
 * What a running script or function may do: its redis.call, with everything that may refuse it, and its log.
 *
 * Source: redis.io/docs/interact/programmability; refusals and their order as redis-server 7.2.
 */
import { Argv } from '../../commands/argv.js';
import { DENYOOM, MAY_REPLICATE, NOSCRIPT, STALE, WRITE } from '../../commands/flags.js';
import type { RunningScript } from '../../commands/services/functions.js';
import { type CommandTable, NO_COMMAND } from '../../commands/table.js';
import { Reply } from '../../protocol/reply.js';
import { ReplyError } from '../../protocol/reply-error.js';
import type { ScriptHost } from '../../scripting/script-host.js';
import { RESTRICTED, type Session } from '../session.js';
import { Supervision } from './supervision.js';

const UNKNOWN_COMMAND = new ReplyError('ERR Unknown Redis command called from script');
const WRONG_ARITY = new ReplyError('ERR Wrong number of args calling Redis command from script');
const NOT_ALLOWED = new ReplyError('ERR This Redis command is not allowed from script');
const NOT_WHEN_STALE = new ReplyError('ERR Can not execute the command on a stale replica');
const READ_ONLY = new ReplyError('ERR Write commands are not allowed from read-only scripts.');
const NOT_BUSY = new ReplyError('NOTBUSY No scripts in execution right now.');
const UNKILLABLE = new ReplyError(
  'UNKILLABLE Sorry the script already executed write commands against the dataset. You can either wait the script termination or kill the server in a hard way using the SHUTDOWN NOSAVE command.',
);
const BUSY_SCRIPT = new ReplyError(
  'BUSY Redis is busy running a script. You can only call SCRIPT KILL or SHUTDOWN NOSAVE.',
);
const BUSY_FUNCTION = new ReplyError(
  'BUSY Redis is busy running a script. You can only call FUNCTION KILL or SHUTDOWN NOSAVE.',
);

/** What scripts need of their server. */
export interface ScriptingHost {
  readonly currentSession: Session;
  readonly table: CommandTable;
  /** Runs a command that a script calls for the current session. */
  runWithin(id: number, argv: Argv, reply: Reply): void;
  /** Why the current session's user may not have a script run a request, or null. */
  refuseInScript(id: number, argv: Argv): ReplyError | null;
  /** The same without a trace of the question. */
  mayRun(id: number, argv: Argv): boolean;
  refuseForMemory(): ReplyError | null;
  /** A request that runs a script is shown to monitors before what the script does. */
  scriptBegins(argv: Argv): void;
  /** The link to the master is down, and what may be stale isn't to be seen. */
  readonly isCutOff: boolean;
  /** Why nothing may be written now, or null. */
  refuseWriting(): ReplyError | null;
  /** A refusal counts among the errors, and against its command. @param id may be NO_COMMAND */
  countRefusal(id: number, refusal: ReplyError): void;
  /** A command's call counts as failed, so many times. */
  countFailures(id: number, count: number): void;
  /** While above zero, commands can't wait. */
  scriptDepth: number;
  /** The database that the client has selected is looked up again. */
  reselect(): void;
  /** `redis.log` */
  log(level: number, message: string): void;
  monotonicMs(): number;
}

export type ScriptKind = 'script' | 'function';

/** What a script said that it will do, and won't do. */
export interface Permissions {
  readonly isReadOnly: boolean;
  readonly allowsOutOfMemory: boolean;
}

export class ScriptCalls implements ScriptHost {
  readonly request = new Argv();
  readonly reply = new Reply();
  /** The script has run a command that writes: it can't be undone, and so not be stopped. */
  hasWritten = false;
  /** DEBUG SET-DISABLE-DENY-SCRIPTS: scripts may call what is made for clients alone. */
  allowsAllCommands = false;
  /** Scripts that are debugged have a host of their own (scripting/debugger/debugged-calls.ts). */
  readonly debugSession = null;
  kind: ScriptKind = 'script';
  /** Its SHA1, or the function's name. */
  name = '';
  /** The request that runs it; null between two scripts. */
  command: Argv | null = null;
  readonly supervision: Supervision;

  readonly #host: ScriptingHost;
  #permissions: Permissions = { isReadOnly: true, allowsOutOfMemory: false };

  constructor(host: ScriptingHost) {
    this.#host = host;
    this.supervision = new Supervision(() => host.monotonicMs());
  }

  /** The function that runs, for those who are served meanwhile; null while none does. @throws while a script runs */
  get running(): RunningScript | null {
    const { command } = this;
    if (command === null) return null;
    if (this.kind === 'script') throw BUSY_SCRIPT;
    const words = Array.from({ length: command.count }, (_, index) => command.copy(index));
    return { name: this.name, command: words, elapsedMs: Math.floor(this.supervision.runningMs) };
  }

  /**
   * Ends the script at hand from outside, between two of its instructions.
   * @throws why that can't be
   */
  kill(what: ScriptKind): void {
    if (this.command === null) throw NOT_BUSY;
    if (this.hasWritten) throw UNKILLABLE;
    if (what !== this.kind) throw this.busy;
    this.supervision.kill();
  }

  /** What those are told who want something else meanwhile. */
  get busy(): ReplyError {
    return this.kind === 'script' ? BUSY_SCRIPT : BUSY_FUNCTION;
  }

  /**
   * Runs a script as the current session's.
   * @param name what errors call it
   * @param command the request that runs it
   */
  attend(permissions: Permissions, kind: ScriptKind, name: string, command: Argv, run: () => void): void {
    const host = this.#host;
    const session = host.currentSession;
    const { db } = session;
    this.#permissions = permissions;
    this.hasWritten = false;
    this.kind = kind;
    this.name = name;
    this.command = command;
    this.supervision.begin();
    host.scriptDepth++;
    try {
      run();
    } finally {
      host.scriptDepth--;
      this.command = null;
      this.supervision.end();
      if (session.db !== db) {
        // A SELECT in the script was the script's own.
        session.db = db;
        host.reselect();
      }
    }
  }

  call(): ReplyError | null {
    const { table } = this.#host;
    let id = NO_COMMAND;
    let refusal: ReplyError | null;
    try {
      id = table.resolve(this.request);
      refusal = id === NO_COMMAND ? UNKNOWN_COMMAND : this.#refusal(id);
    } catch (thrown) {
      if (!(thrown instanceof ReplyError)) throw thrown;
      refusal = thrown.message.startsWith('ERR unknown subcommand') ? UNKNOWN_COMMAND : WRONG_ARITY;
      if (refusal === WRONG_ARITY) id = table.lookup(this.request);
    }
    if (refusal !== null) {
      this.#host.countRefusal(id, refusal);
      return refusal;
    }
    this.reply.reset();
    this.#host.runWithin(id, this.request, this.reply);
    return null;
  }

  /** Errors of its commands are failures of the script, too. @param command the request that ran it */
  passedOn(command: Argv, errorCount: number): void {
    if (errorCount > 0) this.#host.countFailures(this.#host.table.lookup(command), errorCount);
  }

  mayCall(): boolean | null {
    const { request } = this;
    const id = this.#host.table.lookup(request);
    return id === NO_COMMAND ? null : this.#host.mayRun(id, request);
  }

  log(level: number, message: Buffer): void {
    this.#host.log(level, message.toString('utf8'));
  }

  interrupt(): string | null {
    return this.supervision.interrupt();
  }

  monotonicMs(): number {
    return this.#host.monotonicMs();
  }

  #refusal(id: number): ReplyError | null {
    const flags = this.#host.table.flagsOf[id];
    if ((flags & NOSCRIPT) !== 0 && !this.allowsAllCommands) return NOT_ALLOWED;
    if ((flags & STALE) === 0 && this.#host.isCutOff) return NOT_WHEN_STALE;
    if ((this.#host.currentSession.states & RESTRICTED) !== 0) {
      const refusal = this.#host.refuseInScript(id, this.request);
      if (refusal !== null) return refusal;
    }
    if ((flags & (WRITE | DENYOOM | MAY_REPLICATE)) === 0) return null;
    // PUBLISH and PFCOUNT count as writing: replicas may be told of them.
    if ((flags & (WRITE | MAY_REPLICATE)) !== 0 && this.#permissions.isReadOnly) return READ_ONLY;
    if ((flags & WRITE) !== 0) {
      const refusal = this.#host.refuseWriting();
      if (refusal !== null) return refusal;
    }
    if ((flags & DENYOOM) !== 0 && !this.#permissions.allowsOutOfMemory && !this.hasWritten) {
      const refusal = this.#host.refuseForMemory();
      if (refusal !== null) return refusal;
    }
    if ((flags & WRITE) !== 0) this.hasWritten = true;
    return null;
  }
}
