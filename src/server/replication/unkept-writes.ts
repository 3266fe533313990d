/**
 * What a master writes to a replica whose own disk fails: it can't be refused, and what the replica would have after a
 * restart is no longer what it has acknowledged. As `replica-ignore-disk-write-errors` says, the server ends, or goes on.
 */
import type { Clock } from '../../base/clock.js';
import { WRITE } from '../../commands/flags.js';
import type { CommandTable } from '../../commands/table.js';
import type { Config } from '../config/config.js';
import { WARNING } from '../log-levels.js';

const TOLD_INTERVAL_US = 10_000_000;

export interface UnkeptWritesHost {
  readonly table: CommandTable;
  readonly config: Config;
  readonly clock: Clock;
  log(level: number, message: string): void;
  fail(message: string): void;
}

export class UnkeptWrites {
  readonly #host: UnkeptWritesHost;
  #toldAtUs = Number.NEGATIVE_INFINITY;

  constructor(host: UnkeptWritesHost) {
    this.#host = host;
  }

  /** A command of the master is about to run. */
  arrived(id: number): void {
    const host = this.#host;
    if ((host.table.flagsOf[id] & WRITE) === 0) return;
    if (!host.config.get('replica-ignore-disk-write-errors')) {
      host.fail('Replica was unable to write command to disk.');
      return;
    }
    const nowUs = host.clock.monotonicUs();
    if (nowUs - this.#toldAtUs < TOLD_INTERVAL_US) return;
    this.#toldAtUs = nowUs;
    host.log(WARNING, 'Replica is applying a command even though it is unable to write to disk.');
  }
}
