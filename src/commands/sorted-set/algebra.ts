/** The sorted sets that commands compute from sets and sorted sets. */
import { NONE } from '../../engine/arena.js';
import type { ValueView } from '../../engine/packed/value-view.js';
import type { Context } from '../context.js';
import { type CombineRequest, MIN, type Source, SUM } from './combine-request.js';

type Visitor = (member: ValueView, score: number) => boolean;

const lengthOf = (context: Context, source: Source): number =>
  source.entry === 0
    ? 0
    : source.isSorted
      ? context.sortedSets.length(source.entry)
      : context.sets.length(source.entry);

/** Visits members with their scores, unweighted. @param visit returns false to stop */
function visitAll(context: Context, source: Source, visit: Visitor): void {
  if (source.entry === 0) return;
  if (source.isSorted) {
    const { sortedSets } = context;
    const cursor = sortedSets.range(source.entry, 0, sortedSets.length(source.entry), false);
    while (cursor.next()) if (!visit(cursor.member, cursor.score)) return;
  } else {
    const cursor = context.sets.all(source.entry);
    while (cursor.next()) if (!visit(cursor.member, 1)) return;
  }
}

/** The score of a member, NaN when the source doesn't have it. */
function scoreIn(context: Context, source: Source, member: ValueView): number {
  const { entry } = source;
  if (entry === 0) return Number.NaN;
  if (source.isSorted)
    return context.sortedSets.score(entry, member.bytes, member.start, member.end, member.view);
  return context.sets.has(entry, member.bytes, member.start, member.end, member.view) ? 1 : Number.NaN;
}

/** 0 × infinity, and infinities of both signs together, count as 0. */
const numeric = (score: number): number => (Number.isNaN(score) ? 0 : score);

/** @param b may be NaN, which is less and greater than nothing, and makes a sum 0 */
function aggregated(aggregate: number, a: number, b: number): number {
  if (aggregate === SUM) return numeric(a + b);
  // Not Math.min and Math.max: they tell -0 from 0, and let NaN win.
  const replaces = aggregate === MIN ? b < a : b > a;
  return replaces ? b : a;
}

/** Visits the members that all sources have, with their scores put together. */
export function intersect(context: Context, request: CombineRequest, visit: Visitor): void {
  const ordered = [...request.sources].sort((a, b) => lengthOf(context, a) - lengthOf(context, b));
  const [smallest, ...others] = ordered;
  if (lengthOf(context, smallest) === 0) return;
  visitAll(context, smallest, (member, ownScore) => {
    let score = numeric(smallest.weight * ownScore);
    for (const other of others) {
      const found = other.entry === smallest.entry ? ownScore : scoreIn(context, other, member);
      if (Number.isNaN(found)) return true;
      score = aggregated(request.aggregate, score, other.weight * found);
    }
    return visit(member, score);
  });
}

/** @returns a temporary sorted set, as the next two do */
export function computeIntersection(context: Context, request: CombineRequest): number {
  const { build } = context.sortedSets;
  build.begin();
  intersect(context, request, (member, score) => {
    build.addNew(score, member);
    return true;
  });
  return build.end();
}

export function computeUnion(context: Context, request: CombineRequest): number {
  const { build } = context.sortedSets;
  const ordered = [...request.sources].sort((a, b) => lengthOf(context, a) - lengthOf(context, b));
  build.begin(lengthOf(context, ordered[ordered.length - 1]));
  for (const source of ordered) {
    visitAll(context, source, (member, ownScore) => {
      const score = numeric(source.weight * ownScore);
      const element = build.find(member);
      if (element === NONE) build.add(score, member);
      else build.setScore(element, aggregated(request.aggregate, build.score(element), score));
      return true;
    });
  }
  return build.end();
}

export function computeDifference(context: Context, request: CombineRequest): number {
  const { build } = context.sortedSets;
  const { sources } = request;
  const [from] = sources;
  build.begin();
  if (!sources.some((source, index) => index > 0 && source.entry === from.entry)) {
    visitAll(context, from, (member, score) => {
      for (let index = 1; index < sources.length; index++) {
        if (!Number.isNaN(scoreIn(context, sources[index], member))) return true;
      }
      build.addNew(score, member);
      return true;
    });
  }
  return build.end();
}
