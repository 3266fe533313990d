/**
 * `oom-score-adj`: how soon the kernel ends this process when the machine has no memory left. A replica is to go before its
 * master, by the values of `oom-score-adj-values`; the third is for children that save, of which there are none here.
 *
 * Source: proc(5), /proc/pid/oom_score_adj.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import type { Config } from '../server/config/config.js';
import { ConfigMistake } from '../server/config/mistake.js';
import { WARNING } from '../server/log-levels.js';
import type { Log } from './log.js';

const FILE = '/proc/self/oom_score_adj';
const SCORE_MAX = 1000;

export class OomScore {
  readonly #config: Config;
  readonly #log: Log;
  /** What it was before; null: it was never touched. */
  #base: number | null = null;

  constructor(config: Config, log: Log) {
    this.#config = config;
    this.#log = log;
  }

  /** Goes by the directives, and by whether there is a master, from now on. */
  watch(): void {
    // At the start, and when a master comes or goes, what can't be had is in the log, and no reason to stop.
    let isAsked = false;
    this.#config.watch('oom-score-adj', () => this.#apply(isAsked));
    this.#config.watch('oom-score-adj-values', () => this.#apply(isAsked));
    this.#config.watch('replicaof', () => this.#apply(false));
    isAsked = true;
  }

  /** @throws ConfigMistake when CONFIG SET asked for it and the kernel refuses */
  #apply(isAsked: boolean): void {
    const mode = this.#config.get('oom-score-adj');
    if (mode === 'no' && this.#base === null) return;
    try {
      this.#base ??= Number(readFileSync(FILE, 'latin1'));
      const score = mode === 'no' ? this.#base : this.#wanted() + (mode === 'absolute' ? 0 : this.#base);
      writeFileSync(FILE, `${Math.max(-SCORE_MAX, Math.min(SCORE_MAX, score))}\n`);
      if (mode === 'no') this.#base = null;
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      this.#log.write(WARNING, `Unable to write oom_score_adj: ${error.message}`);
      if (isAsked)
        throw new ConfigMistake('Failed to apply new oom_score_adj configuration, check server logs.');
    }
  }

  #wanted(): number {
    const [ofMaster, ofReplica] = this.#config.get('oom-score-adj-values');
    return this.#config.get('replicaof') === '' ? ofMaster : ofReplica;
  }
}
