/**
 * The sets that commands compute from sets: what SINTER, SUNION, SDIFF and their STORE forms share. Keys that
 * don't exist count as empty sets.
 */
import { ENCODING_HASHTABLE, ENCODING_INTSET, encodingOf, TYPE_SET } from '../../engine/entry.js';
import type { ValueView } from '../../engine/packed/value-view.js';
import type { Argv } from '../argv.js';
import type { Context } from '../context.js';

/** The entries of keys [first, last]; 0 for those that don't exist. @throws WRONG_TYPE */
export function setsAt(context: Context, argv: Argv, first: number, last: number): number[] {
  const entries: number[] = [];
  for (let index = first; index <= last; index++) entries.push(context.read(argv, index, TYPE_SET));
  return entries;
}

/** Sees to a member. @returns false to stop */
export type Found = (member: ValueView) => boolean;

/** The set whose members an intersection goes through: the smallest. @returns 0 when one doesn't exist */
export function smallestOf({ sets }: Context, entries: readonly number[]): number {
  if (entries.includes(0)) return 0;
  return entries.reduce((least, entry) => (sets.length(entry) < sets.length(least) ? entry : least));
}

/** Calls `found` with each member that all sets have. */
export function intersect(context: Context, entries: readonly number[], found: Found): void {
  if (entries.includes(0)) return;
  const { sets } = context;
  const ordered = [...new Set(entries)].sort((a, b) => sets.length(a) - sets.length(b));
  const cursor = sets.all(ordered[0]);
  const { member } = cursor;
  while (cursor.next()) {
    let isCommon = true;
    for (let index = 1; index < ordered.length && isCommon; index++) {
      isCommon = sets.has(ordered[index], member.bytes, member.start, member.end, member.view);
    }
    if (isCommon && !found(member)) return;
  }
}

/** Calls `found` with each member of the first set that none of the others has. */
export function subtract(context: Context, entries: readonly number[], found: Found): void {
  const { sets } = context;
  const [from] = entries;
  if (from === 0 || entries.includes(from, 1)) return;
  const others = entries.filter((entry, index) => index > 0 && entry !== 0);
  const cursor = sets.all(from);
  const { member } = cursor;
  while (cursor.next()) {
    let isElsewhere = false;
    for (let index = 0; index < others.length && !isElsewhere; index++) {
      isElsewhere = sets.has(others[index], member.bytes, member.start, member.end, member.view);
    }
    if (!isElsewhere && !found(member)) return;
  }
}

/** @returns a temporary set of what is in any of them */
export function unite(context: Context, entries: readonly number[], encoding: number): number {
  const { sets } = context;
  let most = 0;
  for (const entry of entries) if (entry !== 0) most = Math.max(most, sets.length(entry));
  const result = sets.createTemporaryFor(most, encoding);
  for (const entry of entries) {
    if (entry === 0) continue;
    const cursor = sets.all(entry);
    const { member } = cursor;
    while (cursor.next()) sets.add(result, member.bytes, member.start, member.end, member.view);
  }
  return result;
}

/**
 * The encoding to compute a result in that is only replied: a hash table is fast, unless all are intsets. A result
 * that is stored begins as an intset and grows as sets do.
 */
export function workingEncoding(context: Context, entries: readonly number[]): number {
  const isIntset = (entry: number) => entry === 0 || encodingOf(context.arena, entry) === ENCODING_INTSET;
  return entries.every(isIntset) ? ENCODING_INTSET : ENCODING_HASHTABLE;
}
