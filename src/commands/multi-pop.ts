/** `numkeys key [key …] <which end> [COUNT count]`: the arguments of LMPOP, ZMPOP and their waiting forms. */
import { ReplyError } from '../protocol/reply-error.js';
import type { Argv } from './argv.js';
import { SYNTAX_ERROR } from './errors.js';

const KEY_COUNT_TOO_SMALL = new ReplyError('ERR numkeys should be greater than 0');
const COUNT_TOO_SMALL = new ReplyError('ERR count should be greater than 0');

export interface MultiPop {
  readonly firstKey: number;
  readonly keyCount: number;
  /** The first of the two words was given: LEFT, or MIN. */
  readonly isFirstEnd: boolean;
  readonly count: number;
}

/**
 * @param at argument of numkeys
 * @param isFirstEnd reads the word for the end, LEFT or RIGHT, MIN or MAX
 */
export function parseMultiPop(
  argv: Argv,
  at: number,
  isFirstEnd: (argv: Argv, index: number) => boolean,
): MultiPop {
  const keyCount = argv.integer(at, KEY_COUNT_TOO_SMALL);
  if (keyCount <= 0) throw KEY_COUNT_TOO_SMALL;
  const endAt = at + 1 + keyCount;
  if (endAt >= argv.count) throw SYNTAX_ERROR;
  const isFirst = isFirstEnd(argv, endAt);
  let count = 0;
  for (let index = endAt + 1; index < argv.count; index += 2) {
    if (count !== 0 || !argv.is(index, 'COUNT') || index + 1 >= argv.count) throw SYNTAX_ERROR;
    count = argv.integer(index + 1, COUNT_TOO_SMALL);
    if (count <= 0) throw COUNT_TOO_SMALL;
  }
  return { firstKey: at + 1, keyCount, isFirstEnd: isFirst, count: Math.max(count, 1) };
}

/** Arguments [first, first + count), as `KeyWait.keys` wants them. */
export const argumentRange = (first: number, count: number): number[] =>
  Array.from({ length: count }, (_, index) => first + index);
