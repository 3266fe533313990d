/**
 * Redis' glob patterns over bytes: `?`, `*`, `[abc]`, `[^a-z]`, and `\` before a byte that stands for itself.
 *
 * A mismatch goes back to the last `*` only, which is enough: time is bounded by the product of the two lengths,
 * where recursion over every `*` could take for ever.
 *
 * Source: redis.io/commands/keys. Like Redis', an empty text is matched by the empty pattern alone.
 */

const STAR = 0x2a;
const QUESTION = 0x3f;
const OPEN = 0x5b;
const CLOSE = 0x5d;
const BACKSLASH = 0x5c;
const CARET = 0x5e;
const DASH = 0x2d;

/** True when the pattern matches the whole text. */
export function globMatches(
  pattern: Buffer,
  patternStart: number,
  patternEnd: number,
  text: Buffer,
  textStart: number,
  textEnd: number,
  ignoresCase = false,
): boolean {
  let at = patternStart;
  let index = textStart;
  if (index === textEnd) return at === patternEnd;
  /** Where to go on after the last star, and how much of the text it has taken. */
  let starAt = -1;
  let starIndex = 0;
  while (index < textEnd) {
    if (at < patternEnd && pattern[at] === STAR) {
      while (at < patternEnd && pattern[at] === STAR) at++;
      if (at === patternEnd) return true;
      starAt = at;
      starIndex = index;
      continue;
    }
    const next = at < patternEnd ? matchOne(pattern, at, patternEnd, text[index], ignoresCase) : -1;
    if (next >= 0) {
      at = next;
      index++;
    } else if (starAt >= 0) {
      at = starAt;
      index = ++starIndex;
    } else {
      return false;
    }
  }
  while (at < patternEnd && pattern[at] === STAR) at++;
  return at === patternEnd;
}

/** @returns the offset after the pattern's element when it matches `byte`, or -1 */
function matchOne(pattern: Buffer, at: number, end: number, byte: number, ignoresCase: boolean): number {
  switch (pattern[at]) {
    case QUESTION:
      return at + 1;
    case OPEN:
      return matchClass(pattern, at + 1, end, byte, ignoresCase);
    case BACKSLASH: {
      const literal = at + 1 < end ? at + 1 : at;
      return isSame(pattern[literal], byte, ignoresCase) ? literal + 1 : -1;
    }
    default:
      return isSame(pattern[at], byte, ignoresCase) ? at + 1 : -1;
  }
}

/** A class that isn't closed ends with the pattern. */
function matchClass(pattern: Buffer, from: number, end: number, byte: number, ignoresCase: boolean): number {
  let at = from;
  const isNegated = at < end && pattern[at] === CARET;
  if (isNegated) at++;
  let isMatch = false;
  for (; at < end && pattern[at] !== CLOSE; at++) {
    if (pattern[at] === BACKSLASH && at + 1 < end) {
      at++;
      if (pattern[at] === byte) isMatch = true;
    } else if (at + 2 < end && pattern[at + 1] === DASH) {
      if (isWithin(byte, pattern[at], pattern[at + 2], ignoresCase)) isMatch = true;
      at += 2;
    } else if (isSame(pattern[at], byte, ignoresCase)) {
      isMatch = true;
    }
  }
  return isMatch === isNegated ? -1 : Math.min(at + 1, end);
}

function isWithin(byte: number, first: number, last: number, ignoresCase: boolean): boolean {
  const a = ignoresCase ? fold(first) : first;
  const b = ignoresCase ? fold(last) : last;
  const folded = ignoresCase ? fold(byte) : byte;
  return folded >= Math.min(a, b) && folded <= Math.max(a, b);
}

function isSame(a: number, b: number, ignoresCase: boolean): boolean {
  return a === b || (ignoresCase && fold(a) === fold(b));
}

function fold(byte: number): number {
  return byte >= 0x41 && byte <= 0x5a ? byte + 0x20 : byte;
}
