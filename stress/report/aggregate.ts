/** Trials of one contender under one load, over all rounds: the median of each figure, and its spread. */
import { Histogram, type HistogramData } from '../load/histogram.js';
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
  /** All rounds' latencies together. */
  readonly histogram: HistogramData;
}

/** A figure of a trial, by the path the report's forms share. */
export type Figure = (trial: Trial) => number;

export function spreadOf(cell: Cell, figure: Figure): Spread {
  const values = cell.trials.map(figure).sort((a, b) => a - b);
  const middle = values.length >> 1;
  const median = values.length % 2 === 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
  return { median, min: values[0], max: values[values.length - 1] };
}

/** In the report's order: scenario, rung, contender. Cells without a trial are left out. */
export function cellsOf(report: Report): Cell[] {
  return report.scenarios.flatMap((scenario) =>
    scenario.rungs.flatMap((rung) =>
      report.contenders.flatMap(({ name }) => {
        const trials = report.trials.filter(
          (trial) => trial.scenario === scenario.name && trial.rung === rung.name && trial.contender === name,
        );
        if (trials.length === 0) return [];
        return [{ scenario, rung, contender: name, trials, histogram: mergeHistograms(trials) }];
      }),
    ),
  );
}

export function failedTrials(report: Report): Trial[] {
  return report.trials.filter((trial) => trial.failures.length > 0);
}

function mergeHistograms(trials: readonly Trial[]): HistogramData {
  const histogram = new Histogram();
  for (const trial of trials) histogram.add(trial.histogram);
  return histogram.toData();
}
