/**
 * Finds the commands of an append-only file in a window of its bytes. It knows no file and no command. Lines that begin
 * with `#` are notes, and passed over.
 */
import {
  INCOMPLETE,
  MALFORMED,
  type PartialRequest,
  RequestParser,
  type RequestSpans,
} from '../../protocol/request-parser.js';

const ASTERISK = 42;
const HASH = 35;
const LF = 10;

/** The bytes are no command of an append-only file. */
export class BadCommand extends Error {
  constructor() {
    super('bad file format');
  }
}

export class CommandReader {
  /** Bytes, from the start of the command that isn't whole, that have to be there before it can be. */
  wantedBytes = 1;

  readonly #parser: RequestParser;
  #partial: PartialRequest | null = null;

  /** @param argv gets each command's words */
  constructor(readonly argv: RequestSpans) {
    this.#parser = new RequestParser(argv, { bulkBytesMax: Number.MAX_SAFE_INTEGER });
  }

  /**
   * Reads what begins at `start`: a command, or a note, which leaves no words.
   * @returns the offset behind it, or -1 when it isn't whole
   * @throws BadCommand
   */
  read(bytes: Buffer, start: number, end: number): number {
    if (start < end && bytes[start] === HASH) return this.#skipNote(bytes, start, end);
    if (start < end && bytes[start] !== ASTERISK) throw new BadCommand();
    const next = this.#parser.parse(bytes, start, end, this.#partial, true);
    if (next === MALFORMED || (next >= 0 && this.argv.count === 0)) throw new BadCommand();
    this.#partial = next === INCOMPLETE ? this.#parser.partial : null;
    this.wantedBytes = next === INCOMPLETE ? this.#parser.bytesWanted : 1;
    return next;
  }

  #skipNote(bytes: Buffer, start: number, end: number): number {
    this.argv.count = 0;
    const length = bytes.subarray(start, end).indexOf(LF);
    this.wantedBytes = length < 0 ? end - start + 1 : 1;
    return length < 0 ? INCOMPLETE : start + length + 1;
  }
}
