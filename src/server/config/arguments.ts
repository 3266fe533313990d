/**
 * Splits a line into arguments and quotes one, by the rules that redis.conf and inline commands share:
 * blanks separate; "…" knows \n \r \t \b \a \xHH and a backslash before anything else; '…' knows \' alone;
 * a closing quote must be followed by a blank or the end.
 *
 * Text is latin1: each character one byte.
 */

const BLANK = /[ \t\n\v\f\r\0]/;
const ESCAPES = new Map([
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
  ['b', '\b'],
  ['a', '\x07'],
]);

/** @returns null when quotes are not balanced */
export function splitArguments(line: string): string[] | null {
  const args: string[] = [];
  let at = 0;
  for (;;) {
    while (at < line.length && BLANK.test(line[at])) at++;
    if (at >= line.length) return args;
    let text = '';
    while (at < line.length && !BLANK.test(line[at])) {
      const quote = line[at];
      if (quote !== '"' && quote !== "'") {
        text += quote;
        at++;
        continue;
      }
      const span = quote === '"' ? readDoubleQuoted(line, at + 1) : readSingleQuoted(line, at + 1);
      if (span === null) return null;
      text += span.text;
      at = span.end;
      if (at < line.length && !BLANK.test(line[at])) return null;
    }
    args.push(text);
  }
}

/** In double quotes, with everything that is not printable escaped. */
export function quoteArgument(text: string): string {
  let quoted = '"';
  for (const character of text) {
    const letter = [...ESCAPES].find(([, meant]) => meant === character)?.[0];
    if (letter !== undefined) quoted += `\\${letter}`;
    else if (character === '\\' || character === '"') quoted += `\\${character}`;
    else if (character >= ' ' && character <= '~') quoted += character;
    else quoted += `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`;
  }
  return `${quoted}"`;
}

interface Quoted {
  readonly text: string;
  /** Offset behind the closing quote. */
  readonly end: number;
}

function readDoubleQuoted(line: string, start: number): Quoted | null {
  let text = '';
  for (let at = start; at < line.length; at++) {
    const character = line[at];
    if (character === '"') return { text, end: at + 1 };
    if (character !== '\\' || at + 1 >= line.length) {
      text += character;
      continue;
    }
    at++;
    const hex = /^x([0-9a-f]{2})/i.exec(line.slice(at, at + 3));
    if (hex !== null) {
      text += String.fromCharCode(Number.parseInt(hex[1], 16));
      at += 2;
    } else {
      text += ESCAPES.get(line[at]) ?? line[at];
    }
  }
  return null;
}

function readSingleQuoted(line: string, start: number): Quoted | null {
  let text = '';
  for (let at = start; at < line.length; at++) {
    if (line[at] === "'") return { text, end: at + 1 };
    if (line[at] === '\\' && line[at + 1] === "'") at++;
    text += line[at];
  }
  return null;
}
