/**
 * Effects that are refused where they should work: a request of the master's stream, or of an append-only file. The data are
 * not what they were there, then. `propagation-error-behavior` says whether the server goes on with them.
 */
import type { CommandTable } from '../../commands/table.js';
import type { ReplyError } from '../../protocol/reply-error.js';
import type { Config } from '../config/config.js';
import { WARNING } from '../log-levels.js';
import type { Session } from '../session.js';

export interface RefusedEffectsHost {
  readonly config: Config;
  readonly table: CommandTable;
  readonly serving: {
    readonly scriptDepth: number;
    readonly currentSession: Session;
    readonly currentCommand: number;
  };
  readonly debugging: { panic(reason: string): void };
  log(level: number, message: string): void;
}

export class RefusedEffects {
  /** Since the server started, or CONFIG RESETSTAT. */
  count = 0;
  readonly #host: RefusedEffectsHost;

  constructor(host: RefusedEffectsHost) {
    this.#host = host;
  }

  /** The request at hand, anybody's, was refused. A script's own calls may be: it deals with that, here as there. */
  refused(error: ReplyError): void {
    const { config, serving, table } = this.#host;
    if (!serving.currentSession.isMaster || serving.scriptDepth > 0) return;
    const isGrave = config.get('propagation-error-behavior') !== 'ignore' && config.get('replica-read-only');
    this.#tell('replica', 'master', error, table.names[serving.currentCommand], isGrave);
  }

  /** So was a command of an append-only file. */
  refusedInFile(error: ReplyError, command: string): void {
    const isGrave = this.#host.config.get('propagation-error-behavior') === 'panic';
    this.#tell('server', 'AOF-loading-client', error, command, isGrave);
  }

  #tell(from: string, to: string, error: ReplyError, command: string, isGrave: boolean): void {
    this.count++;
    const { debugging } = this.#host;
    this.#host.log(
      WARNING,
      `== CRITICAL == This ${from} is sending an error to its ${to}: '${error.message}' after processing the command '${command}'`,
    );
    if (!isGrave) return;
    debugging.panic(
      `This ${from} panicked sending an error to its ${to} after processing the command '${command}'`,
    );
  }
}
