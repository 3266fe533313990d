/**
 * One client that writes as fast as it is answered, and what must be found of it after the server was killed: each of
 * its operations appends its number to a list, so that the list says which operations there were, in which order, and
 * that none was done twice; some do more, which has to be there as well or not at all.
 */
import type { Dice } from '../../../support/dice.js';
import type { SocketClient } from '../../../support/socket-client.js';
import { encodeRequest, type Word } from '../../../support/words.js';

/** Operations on their way at once, at most. */
const DEPTH_MAX = 16;

const SCRIPT =
  "redis.call('RPUSH', KEYS[1], ARGV[1]) redis.call('INCR', KEYS[2]) redis.call('SET', KEYS[3], ARGV[1], 'EX', 100000)";

const KINDS = ['plain', 'transaction', 'script'] as const;

export class Writer {
  acknowledged = 0;
  /** Of each operation that was sent, in order: whether it does more than to append its number. */
  readonly #isLarge: boolean[] = [];
  readonly #log: string;
  readonly #count: string;
  readonly #last: string;
  #isOver = false;

  constructor(name: string) {
    this.#log = `${name}:log`;
    this.#count = `${name}:count`;
    this.#last = `${name}:last`;
  }

  get sent(): number {
    return this.#isLarge.length;
  }

  /** Writes until the connection ends. */
  async write(client: SocketClient, dice: Dice): Promise<void> {
    const depth = dice.between(1, DEPTH_MAX);
    const lanes = Array.from({ length: depth }, () => this.#lane(client, dice));
    await Promise.all(lanes);
  }

  /** One operation after another. */
  async #lane(client: SocketClient, dice: Dice): Promise<void> {
    while (!this.#isOver) {
      const requests = this.#next(dice);
      const number = this.sent;
      client.send(Buffer.concat(requests.map(encodeRequest)));
      try {
        // All of them are claimed now: other operations' replies come behind.
        for (const reply of await Promise.all(requests.map(() => client.reply()))) {
          if (reply[0] === '-'.charCodeAt(0)) throw new Error(`refused: ${reply}`);
        }
      } catch (error) {
        if (client.isClosed) {
          this.#isOver = true;
          return;
        }
        throw error;
      }
      // Replies come in the order of requests: so do these.
      this.acknowledged = number;
    }
  }

  #next(dice: Dice): readonly (readonly Word[])[] {
    const number = this.sent;
    const kind = dice.pick(KINDS);
    this.#isLarge.push(kind !== 'plain');
    const append: readonly Word[] = ['RPUSH', this.#log, number];
    if (kind === 'plain') return [append];
    if (kind === 'script') return [['EVAL', SCRIPT, 3, this.#log, this.#count, this.#last, number]];
    const set: readonly Word[] = ['SET', this.#last, number, 'EX', 100_000];
    return [['MULTI'], append, ['INCR', this.#count], set, ['EXEC']];
  }

  /**
   * @param mayLose what was acknowledged last may be gone; what is there has to be whole all the same
   * @returns what is wrong with what a server has of this writer, or null
   */
  async check(client: SocketClient, mayLose: boolean): Promise<string | null> {
    const log = ((await client.call('LRANGE', this.#log, 0, -1)) as string[]).map(Number);
    if (log.some((number, index) => number !== index))
      return `${this.#log} is not 0, 1, 2 …: ${log.join(' ')}`;
    if (log.length < this.acknowledged && !mayLose) {
      return `${this.#log} lost what was acknowledged: ${log.length} of ${this.acknowledged}`;
    }
    if (log.length > this.sent) return `${this.#log} has what was never sent: ${log.length} of ${this.sent}`;
    const large = log.filter((number) => this.#isLarge[number]);
    const count = Number(await client.call('GET', this.#count));
    if (count !== large.length) return `${this.#count} is ${count} instead of ${large.length}`;
    const last = await client.call('GET', this.#last);
    const expected = large.at(-1);
    if (last !== (expected === undefined ? null : String(expected)))
      return `${this.#last} is ${last} instead of ${expected}`;
    // What was in doubt is settled.
    this.acknowledged = log.length;
    this.#isLarge.length = log.length;
    return null;
  }
}
