/** What XREAD and XREADGROUP share: their words, the form of their reply, and the waiting for entries. */
import { TYPE_STREAM } from '../../engine/entry.js';
import type { Reply } from '../../protocol/reply.js';
import { ReplyError } from '../../protocol/reply-error.js';
import type { Argv } from '../argv.js';
import type { Context } from '../context.js';
import { SYNTAX_ERROR } from '../errors.js';
import { argumentRange } from '../multi-pop.js';
import { wholeTimeoutMs } from '../timeout.js';

const UNBALANCED = new ReplyError(
  "ERR Unbalanced 'xread' list of streams: for each stream key an ID or '$' must be specified.",
);
const GROUP_UNBALANCED = new ReplyError(
  "ERR Unbalanced 'xreadgroup' list of streams: for each stream key an ID or '>' must be specified.",
);
const NO_GROUP = new ReplyError('ERR Missing GROUP option for XREADGROUP');
const GROUP_OPTION = new ReplyError(
  'ERR The GROUP option is only supported by XREADGROUP. You called XREAD instead.',
);
const NOACK_OPTION = new ReplyError(
  'ERR The NOACK option is only supported by XREADGROUP. You called XREAD instead.',
);
export interface ReadRequest {
  /** The group's argument, the consumer's is behind it; 0: none. */
  readonly group: number;
  readonly noAck: boolean;
  /** 0: all. */
  readonly count: number;
  /** −1: don't wait. */
  readonly waitMs: number;
  readonly firstKey: number;
  readonly keyCount: number;
}

/** @param isGroup for XREADGROUP */
export function parseReadRequest(argv: Argv, isGroup: boolean, nowMs: number): ReadRequest {
  let group = 0;
  let noAck = false;
  let count = 0;
  let waitMs = -1;
  for (let index = 1; index < argv.count; index++) {
    const following = argv.count - 1 - index;
    if (argv.is(index, 'BLOCK') && following > 0) {
      index++;
      waitMs = wholeTimeoutMs(argv, index, nowMs);
    } else if (argv.is(index, 'COUNT') && following > 0) {
      index++;
      count = Math.max(0, argv.integer(index));
    } else if (argv.is(index, 'STREAMS') && following > 0) {
      if (following % 2 !== 0) throw isGroup ? GROUP_UNBALANCED : UNBALANCED;
      if (isGroup && group === 0) throw NO_GROUP;
      return { group, noAck, count, waitMs, firstKey: index + 1, keyCount: following / 2 };
    } else if (argv.is(index, 'GROUP') && following > 1) {
      if (!isGroup) throw GROUP_OPTION;
      group = index + 1;
      index += 2;
    } else if (argv.is(index, 'NOACK')) {
      if (!isGroup) throw NOACK_OPTION;
      noAck = true;
    } else {
      throw SYNTAX_ERROR;
    }
  }
  throw SYNTAX_ERROR;
}

/** Begins a stream that has something: its key, and the entries follow. */
export function replyStreamKey(reply: Reply, argv: Argv, keyIndex: number): void {
  if (reply.resp === 2) reply.array(2);
  reply.bulk(argv.bytes, argv.starts[keyIndex], argv.ends[keyIndex]);
}

/**
 * Ends the reply, where there is one to be had now.
 * @param mark where the reply began. @param served how many streams had something
 * @returns false when the client has to wait
 */
export function endStreams(
  context: Context,
  { waitMs }: ReadRequest,
  reply: Reply,
  mark: number,
  served: number,
): boolean {
  if (served > 0) {
    if (reply.resp === 2) reply.endDeferredArray(mark, served);
    else reply.endDeferredMap(mark, served);
    return true;
  }
  if (waitMs >= 0 && context.services.blocking.canBlock) return false;
  reply.nullArray();
  return true;
}

/**
 * The client waits for entries of any of the streams.
 * @param argv what is run again when some come
 * @param wakesWhenGone whether it wants to be told that a stream is gone
 */
export function waitForEntries(
  context: Context,
  { firstKey, keyCount, waitMs }: ReadRequest,
  argv: Argv,
  wakesWhenGone: boolean,
): void {
  const keys = argumentRange(firstKey, keyCount);
  context.services.blocking.waitForKeys(argv, { keys, type: TYPE_STREAM, wakesWhenGone }, waitMs);
}
