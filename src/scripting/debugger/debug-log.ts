/**
 * What the client is told at the next stop: lines, gathered until then and sent as an array of simple strings. Dumps of values
 * and replies are trimmed, at 256 bytes unless the client says otherwise.
 */
import type { DebugChannel } from './channel.js';

const BYTES_MAX = 256;
/** Less than this isn't useful. */
const BYTES_MAX_LEAST = 60;

export class DebugLog {
  readonly #channel: DebugChannel;
  #lines: string[] = [];
  /** 0: nothing is trimmed. */
  #bytesMax = BYTES_MAX;
  #hasHinted = false;

  constructor(channel: DebugChannel) {
    this.#channel = channel;
  }

  /** @param line a character each byte */
  add(line: string): void {
    this.#lines.push(line);
  }

  addTrimmed(line: string): void {
    if (this.#bytesMax === 0 || line.length <= this.#bytesMax) {
      this.add(line);
      return;
    }
    this.add(`${line.slice(0, this.#bytesMax)} ...`);
    if (this.#hasHinted) return;
    this.#hasHinted = true;
    this.add("<hint> The above reply was trimmed. Use 'maxlen 0' to disable trimming.");
  }

  /** `maxlen`; 0 for no limit. */
  trimAt(bytes: number): void {
    this.#bytesMax = bytes === 0 ? 0 : Math.max(bytes, BYTES_MAX_LEAST);
    // Whoever set it knows how.
    this.#hasHinted = true;
  }

  addLimit(): void {
    const limit = this.#bytesMax === 0 ? 'unlimited' : `truncated at ${this.#bytesMax} bytes`;
    this.add(`<value> replies are ${limit}.`);
  }

  send(): void {
    const lines = this.#lines.map((line) => `+${line.replace(/[\r\n]/g, ' ')}\r\n`);
    this.#lines = [];
    this.#channel.write(Buffer.from(`*${lines.length}\r\n${lines.join('')}`, 'latin1'));
  }
}
