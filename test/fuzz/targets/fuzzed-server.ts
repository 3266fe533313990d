/** A server in memory for targets that need one: a bug of its own breaks the target, and no input may cost it much. */
import assert from 'node:assert/strict';
import { Config } from '../../../src/server/config/config.js';
import type { Client } from '../../support/client.js';
import { MemoryServer } from '../../support/memory-server.js';
import { encodeRequest, type Word } from '../../support/words.js';

/** Instructions of a script: a loop without end takes milliseconds, and one that writes not much longer. */
const INSTRUCTIONS_MAX = 200_000;

export class FuzzedServer {
  readonly memory: MemoryServer;
  readonly client: Client;
  #error: unknown = null;

  constructor() {
    this.memory = new MemoryServer({
      config: new Config({ save: '', 'proto-max-bulk-len': '1mb' }),
      internalError: (error) => {
        this.#error ??= error;
      },
    });
    this.memory.server.scripting.calls.supervision.instructionsMax = INSTRUCTIONS_MAX;
    this.client = this.memory.connect();
  }

  /** The reply to a command that doesn't wait. @throws the bug that it met */
  call(...words: Word[]): Buffer {
    this.client.send(encodeRequest(words));
    this.assertSound();
    const reply = this.client.takeReply();
    assert.ok(reply !== null, 'a reply came at once');
    return reply;
  }

  /** @throws the bug that was met */
  assertSound(): void {
    if (this.#error !== null) throw this.#error;
  }

  /** All keys go, and their memory comes back. */
  empty(): void {
    this.memory.assertNoLeak();
    this.assertSound();
  }
}
