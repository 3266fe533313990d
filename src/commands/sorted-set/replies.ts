/** How members with their scores are replied, and what several commands do after removing some. */
import type { SortedSetCursor } from '../../engine/types/zset/sorted-set-cursor.js';
import type { Reply } from '../../protocol/reply.js';
import type { Argv } from '../argv.js';
import type { Context } from '../context.js';
import { DEL, type KeyEvent } from '../events.js';

/** The count of an array of `count` members: with scores, RESP2 counts both, RESP3 pairs. */
export function replyCount(reply: Reply, count: number, withScores: boolean): void {
  reply.array(withScores && reply.resp === 2 ? count * 2 : count);
}

/** The member that a cursor arrived at, as an element of such an array. */
export function replyMember(reply: Reply, cursor: SortedSetCursor, withScores: boolean): void {
  const { member } = cursor;
  if (withScores && reply.resp > 2) reply.array(2);
  reply.bulk(member.bytes, member.start, member.end);
  if (withScores) reply.double(cursor.score);
}

/** `count` members were removed: tells, and removes the key when none is left. */
export function membersRemoved(
  context: Context,
  argv: Argv,
  index: number,
  entry: number,
  event: KeyEvent,
  count: number,
): void {
  context.changedMany(count, event, argv, index);
  if (context.sortedSets.length(entry) > 0) return;
  context.db.removeEntry(entry);
  context.notify(DEL, argv, index);
}
