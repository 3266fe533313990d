/** Trials of one contender under one load, over all rounds: the median of each figure, and its spread. */
import { Histogram } from '../load/histogram.js';
import { median } from '../median.js';
import type { Report, Rung, ScenarioFacts, Trial } from './model.js';

export interface Spread {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

export interface Cell {
  readonly scenario: ScenarioFacts;
  readonly rung: Rung;
  readonly contender: string;
  readonly trials: readonly Trial[];
}

/** A figure of a trial; null where it was not taken. */
export type Figure = (trial: Trial) => number | null;

/** @returns null when no trial has the figure */
export function spreadOf(cell: Cell, figure: Figure): Spread | null {
  const values = cell.trials.map(figure).filter((value) => value !== null);
  if (values.length === 0) return null;
  return { median: median(values), min: Math.min(...values), max: Math.max(...values) };
}

/** By so little the figures of one server differ from one minute to the next; a single round has no other spread. */
const NOISE_SHARE = 0.02;

/** Two figures that nobody should call different. */
export function isAlike(a: Spread, b: Spread): boolean {
  const isClose = Math.abs(a.median - b.median) <= NOISE_SHARE * Math.min(a.median, b.median);
  return isClose || (a.min <= b.max && b.min <= a.max);
}

/** In the report's order: scenario, rung, contender. Cells without a trial are left out. */
export function cellsOf(report: Report): Cell[] {
  return report.scenarios.flatMap((scenario) => scenarioCells(report, scenario));
}

export function scenarioCells(report: Report, scenario: ScenarioFacts): Cell[] {
  return scenario.rungs.flatMap((rung) =>
    report.contenders.flatMap(({ name }) => {
      const trials = report.trials.filter(
        (trial) => trial.scenario === scenario.name && trial.rung === rung.name && trial.contender === name,
      );
      return trials.length === 0 ? [] : [{ scenario, rung, contender: name, trials }];
    }),
  );
}

export function failedTrials(report: Report): Trial[] {
  return report.trials.filter((trial) => trial.failures.length > 0);
}

/** All rounds' latencies together. */
export function mergedLatency(cell: Cell): Histogram {
  const histogram = new Histogram();
  for (const trial of cell.trials) histogram.add(trial.histogram);
  return histogram;
}
