/**
 * Recognises the message `exit`. Lines and frames with a length are whole, and compared. Chunks are not: the word may
 * come in two of them, or with the newline that a terminal sends; so what matched is carried from chunk to chunk. A
 * chunk after which the word might still be completed has been answered already.
 */
const WORD = Buffer.from('exit');
const NEWLINE = 0x0a;
const RETURN = 0x0d;

export function isExit(bytes: Buffer, start: number, end: number): boolean {
  return matchFrom(0, bytes, start, end) === WORD.length && end - start === WORD.length;
}

export class ExitInChunks {
  /** Bytes of the word that the last chunks ended with, since the beginning of one of them. */
  #matched = 0;

  /** @returns whether the word is complete with this chunk, and nothing but a newline behind it */
  isCompletedBy(bytes: Buffer, start: number, end: number): boolean {
    let matched = matchFrom(this.#matched, bytes, start, end);
    if (matched === 0 && this.#matched > 0) matched = matchFrom(0, bytes, start, end);
    this.#matched = matched % WORD.length;
    return matched === WORD.length;
  }
}

/** @returns how much of the word has matched at the end of the bytes, 0 when something else is among them */
function matchFrom(matched: number, bytes: Buffer, start: number, end: number): number {
  let at = start;
  let count = matched;
  while (at < end && count < WORD.length && bytes[at] === WORD[count]) {
    at++;
    count++;
  }
  if (count === WORD.length) {
    if (at < end && bytes[at] === RETURN) at++;
    if (at < end && bytes[at] === NEWLINE) at++;
  }
  return at === end ? count : 0;
}
