/** A command's reply as the debugger shows it: `["a",1,NULL]`, `{"field" => "value"}`, `~("member")`. */
import { quoted } from '../../base/quoted.js';

/** @param reply one whole reply of ours, from its first byte */
export function replyText(reply: Buffer): string {
  return new Reader(reply.toString('latin1')).next();
}

class Reader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  next(): string {
    const line = this.#line();
    const value = line.slice(1);
    switch (line[0]) {
      case ':':
        return value;
      case '$':
        return value === '-1' ? 'NULL' : quoted(this.#bulk(Number(value)));
      case '+':
      case '-':
        return quoted(line);
      case '*':
        return value === '-1' ? 'NULL' : `[${this.#many(Number(value)).join(',')}]`;
      case '~':
        return `~(${this.#many(Number(value)).join(',')})`;
      case '%':
        return `{${this.#pairs(Number(value)).join(',')}}`;
      case '_':
        return '(null)';
      case '#':
        return value === 't' ? '#true' : '#false';
      case ',':
        return `(double) ${value}`;
      case '=':
        this.#bulk(Number(value));
        return '';
      default:
        // Big numbers, which Redis' debugger doesn't show either.
        return '';
    }
  }

  #line(): string {
    const end = this.#text.indexOf('\r\n', this.#at);
    const line = this.#text.slice(this.#at, end);
    this.#at = end + 2;
    return line;
  }

  #bulk(bytes: number): string {
    const text = this.#text.slice(this.#at, this.#at + bytes);
    this.#at += bytes + 2;
    return text;
  }

  #many(count: number): string[] {
    return Array.from({ length: count }, () => this.next());
  }

  #pairs(count: number): string[] {
    return Array.from({ length: count }, () => `${this.next()} => ${this.next()}`);
  }
}
