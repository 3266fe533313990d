/**
 * Ranges of a sorted set, as commands name them: by rank, by score, by name (lexicographically). Each
 * becomes a span of ranks, from which reading, counting and removing are one and the same.
 */

import { parseDouble, readShortDecimal } from '../../base/double.js';
import type { SortedSets } from '../../engine/types/zset/sorted-sets.js';
import { ReplyError } from '../../protocol/reply-error.js';
import type { Argv } from '../argv.js';
import { MIN_OR_MAX_NOT_A_FLOAT } from '../errors.js';

const NOT_A_NAME = new ReplyError('ERR min or max not valid string range item');

const PAREN = 0x28;
const BRACKET = 0x5b;
const PLUS = 0x2b;
const MINUS = 0x2d;

export const BY_RANK = 0;
export const BY_SCORE = 1;
export const BY_LEX = 2;

/** One end of a range by score. `(5` leaves 5 out. */
export interface ScoreBound {
  readonly score: number;
  readonly isExclusive: boolean;
}

/** @throws MIN_OR_MAX_NOT_A_FLOAT */
export function parseScoreBound(argv: Argv, index: number): ScoreBound {
  const isExclusive = argv.byteLength(index) > 0 && argv.bytes[argv.starts[index]] === PAREN;
  const short = readShortDecimal(argv.bytes, argv.starts[index] + (isExclusive ? 1 : 0), argv.ends[index]);
  if (!Number.isNaN(short)) return { score: short, isExclusive };
  const text = argv.latin1(index).slice(isExclusive ? 1 : 0);
  // As strtod has it: a NUL ends the text, spaces before the number don't matter, and no text at all is 0.
  const number = text.split('\0', 1)[0].replace(/^[ \t\n\v\f\r]+/, '');
  const score = text === '' ? 0 : parseDouble(number);
  if (Number.isNaN(score)) throw MIN_OR_MAX_NOT_A_FLOAT;
  return { score, isExclusive };
}

/** One end of a range by name: `-`, `+`, `[name` or `(name`. */
export interface NameBound {
  /** -1 before all names, 1 behind all, 0 at this name. */
  readonly side: -1 | 0 | 1;
  readonly isExclusive: boolean;
  readonly bytes: Buffer;
  readonly start: number;
  readonly end: number;
}

/** @throws NOT_A_NAME */
export function parseNameBound(argv: Argv, index: number): NameBound {
  const { bytes } = argv;
  const start = argv.starts[index];
  const end = argv.ends[index];
  const first = end > start ? bytes[start] : 0;
  if (first === PAREN || first === BRACKET) {
    return { side: 0, isExclusive: first === PAREN, bytes, start: start + 1, end };
  }
  if (end - start !== 1 || (first !== PLUS && first !== MINUS)) throw NOT_A_NAME;
  return { side: first === PLUS ? 1 : -1, isExclusive: false, bytes, start, end: start };
}

/** Ranks [first, end). Empty when end ≤ first. */
export interface RankSpan {
  first: number;
  end: number;
}

export function spanOfRanks(length: number, start: number, stop: number): RankSpan {
  const first = Math.max(0, start < 0 ? start + length : start);
  const last = Math.min(length - 1, stop < 0 ? stop + length : stop);
  return { first, end: Math.max(first, last + 1) };
}

export function spanOfScores(sets: SortedSets, entry: number, min: ScoreBound, max: ScoreBound): RankSpan {
  return {
    first: sets.countBelow(entry, min.score, min.isExclusive),
    end: sets.countBelow(entry, max.score, !max.isExclusive),
  };
}

export function spanOfNames(sets: SortedSets, entry: number, min: NameBound, max: NameBound): RankSpan {
  return {
    first: countBefore(sets, entry, min, min.isExclusive),
    end: countBefore(sets, entry, max, !max.isExclusive),
  };
}

function countBefore(sets: SortedSets, entry: number, bound: NameBound, isInclusive: boolean): number {
  if (bound.side !== 0) return bound.side < 0 ? 0 : sets.length(entry);
  return sets.countBelowName(entry, bound.bytes, bound.start, bound.end, isInclusive);
}

export const spanLength = (span: RankSpan): number => Math.max(0, span.end - span.first);
