/** CONFIG: the configuration as clients see it and change it, and the file that it came from. */
import { closeSync, fsyncSync, openSync, readFileSync, renameSync, rmSync, writeSync } from 'node:fs';
import type { Client } from '../commands/services/client.js';
import type { Configuration } from '../commands/services/configuration.js';
import { ReplyError } from '../protocol/reply-error.js';
import { type Config, isSensitive } from './config/config.js';
import { rewriteConfig } from './config/rewrite.js';
import { isLocalAddress } from './protected-mode.js';

const NO_FILE = new ReplyError('ERR The server is running without a config file');
const FILE_MODE = 0o644;

export class LiveConfiguration implements Configuration {
  readonly #config: Config;
  readonly #resetStatistics: () => void;

  constructor(config: Config, resetStatistics: () => void) {
    this.#config = config;
    this.#resetStatistics = resetStatistics;
  }

  matching(patterns: readonly string[]): ReadonlyMap<string, string> {
    return this.#config.matching(patterns);
  }

  set(pairs: readonly (readonly [string, string])[], client: Client): void {
    this.#config.set(pairs, this.#lets('enable-protected-configs', client));
  }

  isSecret(name: string): boolean {
    return isSensitive(name);
  }

  rewrite(): void {
    const { file } = this.#config;
    if (file === '') throw NO_FILE;
    try {
      replaceFile(file, rewriteConfig(this.#config, readIfThere(file)));
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      throw new ReplyError(`ERR Rewriting config file: ${error.message}`);
    }
  }

  resetStatistics(): void {
    this.#resetStatistics();
  }

  allowsDebug(client: Client): boolean {
    return this.#lets('enable-debug-command', client);
  }

  #lets(directive: 'enable-debug-command' | 'enable-protected-configs', client: Client): boolean {
    const who = this.#config.get(directive);
    return who === 'yes' || (who === 'local' && isLocalAddress(client.peerAddress));
  }
}

/** A file that is gone is written anew. */
function readIfThere(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return '';
    throw error;
  }
}

/** At no moment is there a file half written, not even when the machine stops. */
function replaceFile(path: string, text: string): void {
  const draft = `${path}.rewrite-${process.pid}`;
  const fd = openSync(draft, 'w', FILE_MODE);
  try {
    try {
      writeSync(fd, text, null, 'latin1');
      fsyncSync(fd);
    } finally {
      closeSync(fd);
    }
    renameSync(draft, path);
  } catch (error) {
    rmSync(draft, { force: true });
    throw error;
  }
}
