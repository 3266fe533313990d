/**
 * The sets that commands compute from sets: what SINTER, SUNION, SDIFF and their STORE forms share. Keys that
 * don't exist count as empty sets.
 */
import { ENCODING_HASHTABLE, ENCODING_INTSET, encodingOf, TYPE_SET } from '../../engine/entry.js';
import type { MemberWalk } from '../../engine/types/set/large-set.js';
import type { SetSelection } from '../../engine/types/set/set-selection.js';
import type { Reply } from '../../protocol/reply.js';
import type { Argv } from '../argv.js';
import type { Context } from '../context.js';

/** Of so many sets at most a union is replied set by set, each member looked for in the sets before its own. */
const SETS_LOOKED_THROUGH_MAX = 4;

/** The entries of keys [first, last]; 0 for those that don't exist. @throws WRONG_TYPE */
export function setsAt(context: Context, argv: Argv, first: number, last: number): number[] {
  const entries: number[] = [];
  for (let index = first; index <= last; index++) entries.push(context.read(argv, index, TYPE_SET));
  return entries;
}

/** What all sets have: members of the smallest. */
export function intersection(context: Context, entries: readonly number[]): SetSelection {
  const [source, ...others] = [...new Set(entries)].sort(
    (a, b) => lengthOf(context, a) - lengthOf(context, b),
  );
  return context.sets.computed.select(source, others, true);
}

/** What the first set has and none of the others. */
export function difference({ sets }: Context, entries: readonly number[]): SetSelection {
  const [first, ...others] = entries;
  return sets.computed.select(others.includes(first) ? 0 : first, others.filter(exists), false);
}

/** Replies what any of the sets has. */
export function replyUnion(context: Context, entries: readonly number[], reply: Reply): void {
  const { computed } = context.sets;
  const sources = [...new Set(entries)].filter(exists);
  const mark = reply.beginDeferred();
  let count = 0;
  if (areIntsets(context, sources)) {
    const union = computed.uniteIntsets(sources);
    for (; union.next(); count++) replyMember(reply, union);
  } else if (sources.length <= SETS_LOOKED_THROUGH_MAX) {
    for (const [index, source] of sources.entries()) {
      const unseen = computed.select(source, sources.slice(0, index), false);
      for (; unseen.next(); count++) replyMember(reply, unseen);
    }
  } else {
    const result = computed.unite(sources, ENCODING_HASHTABLE);
    const all = computed.select(result, [], false);
    for (; all.next(); count++) replyMember(reply, all);
    context.temporaries.discard(result);
  }
  reply.endDeferredSet(mark, count);
}

export function replyMember(reply: Reply, walk: MemberWalk): void {
  const { bytes, start, end } = walk.read();
  reply.bulk(bytes, start, end);
}

/** @returns a temporary set of what is in any of them, as Redis stores it: it begins as an intset and grows as sets do */
export function storedUnion(context: Context, entries: readonly number[]): number {
  const sources = [...new Set(entries)].filter(exists);
  const { computed } = context.sets;
  if (areIntsets(context, sources)) return computed.uniteIntegers(sources);
  return computed.unite(sources, ENCODING_INTSET);
}

const exists = (entry: number): boolean => entry !== 0;

const lengthOf = ({ sets }: Context, entry: number): number => (entry === 0 ? 0 : sets.length(entry));

function areIntsets({ arena }: Context, sources: readonly number[]): boolean {
  return sources.every((entry) => encodingOf(arena, entry) === ENCODING_INTSET);
}
