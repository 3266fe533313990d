/**
 * The requests of a client who debugs a script: arrays of bulk strings, small ones, as redis-cli sends them. The debugger of Redis
 * has a parser of its own, which forgives junk in front of a request and nothing else; so has this one.
 */

/** Texts are a character each byte. */
export interface DebugRequest {
  readonly words: readonly string[];
  /** What came behind it. */
  readonly rest: string;
}

/** Words of a request, and bytes of a word. */
const SIZE_MAX = 1024;

/** @returns null when it isn't whole, `malformed` when it will never be */
export function parseDebugRequest(text: string): DebugRequest | 'malformed' | null {
  const start = text.indexOf('*');
  if (start < 0) return 'malformed';
  const [count, first] = readSize(text, start);
  if (count === null) return null;
  if (count <= 0 || count > SIZE_MAX) return 'malformed';
  const words: string[] = [];
  let at = first;
  while (words.length < count) {
    if (at === text.length) return null;
    if (text[at] !== '$') return 'malformed';
    const [bytes, begin] = readSize(text, at);
    if (bytes === null) return null;
    if (bytes <= 0 || bytes > SIZE_MAX) return 'malformed';
    const end = begin + bytes;
    if (end + 2 > text.length) return null;
    if (text[end] !== '\r' || text[end + 1] !== '\n') return 'malformed';
    words.push(text.slice(begin, end));
    at = end + 2;
  }
  return { words, rest: text.slice(at) };
}

/** @param at of the byte before the number @returns null when its line isn't whole; and where the next line begins */
function readSize(text: string, at: number): [size: number | null, next: number] {
  const end = text.indexOf('\r\n', at);
  if (end < 0) return [null, at];
  return [leadingInteger(text.slice(at + 1, end)), end + 2];
}

/** As C's atoi: as far as it is a number, and 0 when it is none. */
export function leadingInteger(text: string): number {
  return Number(/^[\t-\r ]*([+-]?\d+)/.exec(text)?.[1] ?? 0) | 0;
}
