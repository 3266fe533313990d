/** The same requests to januskv and to the reference, over one connection each. */
import type { SocketClient } from '../support/socket-client.js';
import { encodeRequest } from '../support/words.js';
import type { Request } from './grammar.js';
import type { Rules } from './rules.js';
import { commandOf } from './state.js';

export interface Answers {
  readonly ours: readonly Buffer[];
  readonly theirs: readonly Buffer[];
}

export class Duel {
  constructor(
    readonly ours: SocketClient,
    readonly theirs: SocketClient,
    /** How replies may differ from this reference's. */
    readonly rules: Rules,
  ) {}

  /** The requests in as few writes as can be, and their replies: fewer than requests when they stop coming. */
  async exchange(requests: readonly Request[]): Promise<Answers> {
    const ours: Buffer[] = [];
    const theirs: Buffer[] = [];
    for (const batch of batches(requests)) {
      const answers = await this.#exchange(batch);
      ours.push(...answers.ours);
      theirs.push(...answers.theirs);
      if (answers.ours.length < batch.length || answers.theirs.length < batch.length) break;
    }
    return { ours, theirs };
  }

  async #exchange(requests: readonly Request[]): Promise<Answers> {
    const bytes = Buffer.concat(requests.map(encodeRequest));
    const [ours, theirs] = await Promise.all([
      collect(this.ours, bytes, requests.length),
      collect(this.theirs, bytes, requests.length),
    ]);
    return { ours, theirs };
  }

  async close(): Promise<void> {
    await Promise.all([this.ours.quit(), this.theirs.quit()]);
  }
}

/**
 * From 7.2 on Redis says nothing of a refused password while replies to earlier requests wait to be sent: who
 * authenticates does so when those were read.
 */
function* batches(requests: readonly Request[]): Iterable<readonly Request[]> {
  let start = 0;
  for (let at = 1; at < requests.length; at++) {
    const command = commandOf(requests[at]);
    if (command !== 'auth' && command !== 'hello') continue;
    yield requests.slice(start, at);
    start = at;
  }
  yield requests.slice(start);
}

/** No command of a family blocks: a reply that takes longer doesn't come. */
const PATIENCE_MS = 10_000;

/** @returns fewer replies than requests when they stop coming */
async function collect(client: SocketClient, bytes: Buffer, count: number): Promise<Buffer[]> {
  client.send(bytes);
  const replies: Buffer[] = [];
  const patience = setTimeout(() => client.socket.destroy(), PATIENCE_MS);
  try {
    while (replies.length < count) replies.push(await client.reply());
  } catch {
    // The connection is closed, by the server or by us: the caller sees what is missing.
  } finally {
    clearTimeout(patience);
  }
  return replies;
}
