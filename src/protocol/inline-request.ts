/**
 * The inline form of a request: words and quoted words on one line, as a person types them into
 * telnet. It is also the grammar of redis.conf's lines.
 *
 *     SET key "a \"quoted\" \x41 value" 'it''s'   → refused: a closing quote must end its word
 */
import type { RequestSpans } from './request-parser.js';

const SPACE = 0x20;
const QUOTE = 0x22;
const APOSTROPHE = 0x27;
const BACKSLASH = 0x5c;
const ESCAPES: Record<string, number> = { n: 10, r: 13, t: 9, b: 8, a: 7 };

function isSpace(byte: number): boolean {
  return byte === SPACE || (byte >= 9 && byte <= 13);
}

/** What ends a word: sdssplitargs skips more before one. */
function endsWord(byte: number): boolean {
  return byte === SPACE || byte === 9 || byte === 10 || byte === 13 || byte === 0;
}

function hexValue(byte: number): number {
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  const lower = byte | 0x20;
  return lower >= 0x61 && lower <= 0x66 ? lower - 0x61 + 10 : -1;
}

/**
 * Splits [start, end) into `argv`. Quoted words are unescaped into a new buffer, which then is
 * `argv.bytes` for all of them.
 * @returns false when a quote isn't closed, or something other than a space follows a closing one
 */
export function splitArguments(bytes: Buffer, start: number, end: number, argv: RequestSpans): boolean {
  const text = Buffer.allocUnsafe(end - start);
  let length = 0;
  let index = start;
  argv.bytes = text;
  argv.count = 0;
  for (;;) {
    while (index < end && isSpace(bytes[index])) index++;
    if (index >= end || bytes[index] === 0) return true;
    const word = length;
    let quote = 0;
    for (; index < end; index++) {
      const byte = bytes[index];
      if (quote === 0) {
        if (endsWord(byte)) break;
        if (byte === QUOTE || byte === APOSTROPHE) quote = byte;
        else text[length++] = byte;
      } else if (byte === quote) {
        quote = 0;
        if (index + 1 < end && !isSpace(bytes[index + 1])) return false;
      } else if (byte === BACKSLASH && index + 1 < end) {
        const next = bytes[index + 1];
        if (quote === APOSTROPHE) {
          if (next === APOSTROPHE) index++;
          text[length++] = next === APOSTROPHE ? APOSTROPHE : BACKSLASH;
        } else if (
          next === 0x78 &&
          index + 3 < end &&
          hexValue(bytes[index + 2]) >= 0 &&
          hexValue(bytes[index + 3]) >= 0
        ) {
          text[length++] = hexValue(bytes[index + 2]) * 16 + hexValue(bytes[index + 3]);
          index += 3;
        } else {
          text[length++] = ESCAPES[String.fromCharCode(next)] ?? next;
          index++;
        }
      } else {
        text[length++] = byte;
      }
    }
    if (quote !== 0) return false;
    argv.push(word, length);
  }
}
