/** What a reader has to know before believing a figure. */
import { cellsOf } from './aggregate.js';
import { hasFallenBehind, type Report } from './model.js';

/** Of the server's core; less is what any system does beside its work. */
const OTHERS_PERCENT_MAX = 5;

export function caveatsOf(report: Report): string[] {
  return [
    ...report.preflightCaveats,
    ...bottleneckCaveats(report),
    ...othersCaveat(report),
    ...roundsCaveat(report),
    ...unsentCaveats(report),
    ...toleratedCaveats(report),
  ];
}

function bottleneckCaveats(report: Report): string[] {
  const cells = cellsOf(report).filter((cell) => cell.trials.some((trial) => trial.generator.isBottleneck));
  if (cells.length === 0) return [];
  const names = cells.map((cell) => `${cell.contender} at ${cell.rung.title}`).join(', ');
  return [
    `the load generator was the bottleneck for ${names}: the server had CPU to spare, so operations per second and ` +
      "latency there are the generator's as much as the server's; CPU per operation is not affected",
  ];
}

function othersCaveat(report: Report): string[] {
  const disturbed = report.trials.filter((trial) => trial.server.othersPercent > OTHERS_PERCENT_MAX);
  if (disturbed.length === 0) return [];
  const most = Math.max(...disturbed.map((trial) => trial.server.othersPercent));
  return [
    `other processes used the server's core in ${disturbed.length} of ${report.trials.length} trials (up to ` +
      `${Math.round(most)} % of it): operations per second and latency suffer from that, CPU per operation less`,
  ];
}

function roundsCaveat(report: Report): string[] {
  return report.settings.rounds >= 3
    ? []
    : ['fewer than three rounds: the figures have no spread to judge them by'];
}

function toleratedCaveats(report: Report): string[] {
  const events = new Map<string, number>();
  for (const trial of report.trials) {
    for (const [event, count] of Object.entries(trial.tolerated)) {
      const name = `${trial.contender}: ${event}`;
      events.set(name, (events.get(name) ?? 0) + count);
    }
  }
  return [...events].map(([event, count]) => `${event}, ${count} times`);
}

function unsentCaveats(report: Report): string[] {
  const cells = cellsOf(report).filter((cell) => cell.trials.some(hasFallenBehind));
  return cells.map((cell) => {
    const unsent = cell.trials.reduce((sum, trial) => sum + trial.unsent, 0);
    return `${cell.contender} at ${cell.rung.title} did not keep up: ${unsent} requests fell due and were never sent; each counts in the latencies with the time it had waited`;
  });
}
