/** Replies as script values, and script values as replies: the conversions that Redis' scripting pages list. */
import type { Reply } from '../protocol/reply.js';
import { ReplyError } from '../protocol/reply-error.js';
import type { ScriptFailure, ScriptValue } from './value.js';

const CR = 13;

/** Reads one whole reply from bytes that we wrote. */
export class ReplyDecoder {
  #bytes: Buffer = Buffer.alloc(0);
  #at = 0;

  decode(bytes: Buffer, start: number): ScriptValue {
    this.#bytes = bytes;
    this.#at = start;
    return this.#value();
  }

  #value(): ScriptValue {
    const type = String.fromCharCode(this.#bytes[this.#at++]);
    switch (type) {
      case '+':
        return { ok: this.#line() };
      case '-':
        return failure(this.#line());
      case ':':
        return integer(this.#line());
      case '$':
        return this.#bulk();
      case '*':
        return this.#elements(this.#count());
      case '_':
        this.#line();
        return null;
      case '#':
        return this.#line()[0] === 0x74;
      case ',':
        return { double: double(this.#line().toString('latin1')) };
      case '(':
        return { big_number: this.#line() };
      case '=': {
        const bulk = this.#bulk() ?? Buffer.alloc(4);
        return { verbatim_string: { format: bulk.subarray(0, 3), string: bulk.subarray(4) } };
      }
      case '%':
        return { map: this.#pairs(this.#count()) };
      case '~':
      case '>':
        return { set: this.#elements(this.#count()) ?? [] };
      default:
        return null;
    }
  }

  /** Copied: the script keeps it, the reply buffer is used again. */
  #line(): Buffer {
    const end = this.#bytes.indexOf(CR, this.#at);
    const line = Buffer.from(this.#bytes.subarray(this.#at, end));
    this.#at = end + 2;
    return line;
  }

  #count(): number {
    return Number(this.#line().toString('latin1'));
  }

  #bulk(): Buffer | null {
    const length = this.#count();
    if (length < 0) return null;
    const bulk = Buffer.from(this.#bytes.subarray(this.#at, this.#at + length));
    this.#at += length + 2;
    return bulk;
  }

  #elements(count: number): ScriptValue[] | null {
    if (count < 0) return null;
    const elements: ScriptValue[] = [];
    for (let index = 0; index < count; index++) elements.push(this.#value());
    return elements;
  }

  #pairs(count: number): [ScriptValue, ScriptValue][] {
    const pairs: [ScriptValue, ScriptValue][] = [];
    for (let index = 0; index < count; index++) pairs.push([this.#value(), this.#value()]);
    return pairs;
  }
}

function integer(line: Buffer): number | bigint {
  const text = line.toString('latin1');
  const value = Number(text);
  return Number.isSafeInteger(value) ? value : BigInt(text);
}

function double(text: string): number {
  if (text === 'inf') return Number.POSITIVE_INFINITY;
  if (text === '-inf') return Number.NEGATIVE_INFINITY;
  return Number(text);
}

/** `CODE text` of an error line, taken apart. */
export function failure(line: Buffer): ScriptFailure {
  const space = line.indexOf(0x20);
  if (space < 0) return { err: line };
  return { code: line.subarray(0, space), err: line.subarray(space + 1) };
}

/** The whole message of a failure that the script returned as its value. */
function messageOf({ code, err }: ScriptFailure): string {
  const text = err.toString('latin1');
  return code === undefined ? text : `${code.toString('latin1')} ${text}`;
}

/** Writes a script's result. */
export function writeValue(reply: Reply, value: ScriptValue): void {
  if (value === null) reply.null();
  else if (typeof value === 'number') reply.integer(value);
  else if (typeof value === 'bigint') reply.bigInteger(value);
  else if (typeof value === 'boolean') reply.boolean(value);
  else if (Buffer.isBuffer(value)) reply.bulk(value, 0, value.length);
  else if (Array.isArray(value)) {
    reply.array(value.length);
    for (const element of value) writeValue(reply, element);
  } else if ('ok' in value) reply.simple(value.ok.toString('latin1').replace(/[\r\n]/g, ' '));
  else if ('err' in value) reply.error(new ReplyError(messageOf(value)));
  else if ('double' in value) reply.double(value.double);
  else if ('big_number' in value) reply.bigNumber(value.big_number.toString('latin1'));
  else if ('verbatim_string' in value) {
    const { format, string } = value.verbatim_string;
    reply.verbatim(string.toString('latin1'), format.toString('latin1'));
  } else if ('map' in value) {
    reply.map(value.map.length);
    for (const [key, element] of value.map) {
      writeValue(reply, key);
      writeValue(reply, element);
    }
  } else {
    reply.set(value.set.length);
    for (const element of value.set) writeValue(reply, element);
  }
}
