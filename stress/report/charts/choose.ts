/** Which charts a scenario gets: what its question is about, over its rungs or, where there are few, as bars. */
import { KNEE_P99_US } from '../../workloads/knee.js';
import { type Cell, mergedLatency, scenarioCells, spreadOf } from '../aggregate.js';
import {
  CPU_PER_OPERATION,
  type FigureFacts,
  OPERATIONS_PER_SECOND,
  P99,
  PEAK_RSS,
  RSS_PER_CONNECTION,
  USER_PER_OPERATION,
} from '../figures.js';
import { formatTime } from '../format.js';
import type { Report, ScenarioFacts } from '../model.js';
import type { BarChart, Chart, LineChart, LinePoint, SeriesName } from './chart.js';
import { colourOf } from './palette.js';
import { logScale } from './scale.js';

/** Fewer rungs make no curve. */
const RUNGS_FOR_LINES = 3;

export function chartsOf(report: Report, scenario: ScenarioFacts): Chart[] {
  const cells = scenarioCells(report, scenario).filter((cell) =>
    cell.trials.some((trial) => trial.operations > 0),
  );
  if (cells.length === 0) return [];
  const choose = new Chooser(report, scenario, cells);
  const { one, many } = scenario.operation;
  const charts: (Chart | null)[] = [
    choose.overRungs(OPERATIONS_PER_SECOND, `${many} per second`, false),
    choose.overRungs(P99, 'p99 latency', true, scenario.name === 'knee' ? KNEE_P99_US : undefined),
    choose.cpuSplit(`server CPU per ${one}, µs`),
    choose.percentiles(),
    choose.overRungs(RSS_PER_CONNECTION, 'memory per open connection', false),
    choose.overRungs(PEAK_RSS, 'peak memory', false),
  ];
  return charts.filter((chart) => chart !== null);
}

class Chooser {
  readonly #scenario: ScenarioFacts;
  readonly #cells: readonly Cell[];
  readonly #names: readonly string[];

  constructor(report: Report, scenario: ScenarioFacts, cells: readonly Cell[]) {
    this.#scenario = scenario;
    this.#cells = cells;
    this.#names = report.contenders.map((contender) => contender.name);
  }

  /** @returns null when the figure was never taken */
  overRungs(figure: FigureFacts, title: string, isLog: boolean, limit?: number): Chart | null {
    if (this.#cells.every((cell) => spreadOf(cell, figure.of) === null)) return null;
    const rungs = this.#rungs();
    return rungs.length < RUNGS_FOR_LINES
      ? this.#bars(figure, null, title)
      : this.#lines(figure, title, isLog, rungs, limit);
  }

  cpuSplit(title: string): BarChart {
    return this.#bars(CPU_PER_OPERATION, USER_PER_OPERATION, title);
  }

  /** Of the last rung that every contender reached. */
  percentiles(): LineChart | null {
    const series = this.#series();
    const rung = this.#rungs().findLast(({ name }) =>
      series.every((one) =>
        this.#cells.some((cell) => cell.contender === one.name && cell.rung.name === name),
      ),
    );
    if (rung === undefined) return null;
    const cells = this.#cells.filter((cell) => cell.rung.name === rung.name);
    const tails = cells.map((cell) => mergedLatency(cell).count);
    const scale = logScale(1, Math.max(10, ...tails));
    return {
      kind: 'lines',
      id: `${this.#scenario.name}-percentiles`,
      title: `latency by percentile (${shortName(rung.name)})`,
      isLog: true,
      format: formatTime,
      xTicks: scale.ticks
        .slice(0, -1)
        .map((tick) => ({ place: scale.place(tick), label: percentText(tick) })),
      series: cells.map((cell) => ({
        ...this.#seriesOf(cell.contender),
        points: mergedLatency(cell)
          .curve()
          .filter(({ percent }) => percent < 100)
          .map(({ percent, us }) => ({
            place: scale.place(100 / (100 - percent)),
            value: { median: us, min: us, max: us },
            label: `${percent} %`,
            isMarked: false,
          })),
      })),
    };
  }

  #lines(
    figure: FigureFacts,
    title: string,
    isLog: boolean,
    rungs: readonly { readonly name: string; readonly title: string }[],
    limit?: number,
  ): LineChart {
    const placeOf = (index: number): number => (index + 0.5) / rungs.length;
    // A long ladder has more rungs than labels fit.
    const every = Math.ceil(rungs.length / 6);
    return {
      kind: 'lines',
      id: `${this.#scenario.name}-${figure.name}`,
      title,
      isLog,
      format: figure.format,
      ...(limit === undefined ? {} : { limit }),
      xTicks: rungs.flatMap(({ name }, index) =>
        index % every === 0 ? [{ place: placeOf(index), label: shortName(name) }] : [],
      ),
      series: this.#series().map((one) => ({
        ...one,
        points: rungs.flatMap((rung, index): LinePoint[] => {
          const value = this.#valueOf(one.name, rung.name, figure);
          return value === null ? [] : [{ place: placeOf(index), value, label: rung.title, isMarked: true }];
        }),
      })),
    };
  }

  #bars(figure: FigureFacts, firstPart: FigureFacts | null, title: string): BarChart {
    return {
      kind: 'bars',
      id: `${this.#scenario.name}-${figure.name}`,
      title,
      format: figure.format,
      partsText: firstPart === null ? null : 'solid: user, light: system',
      groups: this.#rungs().map((rung) => ({
        label: shortName(rung.name),
        bars: this.#series().flatMap((one) => {
          const value = this.#valueOf(one.name, rung.name, figure);
          if (value === null) return [];
          const part = firstPart && this.#valueOf(one.name, rung.name, firstPart);
          return [{ ...one, value, firstPart: part?.median ?? null }];
        }),
      })),
    };
  }

  /** Those that were reached. */
  #rungs() {
    return this.#scenario.rungs.filter(({ name }) => this.#cells.some((cell) => cell.rung.name === name));
  }

  #series(): SeriesName[] {
    const present = this.#names.filter((name) => this.#cells.some((cell) => cell.contender === name));
    return present.map((name) => this.#seriesOf(name));
  }

  #seriesOf(name: string): SeriesName {
    return { name, colour: colourOf(name, this.#names) };
  }

  #valueOf(contender: string, rung: string, figure: FigureFacts) {
    const cell = this.#cells.find((one) => one.contender === contender && one.rung.name === rung);
    return cell === undefined ? null : spreadOf(cell, figure.of);
  }
}

/** 1 in `tail` is slower: 10 is 90 %, 1000 is 99.9 %. */
function percentText(tail: number): string {
  return tail === 1 ? '0 %' : `${100 - 100 / tail} %`;
}

/** Rates as thousands: 20000 is 20k. */
function shortName(name: string): string {
  return /^\d+000$/.test(name) ? `${name.slice(0, -3)}k` : name;
}
