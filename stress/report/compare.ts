/** Two reports side by side: what changed between them, and whether by more than their rounds spread. */
import { cellsOf, isAlike, type Spread, spreadOf } from './aggregate.js';
import {
  CPU_PER_OPERATION,
  type FigureFacts,
  OPERATIONS_PER_SECOND,
  P50,
  P99,
  PEAK_RSS,
  RSS_PER_CONNECTION,
} from './figures.js';
import type { Report } from './model.js';

const COMPARED = [CPU_PER_OPERATION, OPERATIONS_PER_SECOND, P50, P99, PEAK_RSS, RSS_PER_CONNECTION];

/** One figure of one contender under one load. */
export interface Change {
  readonly load: string;
  readonly contender: string;
  readonly figure: FigureFacts;
  readonly before: Spread;
  readonly after: Spread;
  readonly percent: number;
  /** False when the two are alike, or a report has one round only: then nobody can say. */
  readonly exceedsSpread: boolean;
}

export function compareReports(before: Report, after: Report): Change[] {
  const earlier = cellsOf(before);
  return cellsOf(after).flatMap((cell) => {
    const match = earlier.find(
      (one) =>
        one.scenario.name === cell.scenario.name &&
        one.rung.name === cell.rung.name &&
        one.contender === cell.contender,
    );
    if (match === undefined) return [];
    return COMPARED.flatMap((figure): Change[] => {
      const old = spreadOf(match, figure.of);
      const now = spreadOf(cell, figure.of);
      if (old === null || now === null || old.median === 0) return [];
      const hasRounds = match.trials.length > 1 && cell.trials.length > 1;
      return [
        {
          load: cell.rung.title,
          contender: cell.contender,
          figure,
          before: old,
          after: now,
          percent: 100 * (now.median / old.median - 1),
          exceedsSpread: hasRounds && !isAlike(old, now),
        },
      ];
    });
  });
}

/** The first row is the head; the first three columns name. */
export function comparisonTable(changes: readonly Change[]): string[][] {
  return [
    ['load', 'contender', 'figure', 'before', 'after', 'change', 'verdict'],
    ...changes.map((change) => [
      change.load,
      change.contender,
      change.figure.title,
      change.figure.format(change.before.median),
      change.figure.format(change.after.median),
      `${change.percent >= 0 ? '+' : '−'}${Math.abs(change.percent).toFixed(1)} %`,
      verdictOf(change),
    ]),
  ];
}

/** Why the two may not be comparable at all. */
export function comparisonCaveats(before: Report, after: Report): string[] {
  const caveats: string[] = [];
  const differs = (what: string, a: unknown, b: unknown): void => {
    if (JSON.stringify(a) !== JSON.stringify(b))
      caveats.push(`${what} differ: ${JSON.stringify(a)}, then ${JSON.stringify(b)}`);
  };
  differs('machines', before.machine, after.machine);
  differs('pinnings', before.pinning, after.pinning);
  for (const setting of Object.keys(before.settings) as (keyof Report['settings'])[]) {
    if (setting !== 'seed')
      differs(`settings (${setting})`, before.settings[setting], after.settings[setting]);
  }
  const rounds = [before.settings.rounds, after.settings.rounds] as const;
  const percent = 100 * chanceOfApart(...rounds);
  if (Math.min(...rounds) < 2) {
    caveats.push('with one round there is no spread: no change can be told from chance');
  } else if (percent >= 1) {
    caveats.push(
      `with ${rounds.join(' and ')} rounds chance alone puts the spans of one figure in ${Math.round(100 / percent)} apart: ` +
        'believe what several figures or loads agree on, or take more rounds',
    );
  }
  return caveats;
}

/** How often all of `a` draws lie on one side of all of `b` other draws of the same: two of the orders that there are. */
function chanceOfApart(a: number, b: number): number {
  let orders = 1;
  for (let drawn = 1; drawn <= b; drawn++) orders *= (a + drawn) / drawn;
  return 2 / orders;
}

function verdictOf({ exceedsSpread, percent, figure }: Change): string {
  if (!exceedsSpread) return 'within the spread';
  const isBetter = percent > 0 === (figure.better === 'more');
  return isBetter ? 'better' : 'WORSE';
}
