/** How what a master sends gets into this server: its snapshot in place of all data, its stream as requests. */
import type { Observers } from '../../commands/services/observers.js';
import type { Keyspace } from '../../engine/keyspace.js';
import type { EncodingLimits } from '../../engine/types/encoding-limits.js';
import type { FunctionLibraries } from '../../persistence/rdb/functions.js';
import type { Config } from '../config/config.js';
import { ConfigMistake } from '../config/mistake.js';
import { dropAll } from '../persistence/drop-all.js';
import { LOADING } from '../persistence/gates.js';
import { type KeyspaceTarget, targetOf } from '../persistence/rdb-target.js';
import type { Session } from '../session.js';

const NOTICE = 2;
const WARNING = 3;

export interface IntakeHost {
  readonly config: Config;
  readonly keyspace: Keyspace;
  readonly context: { readonly encodingLimits: EncodingLimits };
  readonly functions: FunctionLibraries | null;
  readonly observers: Observers;
  readonly persistence: { readonly aof: { turn(isWanted: boolean): void } };
  states: number;
  receive(session: Session, bytes: Buffer, start: number, end: number): number;
  log(level: number, message: string): void;
  sleep(ms: number): void;
}

export class Intake {
  readonly #host: IntakeHost;

  constructor(host: IntakeHost) {
    this.#host = host;
  }

  /** All data go, and a snapshot comes. @returns where it goes */
  begin(): KeyspaceTarget {
    const { persistence } = this.#host;
    this.#host.states |= LOADING;
    // The append-only file: what it has goes away, and what comes is no change that it would be told of.
    persistence.aof.turn(false);
    dropAll(this.#host);
    return targetOf(this.#host, { keepsExpired: true });
  }

  /** It is whole (@param error null), or will never be. */
  end(error: Error | null): void {
    this.#host.states &= ~LOADING;
    if (error !== null) dropAll(this.#host);
    else this.#host.log(NOTICE, 'MASTER <-> REPLICA sync: Finished with success');
    this.#restartFile();
  }

  /** Runs a part of the stream. @returns bytes consumed */
  run(session: Session, bytes: Buffer, start: number, end: number): number {
    const { keyspace } = this.#host;
    // The master decides what has expired.
    keyspace.expiryIgnored = true;
    try {
      return this.#host.receive(session, bytes, start, end);
    } finally {
      keyspace.expiryIgnored = false;
    }
  }

  /** The append-only file begins anew with the data that are there now. */
  #restartFile(): void {
    const { config, persistence } = this.#host;
    try {
      persistence.aof.turn(config.get('appendonly'));
    } catch (error) {
      if (!(error instanceof ConfigMistake)) throw error;
      this.#host.log(WARNING, `After a synchronization: ${error.reason}`);
    }
  }
}
