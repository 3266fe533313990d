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

/** Some of one set's members. */
export interface Selection {
  /** The set that they are members of; 0: there are none. */
  readonly source: number;
  /** Whether a member of that set is one of them. */
  keeps(member: ValueView): boolean;
}

/** What all sets have: members of the smallest. */
export function intersection(context: Context, entries: readonly number[]): Selection {
  const { sets } = context;
  const [source, ...others] = [...new Set(entries)].sort(
    (a, b) => lengthOf(context, a) - lengthOf(context, b),
  );
  return {
    source,
    keeps(member) {
      for (let index = 0; index < others.length; index++) {
        if (!sets.has(others[index], member.bytes, member.start, member.end, member.view)) return false;
      }
      return true;
    },
  };
}

/** What the first set has and none of the others. */
export function difference({ sets }: Context, entries: readonly number[]): Selection {
  const others = entries.filter((entry, index) => index > 0 && entry !== 0);
  return {
    source: entries.includes(entries[0], 1) ? 0 : entries[0],
    keeps(member) {
      for (let index = 0; index < others.length; index++) {
        if (sets.has(others[index], member.bytes, member.start, member.end, member.view)) return false;
      }
      return true;
    },
  };
}

/** Calls `found` with each of them. @param found returns false to stop */
export function visit(
  context: Context,
  { source, keeps }: Selection,
  found: (member: ValueView) => boolean,
): void {
  if (source === 0) return;
  const cursor = context.sets.all(source);
  const { member } = cursor;
  while (cursor.next()) if (keeps(member) && !found(member)) return;
}

const lengthOf = ({ sets }: Context, entry: number): number => (entry === 0 ? 0 : sets.length(entry));

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
