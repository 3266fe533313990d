/**
 * How much of our code has run, told by V8's own block coverage: inputs that reach more are worth keeping. It takes no
 * instrumentation, and no binary to install: Jazzer.js brings libFuzzer as one, and doesn't see ES modules.
 */
import { type Profiler, Session } from 'node:inspector';

const OURS = /^file:.*\/(src|test\/fuzz\/targets)\//;

/** [start, end) of what never ran in a function that did. */
type Hole = readonly [start: number, end: number];

/** Told of a function of which more ran than ever before, and what of it still never did. */
type Discovered = (name: string, holes: readonly Hole[]) => void;

export class Coverage {
  /** How often something ran that never did before. */
  discoveries = 0;
  readonly #session = new Session();
  /** By function. */
  readonly #holes = new Map<string, readonly Hole[]>();

  begin(): void {
    this.#session.connect();
    this.#session.post('Profiler.enable');
    this.#session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true });
  }

  /** @returns whether something ran since the last look that never did before; it is noted as having run */
  take(): boolean {
    const before = this.discoveries;
    this.#look((name, holes) => {
      this.#holes.set(name, holes);
      this.discoveries++;
    });
    return this.discoveries > before;
  }

  /** As `take`, and nothing is noted: it can be discovered again. */
  peek(): boolean {
    let isNew = false;
    this.#look(() => {
      isNew = true;
    });
    return isNew;
  }

  #look(discovered: Discovered): void {
    this.#session.post('Profiler.takePreciseCoverage', (error, { result }) => {
      if (error !== null) throw error;
      for (const { url, scriptId, functions } of result) {
        if (!OURS.test(url)) continue;
        for (const { ranges } of functions) this.#ran(scriptId, ranges, discovered);
      }
    });
  }

  end(): void {
    this.#session.disconnect();
  }

  /** @param ranges the function itself first, then blocks whose count differs from what is around them */
  #ran(scriptId: string, ranges: readonly Profiler.CoverageRange[], discovered: Discovered): void {
    const [whole, ...blocks] = ranges;
    if (whole.count === 0) return;
    const name = `${scriptId}:${whole.startOffset}:${whole.endOffset}`;
    const holes = blocks
      .filter(({ count }) => count === 0)
      .map(({ startOffset, endOffset }): Hole => [startOffset, endOffset]);
    const known = this.#holes.get(name);
    const left = known === undefined ? holes : intersection(known, holes);
    if (known !== undefined && lengthOf(left) === lengthOf(known)) return;
    discovered(name, left);
  }
}

function intersection(some: readonly Hole[], others: readonly Hole[]): Hole[] {
  return some.flatMap(([start, end]) =>
    others
      .map(([from, to]): Hole => [Math.max(start, from), Math.min(end, to)])
      .filter(([from, to]) => from < to),
  );
}

const lengthOf = (holes: readonly Hole[]): number =>
  holes.reduce((sum, [start, end]) => sum + end - start, 0);
