/** Requests that a client sends in one write, each with the reply it has to get. */
import { Exactly, type Wanted } from './replies.js';

export class Batch {
  readonly wanted: Wanted[] = [];
  #text = '';

  /** @param reply bytes as latin1 text, or what knows the right ones */
  call(reply: string | Wanted, ...words: readonly (string | number)[]): this {
    this.send(...words);
    this.wanted.push(typeof reply === 'string' ? new Exactly(reply) : reply);
    return this;
  }

  /** A request that is never answered, or not before its client has left. */
  send(...words: readonly (string | number)[]): this {
    this.#text += `*${words.length}\r\n`;
    for (const word of words) {
      const text = String(word);
      this.#text += `$${text.length}\r\n${text}\r\n`;
    }
    return this;
  }

  /** As they are, whole requests or not. */
  raw(text: string): this {
    this.#text += text;
    return this;
  }

  toBytes(): Buffer {
    return Buffer.from(this.#text, 'latin1');
  }
}
