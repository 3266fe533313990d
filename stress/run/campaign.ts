/**
 * The whole run: rounds over scenarios over rungs over contenders, so that what changes on the machine
 * meanwhile meets all contenders alike. Each round begins with another contender.
 */
import { countClients } from '../load/groups.js';
import { CPU_PER_OPERATION, OPERATIONS_PER_SECOND, P99, PEAK_RSS } from '../report/figures.js';
import type { ContenderFacts, Trial } from '../report/model.js';
import type { Settings } from '../settings.js';
import type { Scenario } from '../workloads/scenario.js';
import type { Contender } from './contenders.js';
import type { Pinning } from './pinning.js';
import type { ProgressDisplay } from './progress.js';
import { canCountSystemCalls } from './system-calls.js';
import { runTrial } from './trial.js';
import type { TrialSpec } from './trial-spec.js';

/** For the replies that are owed when the measured window closes. */
const FINISH_DEADLINE_MS = 10_000;

export interface Campaign {
  readonly settings: Settings;
  readonly scenarios: readonly Scenario[];
  readonly contenders: readonly Contender[];
  readonly pinning: Pinning;
}

export interface CampaignResult {
  readonly trials: readonly Trial[];
  readonly contenders: readonly ContenderFacts[];
  readonly problems: readonly string[];
  readonly isComplete: boolean;
}

export function largestRung(campaign: Campaign): number {
  const rungs = campaign.scenarios.flatMap((scenario) => scenario.rungs(campaign.settings));
  return Math.max(...rungs.map((rung) => countClients(rung.workload)));
}

export async function runCampaign(
  campaign: Campaign,
  display: ProgressDisplay,
  stopped: AbortSignal,
): Promise<CampaignResult> {
  const specs = plan(campaign);
  const versions = new Map<string, string>();
  const trials: Trial[] = [];
  const problems: string[] = [];
  const spared = new Set<string>();
  for (const [index, { spec, scenario }] of specs.entries()) {
    if (stopped.aborted) break;
    const branch = `${spec.scenario} ${spec.contender.name} ${spec.round}`;
    if (spared.has(branch)) continue;
    const title = `${spec.rung.title}, ${spec.contender.name}, round ${spec.round}`;
    try {
      const outcome = await runTrial(spec, stopped, (progress) => {
        display.status(title, progress, index, specs.length);
      });
      versions.set(spec.contender.name, outcome.version);
      trials.push(outcome.trial);
      display.line(describeTrial(title, outcome.trial));
      if (scenario.isPast?.(outcome.trial)) spared.add(branch);
    } catch (error) {
      // The others' figures are worth keeping; the report tells what is missing, and the run has failed.
      problems.push(`${spec.scenario}, ${title}: ${(error as Error).message}`);
      display.line(`✗ ${title}: ${(error as Error).message}`);
      spared.add(branch);
    }
  }
  return {
    trials,
    problems,
    contenders: campaign.contenders.map((contender) => ({
      ...contender,
      version: versions.get(contender.name) ?? 'not started',
    })),
    isComplete: !stopped.aborted,
  };
}

interface PlannedTrial {
  readonly spec: TrialSpec;
  readonly scenario: Scenario;
}

function plan({ settings, scenarios, contenders, pinning }: Campaign): PlannedTrial[] {
  const canCount = canCountSystemCalls();
  const { generators, seed, warmupMs, durationMs } = settings;
  const times = { warmupMs, durationMs, finishDeadlineMs: FINISH_DEADLINE_MS };
  const planned: PlannedTrial[] = [];
  for (let round = 1; round <= settings.rounds; round++) {
    const common = { round, pinning, generators, seed, ...times, countsSystemCalls: round === 1 && canCount };
    for (const scenario of scenarios) {
      for (const rung of scenario.rungs(settings)) {
        for (const contender of rotate(contenders, round - 1)) {
          planned.push({ spec: { ...common, scenario: scenario.name, rung, contender }, scenario });
        }
      }
    }
  }
  return planned;
}

function rotate<T>(items: readonly T[], by: number): T[] {
  return items.map((_, index) => items[(index + by) % items.length]);
}

function describeTrial(title: string, trial: Trial): string {
  const { failures } = trial;
  const figures = [OPERATIONS_PER_SECOND, P99, CPU_PER_OPERATION, PEAK_RSS].flatMap((figure) => {
    const value = figure.of(trial);
    return value === null ? [] : [`${figure.title} ${figure.format(value)}`];
  });
  const verdict = failures.length === 0 ? '' : `  FAILED: ${failures.join('; ')}`;
  return `${failures.length === 0 ? '✓' : '✗'} ${title}: ${figures.join('  ')}${verdict}`;
}
