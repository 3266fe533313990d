/** CONFIG: the configuration as clients see it and change it, and the file that it came from. */
import { readFileSync } from 'node:fs';
import type { Client } from '../../commands/services/client.js';
import type { Configuration } from '../../commands/services/configuration.js';
import { ReplyError } from '../../protocol/reply-error.js';
import { isLocalAddress } from '../clients/protected-mode.js';
import { replaceFile } from '../replace-file.js';
import type { Guarded } from '../requests/protected-commands.js';
import { type Config, isSensitive } from './config.js';
import { type LiveLines, rewriteConfig } from './rewrite.js';
import type { SocketMove } from './socket-move.js';

const NO_FILE = new ReplyError('ERR The server is running without a config file');

export class LiveConfiguration implements Configuration {
  readonly #config: Config;
  readonly #sockets: SocketMove;
  readonly #resetStatistics: () => void;
  readonly #liveLines: () => LiveLines;

  /** @param liveLines what CONFIG REWRITE writes beside the configuration */
  constructor(config: Config, sockets: SocketMove, resetStatistics: () => void, liveLines: () => LiveLines) {
    this.#config = config;
    this.#sockets = sockets;
    this.#resetStatistics = resetStatistics;
    this.#liveLines = liveLines;
  }

  matching(patterns: readonly string[]): ReadonlyMap<string, string> {
    return this.#config.matching(patterns);
  }

  set(pairs: readonly (readonly [string, string])[], client: Client): void {
    this.#config.set(pairs, this.#lets('enable-protected-configs', client));
  }

  movesSockets(pairs: readonly (readonly [string, string])[]): boolean {
    return this.#sockets.isAskedBy(pairs);
  }

  beginMove(pairs: readonly (readonly [string, string])[], client: Client, canWait: boolean): boolean {
    return this.#sockets.begin(pairs, canWait, () =>
      this.#config.set(pairs, this.#lets('enable-protected-configs', client)),
    );
  }

  awaitMove(client: Client): void {
    this.#sockets.awaits(client);
  }

  finishMove(client: Client): void {
    this.#sockets.finish(client);
  }

  isSecret(name: string): boolean {
    return isSensitive(name);
  }

  /** @param isComplete with directives that were never set */
  rewrite(isComplete = false): void {
    const { file } = this.#config;
    if (file === '') throw NO_FILE;
    try {
      replaceFile(file, rewriteConfig(this.#config, readIfThere(file), this.#liveLines(), isComplete));
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      throw new ReplyError(`ERR Rewriting config file: ${error.message}`);
    }
  }

  resetStatistics(): void {
    this.#resetStatistics();
  }

  /** Whether the configuration lets a client use a command that needs its leave. */
  allows(guarded: Guarded, client: Client): boolean {
    return this.#lets(`enable-${guarded}-command`, client);
  }

  #lets(directive: `enable-${Guarded}-command` | 'enable-protected-configs', client: Client): boolean {
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
