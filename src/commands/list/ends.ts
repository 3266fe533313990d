/** What several list commands do at the ends of a list, with what they owe to observers. */
import { TYPE_LIST } from '../../engine/entry.js';
import type { Reply } from '../../protocol/reply.js';
import type { Argv } from '../argv.js';
import type { Context } from '../context.js';
import { SYNTAX_ERROR } from '../errors.js';
import { DEL } from '../events.js';
import { popEvent } from './events.js';

/** LEFT or RIGHT. @returns true for the head */
export function isHead(argv: Argv, index: number): boolean {
  if (argv.is(index, 'LEFT')) return true;
  if (argv.is(index, 'RIGHT')) return false;
  throw SYNTAX_ERROR;
}

/** The list at a key, created when there is none. */
export function listForWriting(context: Context, argv: Argv, index: number): number {
  const entry = context.write(argv, index, TYPE_LIST);
  if (entry !== 0) return entry;
  return context.lists.create(context.db, argv.bytes, argv.starts[index], argv.ends[index]);
}

/** Replies with the element at one end, and drops it. The list must have one. */
export function popOne(
  context: Context,
  argv: Argv,
  index: number,
  entry: number,
  atHead: boolean,
  reply: Reply,
): void {
  const view = context.lists.peek(entry, atHead);
  reply.bulk(view.bytes, view.start, view.end);
  const left = context.lists.drop(entry, atHead);
  context.changed(popEvent(atHead), argv, index);
  if (left === 0) removeEmpty(context, argv, index, entry);
}

/** Replies with an array of up to `count` elements from one end, and drops them. @returns how many there were */
export function popMany(
  context: Context,
  argv: Argv,
  index: number,
  entry: number,
  atHead: boolean,
  count: number,
  reply: Reply,
): number {
  const { lists } = context;
  const length = lists.length(entry);
  const taken = Math.min(count, length);
  reply.array(taken);
  const cursor = lists.range(entry, atHead ? 0 : length - 1, taken, !atHead);
  while (cursor.next()) reply.bulk(cursor.value.bytes, cursor.value.start, cursor.value.end);
  lists.dropMany(entry, atHead, taken);
  tookFrom(context, argv, index, entry, atHead, taken);
  return taken;
}

/** `count` elements were taken from one end of the list at argument `index`: tells, and removes the key when none is left. */
export function tookFrom(
  context: Context,
  argv: Argv,
  index: number,
  entry: number,
  atHead: boolean,
  count: number,
): void {
  context.changedMany(count, popEvent(atHead), argv, index);
  removeIfEmpty(context, argv, index, entry);
}

export function removeIfEmpty(context: Context, argv: Argv, index: number, entry: number): void {
  if (context.lists.length(entry) === 0) removeEmpty(context, argv, index, entry);
}

function removeEmpty(context: Context, argv: Argv, index: number, entry: number): void {
  context.db.removeEntry(entry);
  context.notify(DEL, argv, index);
}
