/** The words of XADD and XTRIM before the entry: what to trim, and the new entry's id. */
import type { TrimRequest } from '../../engine/types/stream/stream.js';
import { StreamId } from '../../engine/types/stream/stream-id.js';
import { ReplyError } from '../../protocol/reply-error.js';
import { block, integer, oneOf, optional, since, string, token, withToken } from '../arguments.js';
import type { Argv } from '../argv.js';
import { SYNTAX_ERROR } from '../errors.js';
import { parseAddedId, parseId } from './ids.js';

const BOTH_STRATEGIES = new ReplyError(
  'ERR syntax error, MAXLEN and MINID options at the same time are not compatible',
);
const MAXLEN_NEGATIVE = new ReplyError('ERR The MAXLEN argument must be >= 0.');
const LIMIT_NEGATIVE = new ReplyError('ERR The LIMIT argument must be >= 0.');
const LIMIT_ALONE = new ReplyError(
  'ERR syntax error, LIMIT cannot be used without specifying a trimming strategy',
);
const LIMIT_EXACT = new ReplyError('ERR syntax error, LIMIT cannot be used without the special ~ option');
const NO_STRATEGY = new ReplyError('ERR syntax error, XTRIM must be called with a trimming strategy');

/** Without LIMIT, `~` removes the entries of this many nodes at most. */
const NODES_MAX = 100;
const LIMIT_WITHOUT_NODE_MAX = 10_000;
const LIMIT_MAX = 1_000_000;

export const trimArguments = [
  oneOf('strategy', token('MAXLEN'), since('6.2.0', token('MINID'))),
  optional(oneOf('operator', token('=', 'equal'), token('~', 'approximately'))),
  string('threshold'),
  optional(since('6.2.0', withToken('LIMIT', integer('count')))),
];

export const trimBlock = block('trim', ...trimArguments);

export class AddOrTrim {
  /** Null: nothing to trim. */
  trim: TrimRequest | null = null;
  noCreate = false;
  /** Null: `*`. */
  id: StreamId | null = null;
  /** False: the id is `ms-*`. */
  hasSequence = true;
  /** The argument that says how much to keep; the one before it may be `~`. */
  thresholdAt = 0;
  /** The argument behind the last one read. */
  next = 0;
}

/** What the last request came to. */
const parsed = new AddOrTrim();

/**
 * @param nodeEntriesMax stream-node-max-entries
 * @param obeys a master or an append-only file says it, who left LIMIT where `~` became what it came to
 * @returns one and the same object for all requests
 */
export function parseAddOrTrim(
  argv: Argv,
  isAdd: boolean,
  nodeEntriesMax: number,
  obeys: boolean,
): AddOrTrim {
  let strategy = '';
  let maxLength = 0;
  let minId: StreamId | null = null;
  let approximate = false;
  let limit = -1;
  let thresholdAt = 0;
  let noCreate = false;
  let id: StreamId | null = null;
  let hasSequence = true;
  let index = 2;
  for (; index < argv.count; index++) {
    const following = argv.count - 1 - index;
    if (isAdd && argv.is(index, '*')) break;
    const isMaxLength = argv.is(index, 'MAXLEN');
    if ((isMaxLength || argv.is(index, 'MINID')) && following > 0) {
      if (strategy !== '') throw BOTH_STRATEGIES;
      approximate = following >= 2 && argv.is(index + 1, '~');
      index += approximate || (following >= 2 && argv.is(index + 1, '=')) ? 2 : 1;
      thresholdAt = index;
      if (isMaxLength) maxLength = argv.integer(index);
      else minId = parseId(argv, index, new StreamId());
      if (maxLength < 0) throw MAXLEN_NEGATIVE;
      strategy = isMaxLength ? 'MAXLEN' : 'MINID';
    } else if (argv.is(index, 'LIMIT') && following > 0) {
      index++;
      limit = argv.integer(index);
      if (limit < 0) throw LIMIT_NEGATIVE;
    } else if (isAdd && argv.is(index, 'NOMKSTREAM')) {
      noCreate = true;
    } else if (isAdd) {
      id = new StreamId();
      hasSequence = parseAddedId(argv, index, id);
      break;
    } else {
      throw SYNTAX_ERROR;
    }
  }
  if (limit > 0 && strategy === '') throw LIMIT_ALONE;
  if (!isAdd && strategy === '') throw NO_STRATEGY;
  if (obeys) limit = 0;
  if (limit >= 0 && !approximate && !obeys) throw LIMIT_EXACT;
  if (limit < 0) limit = approximate ? defaultLimit(nodeEntriesMax) : 0;
  parsed.trim = strategy === '' ? null : { maxLength, minId, approximate, limit };
  parsed.noCreate = noCreate;
  parsed.id = id;
  parsed.hasSequence = hasSequence;
  parsed.thresholdAt = thresholdAt;
  parsed.next = index + 1;
  return parsed;
}

function defaultLimit(nodeEntriesMax: number): number {
  if (nodeEntriesMax === 0) return LIMIT_WITHOUT_NODE_MAX;
  return Math.min(NODES_MAX * nodeEntriesMax, LIMIT_MAX);
}
