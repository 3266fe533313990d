/**
 * The options that SET and GETEX share: conditions, and when the key expires. Options exclude each other, but
 * the same one may be repeated: the last counts.
 */
import type { Moment } from '../../engine/moment.js';
import type { ReplyError } from '../../protocol/reply-error.js';
import type { Argv } from '../argv.js';
import type { Context } from '../context.js';
import { SYNTAX_ERROR } from '../errors.js';
import { expireTime, MILLISECOND_MS, SECOND_MS } from '../expire-time.js';

export const OPTION_NX = 1 << 0;
export const OPTION_XX = 1 << 1;
export const OPTION_GET = 1 << 2;
export const OPTION_KEEPTTL = 1 << 3;
export const OPTION_PERSIST = 1 << 4;
export const OPTION_EX = 1 << 5;
export const OPTION_PX = 1 << 6;
export const OPTION_EXAT = 1 << 7;
export const OPTION_PXAT = 1 << 8;

/** Options that a time follows. */
export const WITH_TIME = OPTION_EX | OPTION_PX | OPTION_EXAT | OPTION_PXAT;
const ABSOLUTE = OPTION_EXAT | OPTION_PXAT;
const IN_SECONDS = OPTION_EX | OPTION_EXAT;
/** At most one of these. */
const EXPIRATIONS = WITH_TIME | OPTION_KEEPTTL | OPTION_PERSIST;
const CONDITIONS = OPTION_NX | OPTION_XX;

const WORDS: readonly (readonly [word: string, option: number])[] = [
  ['EX', OPTION_EX],
  ['PX', OPTION_PX],
  ['NX', OPTION_NX],
  ['XX', OPTION_XX],
  ['GET', OPTION_GET],
  ['EXAT', OPTION_EXAT],
  ['PXAT', OPTION_PXAT],
  ['KEEPTTL', OPTION_KEEPTTL],
  ['PERSIST', OPTION_PERSIST],
];

/** Options that may stand in a SET. */
export const SET_OPTIONS = CONDITIONS | OPTION_GET | OPTION_KEEPTTL | WITH_TIME;
/** Options that may stand in a GETEX. */
export const GETEX_OPTIONS = OPTION_PERSIST | WITH_TIME;

/** One object serves every command: valid until the next `parse`. */
export class StringOptions {
  /** OPTION_ bits. */
  given = 0;
  /** The argument that holds the time; only with one of WITH_TIME. */
  #timeIndex = 0;

  has(options: number): boolean {
    return (this.given & options) !== 0;
  }

  /**
   * @param first argument
   * @param allowed OPTION_ bits
   * @throws SYNTAX_ERROR
   */
  parse(argv: Argv, first: number, allowed: number): void {
    this.given = 0;
    for (let index = first; index < argv.count; index++) {
      const option = optionAt(argv, index) & allowed;
      if (option === 0 || this.has(excludedBy(option))) throw SYNTAX_ERROR;
      this.given |= option;
      if ((option & WITH_TIME) === 0) continue;
      if (++index === argv.count) throw SYNTAX_ERROR;
      this.#timeIndex = index;
    }
  }

  /**
   * When the key is to expire, given one of WITH_TIME.
   * @throws NOT_AN_INTEGER or `refusal`
   */
  expireAt(context: Context, argv: Argv, refusal: ReplyError): Moment {
    const unitMs = this.has(IN_SECONDS) ? SECOND_MS : MILLISECOND_MS;
    return expireTime(argv, this.#timeIndex, unitMs, this.has(ABSOLUTE) ? 0 : context.nowMs, 1, refusal);
  }
}

function optionAt(argv: Argv, index: number): number {
  const length = argv.byteLength(index);
  if (length < 2 || length > 7) return 0;
  for (const [word, option] of WORDS) {
    if (word.length === length && argv.is(index, word)) return option;
  }
  return 0;
}

function excludedBy(option: number): number {
  if ((option & EXPIRATIONS) !== 0) return EXPIRATIONS & ~option;
  return (option & CONDITIONS) !== 0 ? CONDITIONS & ~option : 0;
}
