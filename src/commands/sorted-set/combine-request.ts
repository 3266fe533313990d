/** The arguments that ZUNION, ZINTER, ZDIFF, their STORE forms and ZINTERCARD share. */
import { TYPE_SET, TYPE_ZSET, typeOf } from '../../engine/entry.js';
import { ReplyError } from '../../protocol/reply-error.js';
import type { Argv } from '../argv.js';
import type { Context } from '../context.js';
import { SYNTAX_ERROR, WRONG_TYPE } from '../errors.js';

const WEIGHT_NOT_A_FLOAT = new ReplyError('ERR weight value is not a float');
const LIMIT_NEGATIVE = new ReplyError("ERR LIMIT can't be negative");

export const SUM = 0;
export const MIN = 1;
export const MAX = 2;

/** One of the sets that are combined: plain sets count as having a score of 1 for each member. */
export interface Source {
  /** 0: no such key. */
  readonly entry: number;
  readonly isSorted: boolean;
  weight: number;
}

export interface CombineRequest {
  readonly sources: Source[];
  aggregate: number;
  withScores: boolean;
  /** 0: none. */
  limit: number;
}

export interface CombineCommand {
  /** Full name in lower case. */
  readonly name: string;
  readonly keyCountAt: number;
  readonly takesWeights: boolean;
  readonly takesScores: boolean;
  readonly takesLimit: boolean;
}

function sourceAt(context: Context, argv: Argv, index: number): Source {
  const entry = context.readAny(argv, index);
  const type = entry === 0 ? TYPE_ZSET : typeOf(context.arena, entry);
  if (type !== TYPE_ZSET && type !== TYPE_SET) throw WRONG_TYPE;
  return { entry, isSorted: type === TYPE_ZSET, weight: 1 };
}

export function parseCombine(context: Context, argv: Argv, command: CombineCommand): CombineRequest {
  const keyCount = argv.integer(command.keyCountAt);
  if (keyCount < 1) throw new ReplyError(`ERR at least 1 input key is needed for '${command.name}' command`);
  const first = command.keyCountAt + 1;
  if (keyCount > argv.count - first) throw SYNTAX_ERROR;
  const sources: Source[] = [];
  for (let index = first; index < first + keyCount; index++) sources.push(sourceAt(context, argv, index));
  const request: CombineRequest = { sources, aggregate: SUM, withScores: false, limit: 0 };
  for (let index = first + keyCount; index < argv.count; index++) {
    index += parseOption(argv, index, command, request);
  }
  return request;
}

/** @returns words after the option's own */
function parseOption(argv: Argv, index: number, command: CombineCommand, request: CombineRequest): number {
  const { sources } = request;
  const following = argv.count - index - 1;
  if (command.takesWeights && following >= sources.length && argv.is(index, 'WEIGHTS')) {
    for (let source = 0; source < sources.length; source++) {
      sources[source].weight = argv.double(index + 1 + source, WEIGHT_NOT_A_FLOAT);
    }
    return sources.length;
  }
  if (command.takesWeights && following >= 1 && argv.is(index, 'AGGREGATE')) {
    if (argv.is(index + 1, 'SUM')) request.aggregate = SUM;
    else if (argv.is(index + 1, 'MIN')) request.aggregate = MIN;
    else if (argv.is(index + 1, 'MAX')) request.aggregate = MAX;
    else throw SYNTAX_ERROR;
    return 1;
  }
  if (command.takesScores && argv.is(index, 'WITHSCORES')) {
    request.withScores = true;
    return 0;
  }
  if (command.takesLimit && following >= 1 && argv.is(index, 'LIMIT')) {
    request.limit = argv.integer(index + 1, LIMIT_NEGATIVE);
    if (request.limit < 0) throw LIMIT_NEGATIVE;
    return 1;
  }
  throw SYNTAX_ERROR;
}
