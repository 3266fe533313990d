/** LMOVE and RPOPLPUSH, and their waiting forms BLMOVE and BRPOPLPUSH: an element goes from list to list. */
import { TYPE_LIST } from '../../engine/entry.js';
import type { Reply } from '../../protocol/reply.js';
import { type Argument, double, key, oneOf, token } from '../arguments.js';
import type { Argv } from '../argv.js';
import type { Context } from '../context.js';
import { defineCommand } from '../define.js';
import { ACCESS, BLOCKING, DELETE, DENYOOM, INSERT, RW, WRITE } from '../flags.js';
import { timeoutMs } from '../timeout.js';
import { isHead, listForWriting, tookFrom } from './ends.js';
import { pushEvent } from './events.js';

const SOURCE = key('source', RW | ACCESS | DELETE);
const DESTINATION = key('destination', RW | INSERT);
const side = (name: string): Argument => oneOf(name, token('LEFT'), token('RIGHT'));

/**
 * @param uses of the source that this counts as: the waiting forms look whether it is there, and then move
 * @returns false when the source has nothing; nothing is replied then
 */
function move(
  context: Context,
  argv: Argv,
  fromHead: boolean,
  toHead: boolean,
  uses: 1 | 2,
  reply: Reply,
): boolean {
  const from = context.write(argv, 1, TYPE_LIST);
  if (from === 0) return false;
  if (uses === 2) context.db.useAgain(from);
  const to = listForWriting(context, argv, 2);
  const view = context.lists.peek(from, fromHead);
  reply.bulk(view.bytes, view.start, view.end);
  context.lists.move(from, fromHead, to, toHead);
  // Both ends of it are one change.
  context.changedMany(0, pushEvent(toHead), argv, 2);
  tookFrom(context, argv, 1, from, fromHead, 1);
  return true;
}

/** As `move`, or waits for the source. */
function moveOrWait(
  context: Context,
  argv: Argv,
  fromHead: boolean,
  toHead: boolean,
  waitMs: number,
  reply: Reply,
): void {
  const { blocking, propagation } = context.services;
  if (move(context, argv, fromHead, toHead, 2, reply)) {
    if (!propagation.isWanted) return;
    const hasSides = argv.count === BLMOVE_WORDS;
    const effect = propagation.begin(context.db, hasSides ? 5 : 3).word(hasSides ? 'LMOVE' : 'RPOPLPUSH');
    effect.argument(argv, 1).argument(argv, 2);
    if (hasSides) effect.argument(argv, 3).argument(argv, 4);
    return;
  }
  if (!blocking.canBlock) reply.null();
  else blocking.waitForKeys(argv, SOURCE_WAIT, waitMs);
}
/** Those of BRPOPLPUSH are fewer. */
const BLMOVE_WORDS = 6;
const SOURCE_WAIT = { keys: [1], type: TYPE_LIST, wakesWhenGone: false };

export const lmove = defineCommand({
  name: 'LMOVE',
  summary: 'Moves an element from one end of a list to an end of another, and returns it.',
  group: 'list',
  since: '6.2.0',
  complexity: 'O(1)',
  flags: WRITE | DENYOOM,
  args: [SOURCE, DESTINATION, side('wherefrom'), side('whereto')],
  run(context, argv, reply) {
    const fromHead = isHead(argv, 3);
    const toHead = isHead(argv, 4);
    if (!move(context, argv, fromHead, toHead, 1, reply)) reply.null();
  },
});

export const rpoplpush = defineCommand({
  name: 'RPOPLPUSH',
  summary: 'Moves the last element of a list to the head of another, and returns it.',
  group: 'list',
  since: '1.2.0',
  complexity: 'O(1)',
  flags: WRITE | DENYOOM,
  args: [SOURCE, DESTINATION],
  deprecated: { since: '6.2.0', replacedBy: '`LMOVE` with the `RIGHT` and `LEFT` arguments' },
  run(context, argv, reply) {
    if (!move(context, argv, false, true, 1, reply)) reply.null();
  },
});

export const blmove = defineCommand({
  name: 'BLMOVE',
  summary:
    'Moves an element from one end of a list to an end of another, and waits for one if there is none.',
  group: 'list',
  since: '6.2.0',
  complexity: 'O(1)',
  flags: WRITE | DENYOOM | BLOCKING,
  args: [SOURCE, DESTINATION, side('wherefrom'), side('whereto'), double('timeout')],
  run(context, argv, reply) {
    const fromHead = isHead(argv, 3);
    const toHead = isHead(argv, 4);
    moveOrWait(context, argv, fromHead, toHead, timeoutMs(argv, 5, context.nowMs), reply);
  },
});

export const brpoplpush = defineCommand({
  name: 'BRPOPLPUSH',
  summary: 'Moves the last element of a list to the head of another, and waits for one if there is none.',
  group: 'list',
  since: '2.2.0',
  complexity: 'O(1)',
  flags: WRITE | DENYOOM | BLOCKING,
  args: [SOURCE, DESTINATION, double('timeout')],
  history: [['6.0.0', '`timeout` is interpreted as a double instead of an integer.']],
  deprecated: { since: '6.2.0', replacedBy: '`BLMOVE` with the `RIGHT` and `LEFT` arguments' },
  run(context, argv, reply) {
    moveOrWait(context, argv, false, true, timeoutMs(argv, 3, context.nowMs), reply);
  },
});
