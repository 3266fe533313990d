/** The arguments that ZRANGE and its eight older and newer relatives share. */
import { TYPE_ZSET } from '../../engine/entry.js';
import { ReplyError } from '../../protocol/reply-error.js';
import type { Argv } from '../argv.js';
import type { Context } from '../context.js';
import { SYNTAX_ERROR } from '../errors.js';
import {
  BY_LEX,
  BY_RANK,
  BY_SCORE,
  type NameBound,
  parseNameBound,
  parseScoreBound,
  type RankSpan,
  type ScoreBound,
  spanLength,
  spanOfNames,
  spanOfRanks,
  spanOfScores,
} from './range-spec.js';

const LIMIT_BY_RANK = new ReplyError(
  'ERR syntax error, LIMIT is only supported in combination with either BYSCORE or BYLEX',
);
const SCORES_BY_LEX = new ReplyError('ERR syntax error, WITHSCORES not supported in combination with BYLEX');

/** What a command says by its name; null for what its options may say. */
export interface RangeCommand {
  readonly by: number | null;
  readonly isReverse: boolean | null;
  /** The key's argument; min and max follow. */
  readonly keyAt: number;
  readonly takesScores: boolean;
}

export interface RangeRequest {
  readonly by: number;
  readonly isReverse: boolean;
  readonly withScores: boolean;
  readonly offset: number;
  /** -1: no limit. */
  readonly limit: number;
  readonly start: number;
  readonly stop: number;
  readonly scores: readonly [ScoreBound, ScoreBound] | null;
  readonly names: readonly [NameBound, NameBound] | null;
}

interface Options {
  by: number | null;
  isReverse: boolean | null;
  withScores: boolean;
  offset: number;
  limit: number;
}

function parseOptions(argv: Argv, command: RangeCommand): Options {
  const options: Options = {
    by: command.by,
    isReverse: command.isReverse,
    withScores: false,
    offset: 0,
    limit: -1,
  };
  for (let index = command.keyAt + 3; index < argv.count; index++) {
    if (command.takesScores && argv.is(index, 'WITHSCORES')) {
      options.withScores = true;
    } else if (argv.is(index, 'LIMIT') && index + 2 < argv.count) {
      options.offset = argv.integer(index + 1);
      options.limit = argv.integer(index + 2);
      index += 2;
    } else if (options.isReverse === null && argv.is(index, 'REV')) {
      options.isReverse = true;
    } else if (options.by === null && argv.is(index, 'BYLEX')) {
      options.by = BY_LEX;
    } else if (options.by === null && argv.is(index, 'BYSCORE')) {
      options.by = BY_SCORE;
    } else {
      throw SYNTAX_ERROR;
    }
  }
  return options;
}

export function parseRange(argv: Argv, command: RangeCommand): RangeRequest {
  const { by: maybeBy, isReverse: maybeReverse, withScores, offset, limit } = parseOptions(argv, command);
  const by = maybeBy ?? BY_RANK;
  const isReverse = maybeReverse ?? false;
  if (limit !== -1 && by === BY_RANK) throw LIMIT_BY_RANK;
  if (withScores && by === BY_LEX) throw SCORES_BY_LEX;
  // Backwards, a range by score or by name is written from its end.
  const minAt = command.keyAt + (isReverse && by !== BY_RANK ? 2 : 1);
  const maxAt = command.keyAt + (isReverse && by !== BY_RANK ? 1 : 2);
  return {
    by,
    isReverse,
    withScores,
    // `LIMIT 5 -1` passes the check above, and means nothing where ranks are given.
    offset: by === BY_RANK ? 0 : offset,
    limit,
    start: by === BY_RANK ? argv.integer(minAt) : 0,
    stop: by === BY_RANK ? argv.integer(maxAt) : 0,
    scores: by === BY_SCORE ? [parseScoreBound(argv, minAt), parseScoreBound(argv, maxAt)] : null,
    names: by === BY_LEX ? [parseNameBound(argv, minAt), parseNameBound(argv, maxAt)] : null,
  };
}

/** Ranks of the request, counted from the end that it begins at. */
function wholeSpan(context: Context, entry: number, request: RangeRequest): RankSpan {
  const { sortedSets } = context;
  const length = sortedSets.length(entry);
  if (request.by === BY_RANK) return spanOfRanks(length, request.start, request.stop);
  const span =
    request.scores !== null
      ? spanOfScores(sortedSets, entry, request.scores[0], request.scores[1])
      : request.names !== null
        ? spanOfNames(sortedSets, entry, request.names[0], request.names[1])
        : { first: 0, end: 0 };
  if (!request.isReverse) return span;
  return { first: length - span.end, end: length - span.first };
}

/**
 * The members that a request asks for.
 * @param keyAt argument of the key
 * @returns its entry, or 0, with the rank to begin at and how many there are; from there it goes on in the
 *   request's direction
 */
export function resolveRange(
  context: Context,
  argv: Argv,
  keyAt: number,
  request: RangeRequest,
): { entry: number; rank: number; count: number } {
  const entry = context.read(argv, keyAt, TYPE_ZSET);
  if (entry === 0) return { entry, rank: 0, count: 0 };
  const span = wholeSpan(context, entry, request);
  // An offset below zero leaves nothing.
  let count = request.offset < 0 ? 0 : Math.max(0, spanLength(span) - request.offset);
  if (request.limit >= 0) count = Math.min(count, request.limit);
  const first = span.first + request.offset;
  const rank = request.isReverse ? context.sortedSets.length(entry) - 1 - first : first;
  return { entry, rank, count };
}
