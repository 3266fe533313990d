/** Walks over the members of one set or sorted set, with the scores that they have in others, too. */
import type { ValueView } from '../../engine/packed/value-view.js';
import type { SetCursor } from '../../engine/types/set/set-cursor.js';
import type { SortedSetCursor } from '../../engine/types/zset/sorted-set-cursor.js';
import type { Context } from '../context.js';
import type { Source } from './combine-request.js';

/** The score of a plain set's member. */
const PLAIN_SCORE = 1;

export interface ScoreWalk {
  /** Goes to the next member of the first source. @returns false when there is none */
  next(): boolean;
  /** The member's score in the index-th source, unweighted: NaN where it is absent. */
  score(index: number): number;
  /** The member, until the next step. */
  read(): ValueView;
}

/**
 * @param sources the first one's members are walked
 * @param isOrdered whether they are wanted in the order of their scores, if they have any: sorting them afterwards costs more than
 * looking for them by their places saves
 */
export function walkScores(context: Context, sources: readonly Source[], isOrdered: boolean): ScoreWalk {
  const { join } = context.sortedSets;
  const mayJoin = !isOrdered || !sources[0].isSorted;
  return mayJoin && join.begin(sources.map(({ entry }) => entry))
    ? join
    : new SearchedScores(context, sources);
}

/** A walk over members in the order of their scores. */
export function walkMembers(context: Context, source: Source): ScoreWalk {
  return new SearchedScores(context, [source]);
}

/** Looks for each member in the other sources by its text. */
class SearchedScores implements ScoreWalk {
  readonly #context: Context;
  readonly #sources: readonly Source[];
  /** Null: there is no such key. */
  readonly #sorted: SortedSetCursor | null;
  readonly #plain: SetCursor | null;

  constructor(context: Context, sources: readonly Source[]) {
    const { sets, sortedSets } = context;
    const [{ entry, isSorted }] = sources;
    this.#context = context;
    this.#sources = sources;
    this.#sorted =
      entry !== 0 && isSorted ? sortedSets.range(entry, 0, sortedSets.length(entry), false) : null;
    this.#plain = entry !== 0 && !isSorted ? sets.all(entry) : null;
  }

  next(): boolean {
    return this.#sorted?.next() ?? this.#plain?.next() ?? false;
  }

  score(index: number): number {
    const { entry, isSorted } = this.#sources[index];
    const isFirst = entry === this.#sources[0].entry;
    if (isSorted && isFirst) return this.#sorted?.score ?? Number.NaN;
    if (entry === 0) return Number.NaN;
    if (isFirst) return PLAIN_SCORE;
    const { bytes, start, end, view } = this.read();
    if (isSorted) return this.#context.sortedSets.score(entry, bytes, start, end, view);
    return this.#context.sets.has(entry, bytes, start, end, view) ? PLAIN_SCORE : Number.NaN;
  }

  read(): ValueView {
    const cursor = this.#sorted ?? this.#plain;
    if (cursor === null) throw new Error('the walk stands at no member');
    return cursor.member;
  }
}
