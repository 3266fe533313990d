/** The sorted sets that commands compute from sets and sorted sets. */
import { NONE } from '../../engine/arena.js';
import type { ValueView } from '../../engine/packed/value-view.js';
import type { Context } from '../context.js';
import { type CombineRequest, MIN, type Source, SUM } from './combine-request.js';
import { type ScoreWalk, walkMembers, walkScores } from './score-walk.js';

const lengthOf = (context: Context, source: Source): number =>
  source.entry === 0
    ? 0
    : source.isSorted
      ? context.sortedSets.length(source.entry)
      : context.sets.length(source.entry);

/** 0 × infinity, and infinities of both signs together, count as 0. */
const numeric = (score: number): number => (Number.isNaN(score) ? 0 : score);

/** @param b may be NaN, which is less and greater than nothing, and makes a sum 0 */
function aggregated(aggregate: number, a: number, b: number): number {
  if (aggregate === SUM) return numeric(a + b);
  // Not Math.min and Math.max: they tell -0 from 0, and let NaN win.
  const replaces = aggregate === MIN ? b < a : b > a;
  return replaces ? b : a;
}

/** A walk over the members that all sources have, with their scores put together. */
export class Intersection {
  /** Of the member at which it stands. */
  score = 0;

  readonly #aggregate: number;
  readonly #sources: readonly Source[];
  readonly #walk: ScoreWalk | null;

  /** @param isOrdered whether it matters in which order they come */
  constructor(context: Context, { sources, aggregate }: CombineRequest, isOrdered: boolean) {
    this.#aggregate = aggregate;
    this.#sources = [...sources].sort((a, b) => lengthOf(context, a) - lengthOf(context, b));
    const isEmpty = lengthOf(context, this.#sources[0]) === 0;
    this.#walk = isEmpty ? null : walkScores(context, this.#sources, isOrdered);
  }

  next(): boolean {
    while (this.#walk?.next() === true) if (this.#isShared(this.#walk)) return true;
    return false;
  }

  read(): ValueView {
    if (this.#walk === null) throw new Error('there is no member');
    return this.#walk.read();
  }

  #isShared(walk: ScoreWalk): boolean {
    const sources = this.#sources;
    this.score = numeric(sources[0].weight * walk.score(0));
    for (let index = 1; index < sources.length; index++) {
      const found = walk.score(index);
      if (Number.isNaN(found)) return false;
      this.score = aggregated(this.#aggregate, this.score, sources[index].weight * found);
    }
    return true;
  }
}

/** Builds the result in `sortedSets.build`, as the next two do. */
export function computeIntersection(context: Context, request: CombineRequest): void {
  const { build } = context.sortedSets;
  const shared = new Intersection(context, request, true);
  build.begin();
  while (shared.next()) build.addNew(shared.score, shared.read());
}

export function computeUnion(context: Context, request: CombineRequest): void {
  const { build } = context.sortedSets;
  const ordered = [...request.sources].sort((a, b) => lengthOf(context, a) - lengthOf(context, b));
  build.begin(lengthOf(context, ordered[ordered.length - 1]));
  for (const source of ordered) {
    const walk = walkMembers(context, source);
    while (walk.next()) {
      const member = walk.read();
      const score = numeric(source.weight * walk.score(0));
      const element = build.find(member);
      if (element === NONE) build.add(score, member);
      else build.setScore(element, aggregated(request.aggregate, build.score(element), score));
    }
  }
}

export function computeDifference(context: Context, request: CombineRequest): void {
  const { build } = context.sortedSets;
  const [first, ...others] = request.sources;
  build.begin();
  if (first.entry !== 0 && !others.some(({ entry }) => entry === first.entry)) {
    const sources = [first, ...others.filter(({ entry }) => entry !== 0)];
    const walk = walkScores(context, sources, true);
    while (walk.next()) if (isOnlyInFirst(walk, sources.length)) build.addNew(walk.score(0), walk.read());
  }
}

function isOnlyInFirst(walk: ScoreWalk, sourceCount: number): boolean {
  for (let index = 1; index < sourceCount; index++) if (!Number.isNaN(walk.score(index))) return false;
  return true;
}
