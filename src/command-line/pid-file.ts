/** The file that tells others the process to signal: the directive `pidfile`. */
import { rmSync, writeFileSync } from 'node:fs';
import { NOTICE, WARNING } from '../server/log-levels.js';
import type { Log } from './log.js';

/** Of a daemon that is given none. */
export const DEFAULT_PID_FILE = '/var/run/januskv.pid';

export class PidFile {
  readonly #path: Buffer;
  #isWritten = false;

  /** @param path latin1; empty for no file. One that can't be written is no reason not to serve */
  constructor(
    path: string,
    readonly log: Log,
  ) {
    this.#path = Buffer.from(path, 'latin1');
    if (path === '') return;
    try {
      writeFileSync(this.#path, `${process.pid}\n`);
      this.#isWritten = true;
    } catch (error) {
      log.write(WARNING, `Failed to write PID file: ${error instanceof Error ? error.message : error}`);
    }
  }

  remove(): void {
    if (!this.#isWritten) return;
    this.log.write(NOTICE, 'Removing the pid file.');
    rmSync(this.#path, { force: true });
  }
}
