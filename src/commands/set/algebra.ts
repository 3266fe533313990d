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

/** Calls `found` with each member that all sets have. @param found returns false to stop */
export function intersect(
  context: Context,
  entries: readonly number[],
  found: (member: ValueView) => boolean,
): void {
  if (entries.includes(0)) return;
  const { sets } = context;
  const ordered = [...entries].sort((a, b) => sets.length(a) - sets.length(b));
  const cursor = sets.all(ordered[0]);
  const { member } = cursor;
  while (cursor.next()) {
    let isCommon = true;
    for (let index = 1; index < ordered.length && isCommon; index++) {
      isCommon =
        ordered[index] === ordered[0] ||
        sets.has(ordered[index], member.bytes, member.start, member.end, member.view);
    }
    if (isCommon && !found(member)) return;
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

/** @returns a temporary set of what is in the first and in none of the others */
export function subtract(context: Context, entries: readonly number[], encoding: number): number {
  const { sets } = context;
  const result = sets.createTemporary(encoding);
  const from = entries[0];
  if (from === 0 || entries.includes(from, 1)) return result;
  const cursor = sets.all(from);
  const { member } = cursor;
  while (cursor.next()) {
    const { bytes, start, end, view } = member;
    let isElsewhere = false;
    for (let index = 1; index < entries.length && !isElsewhere; index++) {
      isElsewhere = entries[index] !== 0 && sets.has(entries[index], bytes, start, end, view);
    }
    if (!isElsewhere) sets.addNew(result, bytes, start, end, view);
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
