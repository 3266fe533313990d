/**
 * Runs the commands of an append-only file, for a client without a connection. While they run nothing expires: what
 * had expired when they were written was removed by a command of its own.
 */
import type { Argv } from '../../commands/argv.js';
import type { Context } from '../../commands/context.js';
import { type CommandTable, NO_COMMAND } from '../../commands/table.js';
import type { Keyspace } from '../../engine/keyspace.js';
import { Reply } from '../../protocol/reply.js';
import { ReplyError } from '../../protocol/reply-error.js';
import { noTransport } from '../clients/no-transport.js';
import type { Config } from '../config/config.js';
import type { Propagation } from '../propagation/propagation.js';
import type { RefusedEffects } from '../propagation/refused-effects.js';
import { Session } from '../session.js';
import { keyDelay } from './rdb-target.js';

export interface ReplayHost {
  readonly config: Config;
  readonly table: CommandTable;
  readonly context: Context;
  readonly keyspace: Keyspace;
  readonly propagation: Propagation;
  readonly refusedEffects: RefusedEffects;
  sleep(ms: number): void;
  readonly serving: {
    /** While above zero, commands can't wait. */
    scriptDepth: number;
    runAs(session: Session, reply: Reply, work: () => void): void;
  };
}

/** A command that there isn't. */
export class UnknownCommand extends Error {
  constructor(readonly command: string) {
    super(`Unknown command '${command}'`);
  }
}

export class AofReplay {
  readonly #host: ReplayHost;
  readonly #session: Session;
  readonly #reply = new Reply();
  /** A command takes as long as a key does. */
  readonly #afterCommand: (() => void) | undefined;
  /** The commands of a transaction that isn't whole yet; null outside of one. */
  #queue: Argv[] | null = null;

  constructor(host: ReplayHost) {
    this.#host = host;
    this.#afterCommand = keyDelay(host);
    this.#session = new Session(0, noTransport, host.keyspace.databases[0], 0);
  }

  get isInTransaction(): boolean {
    return this.#queue !== null;
  }

  /** Each file begins with the first database selected. */
  beginFile(): void {
    this.#queue = null;
    this.#session.db = this.#host.keyspace.databases[0];
  }

  /** What runs commands inside `work` finds every key that was not removed. */
  during(work: () => void): void {
    const { context, keyspace, propagation, serving } = this.#host;
    const { dirty } = context;
    keyspace.expiryIgnored = true;
    context.nowMs = keyspace.nowMs;
    serving.scriptDepth++;
    try {
      propagation.silently(() => serving.runAs(this.#session, this.#reply, work));
    } finally {
      serving.scriptDepth--;
      keyspace.expiryIgnored = false;
      // What was loaded is no change.
      context.dirty = dirty;
    }
  }

  /** To be called inside `during`. @throws UnknownCommand */
  run(argv: Argv): void {
    const id = this.#resolve(argv);
    const name = this.#host.table.names[id];
    if (name === 'multi') {
      this.#queue = [];
    } else if (this.#queue === null) {
      this.#call(id, argv);
    } else if (name === 'exec') {
      const queue = this.#queue;
      this.#queue = null;
      for (const request of queue) this.#call(this.#resolve(request), request);
    } else {
      this.#queue.push(argv.clone());
    }
  }

  #resolve(argv: Argv): number {
    const { table } = this.#host;
    try {
      const id = table.resolve(argv);
      if (id !== NO_COMMAND) return id;
    } catch (thrown) {
      if (!(thrown instanceof ReplyError)) throw thrown;
    }
    throw new UnknownCommand(argv.shown(0));
  }

  #call(id: number, argv: Argv): void {
    this.#reply.reset();
    try {
      this.#host.table.runOf[id]?.(this.#host.context, argv, this.#reply);
    } catch (thrown) {
      if (!(thrown instanceof ReplyError)) throw thrown;
      this.#host.refusedEffects.refusedInFile(thrown, this.#host.table.names[id]);
    }
    this.#afterCommand?.();
  }
}
