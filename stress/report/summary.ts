/**
 * The report in plain words: who won where and by how much, and what changed from a scenario's first load to
 * its last. A difference that does not exceed the spread of the rounds is called none.
 */
import { KNEE_P99_US } from '../workloads/knee.js';
import { type Cell, isAlike, type Spread, scenarioCells, spreadOf } from './aggregate.js';
import { CPU_PER_OPERATION, type FigureFacts, OPERATIONS_PER_SECOND, P99, PEAK_RSS } from './figures.js';
import { formatCount, formatTime } from './format.js';
import { hasFallenBehind, type Operation, type Report, type ScenarioFacts } from './model.js';

export interface SummarySection {
  readonly scenario: ScenarioFacts;
  readonly sentences: readonly string[];
}

export function summaryOf(report: Report): SummarySection[] {
  return report.scenarios.flatMap((scenario) => {
    const cells = scenarioCells(report, scenario).filter((cell) =>
      cell.trials.some((one) => one.operations > 0),
    );
    if (cells.length === 0) return [];
    const sentences =
      scenario.name === 'knee'
        ? kneeSentences(cells)
        : [...winners(scenario, cells), ...changes(scenario, cells)];
    return [{ scenario, sentences }];
  });
}

/** How a figure is spoken of: `v2 spends the least CPU per request: 5 µs; redis 20 % more (6 µs).` */
interface Wording {
  readonly figure: FigureFacts;
  readonly superlative: string;
  readonly alike: string;
  /** After a percentage, and after a factor: `20 % more`, `4 times as much`. */
  readonly worse: string;
  readonly times: string;
  unit(value: number): string;
}

function wordings({ one, many }: Operation): Wording[] {
  return [
    {
      figure: CPU_PER_OPERATION,
      superlative: `spends the least CPU per ${one}`,
      alike: `spend about the same CPU per ${one}`,
      worse: 'more',
      times: 'as much',
      unit: (value) => `${CPU_PER_OPERATION.format(value)} µs`,
    },
    {
      figure: OPERATIONS_PER_SECOND,
      superlative: `completes the most ${many} per second`,
      alike: `complete about as many ${many} per second`,
      worse: 'fewer',
      times: 'as many',
      unit: formatCount,
    },
    {
      figure: P99,
      superlative: 'has the shortest p99 latency',
      alike: 'have about the same p99 latency',
      worse: 'longer',
      times: 'as long',
      unit: formatTime,
    },
    {
      figure: PEAK_RSS,
      superlative: 'needs the least memory at its peak',
      alike: 'need about the same memory at their peak',
      worse: 'more',
      times: 'as much',
      unit: PEAK_RSS.format,
    },
  ];
}

/** Which contender is best under the scenario's last load. */
function winners(scenario: ScenarioFacts, cells: readonly Cell[]): string[] {
  const rung = scenario.rungs.findLast(({ name }) => cells.some((cell) => cell.rung.name === name));
  const last = cells.filter((cell) => cell.rung === rung);
  if (last.length < 2) return [];
  const sentences = wordings(scenario.operation).flatMap((wording) => ranking(last, wording) ?? []);
  return sentences.map((sentence, index) => (index === 0 ? `With ${rung?.title}, ${sentence}` : sentence));
}

interface Placed {
  readonly name: string;
  readonly spread: Spread;
}

/** @returns null where fewer than two have the figure: there is nobody to compare with */
function ranking(cells: readonly Cell[], wording: Wording): string | null {
  const { figure } = wording;
  const placed = cells.flatMap((cell): Placed[] => {
    const spread = spreadOf(cell, figure.of);
    return spread === null ? [] : [{ name: cell.contender, spread }];
  });
  if (placed.length < 2) return null;
  const sign = figure.better === 'more' ? -1 : 1;
  placed.sort((a, b) => sign * (a.spread.median - b.spread.median));
  const best = placed[0];
  const alike = placed.filter((one) => isAlike(one.spread, best.spread));
  const others = placed.filter((one) => !alike.includes(one));
  const behind = others.map(
    ({ name, spread }) =>
      `${name} ${differenceText(spread, best.spread, wording)} (${wording.unit(spread.median)})`,
  );
  const head =
    alike.length === 1
      ? `${best.name} ${wording.superlative}: ${wording.unit(best.spread.median)}`
      : `${listText(alike.map((one) => one.name))} ${wording.alike}: ` +
        `${listText(alike.map((one) => wording.unit(one.spread.median)))}`;
  return `${[head, ...behind].join('; ')}.`;
}

/** What the way from the first load to the last does to each contender. */
function changes(scenario: ScenarioFacts, cells: readonly Cell[]): string[] {
  const [first, ...rest] = scenario.rungs;
  const last = rest[rest.length - 1];
  if (last === undefined || !scenario.isProgression) return [];
  const sentence = (what: string, figure: FigureFacts): string[] => {
    const parts = cells
      .filter((cell) => cell.rung === last)
      .flatMap((end) => {
        const start = cells.find((cell) => cell.rung === first && cell.contender === end.contender);
        const before = start && spreadOf(start, figure.of);
        const after = spreadOf(end, figure.of);
        if (!before || after === null || before.median === 0) return [];
        return [`${end.contender} ${changeText(after, before)}`];
      });
    return parts.length === 0 ? [] : [`From ${first.title} to ${last.title}, ${what}: ${parts.join(', ')}.`];
  };
  return [
    ...sentence(`CPU per ${scenario.operation.one} changes by`, CPU_PER_OPERATION),
    ...sentence('p99 latency changes by', P99),
  ];
}

function kneeSentences(cells: readonly Cell[]): string[] {
  const names = [...new Set(cells.map((cell) => cell.contender))];
  return names.map((name) => {
    const good = cells.filter((cell) => {
      const p99 = spreadOf(cell, P99.of);
      return (
        cell.contender === name &&
        p99 !== null &&
        p99.median <= KNEE_P99_US &&
        !cell.trials.some(hasFallenBehind)
      );
    });
    const knee = good[good.length - 1];
    // Where the generator's own schedule broke, the server's knee was not found: it lies further on.
    const ended = cells.find((cell) => cell.contender === name && !good.includes(cell));
    const remark = ended?.trials.some((trial) => trial.generator.isBottleneck)
      ? ' There the load generator was late itself: the server may bear more.'
      : '';
    if (knee === undefined)
      return `${name} does not keep p99 below 10 ms even at the lowest rate tried.${remark}`;
    const cpu = spreadOf(knee, (trial) => trial.server.cpuPercent)?.median ?? 0;
    return `${name} keeps p99 below 10 ms up to ${knee.rung.title}, with ${Math.round(cpu)} % of a core.${remark}`;
  });
}

function differenceText(worse: Spread, best: Spread, wording: Wording): string {
  if (best.median === 0) return `much ${wording.worse}`;
  const ratio = worse.median / best.median;
  return ratio >= 3
    ? `${ratio.toFixed(1)} times ${wording.times}`
    : `${Math.abs(100 * (ratio - 1)).toFixed(0)} % ${wording.worse}`;
}

function changeText(after: Spread, before: Spread): string {
  if (isAlike(after, before)) return 'nothing beyond the spread';
  const percent = 100 * (after.median / before.median - 1);
  return `${percent > 0 ? '+' : '−'}${Math.abs(percent).toFixed(0)} %`;
}

function listText(items: readonly string[]): string {
  return items.length < 2
    ? items.join('')
    : `${items.slice(0, -1).join(', ')} and ${items[items.length - 1]}`;
}
