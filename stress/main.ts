/**
 * The stress lab's command: reads the command line, looks whether the machine can carry the load, runs the
 * trials, writes the report. `npm run stress -- --help` says the rest.
 */
import { systemClock } from '../src/base/clock.js';
import { cellsOf, failedTrials } from './report/aggregate.js';
import { caveatsOf } from './report/caveats.js';
import { REPORT_FORMAT, type Report } from './report/model.js';
import { tableOf, toText } from './report/tables.js';
import { writeReport } from './report/write.js';
import { type Campaign, type CampaignResult, largestRung, runCampaign } from './run/campaign.js';
import { chooseContenders } from './run/contenders.js';
import { machineFacts } from './run/machine.js';
import { choosePinning, pinSelf } from './run/pinning.js';
import { preflight } from './run/preflight.js';
import { ProgressDisplay } from './run/progress.js';
import { type CommandLine, HELP, parseCommandLine } from './settings.js';
import { findScenario } from './workloads/scenarios.js';

const EXIT_PASSED = 0;
const EXIT_FAILED = 1;
const EXIT_UNABLE = 2;
/** 128 + SIGINT, as shells have it. */
const EXIT_STOPPED = 130;

async function main(args: readonly string[]): Promise<number> {
  const commandLine = parseCommandLine(args);
  if (commandLine === null) {
    console.log(HELP);
    return EXIT_PASSED;
  }
  const campaign = prepare(commandLine);
  const checks = preflight(largestRung(campaign), campaign.settings.generators, campaign.pinning);
  if (checks.obstacles.length > 0)
    throw new Error(`this machine cannot carry the load\n${checks.obstacles.join('\n')}`);
  pinSelf(campaign.pinning.loadCores);

  const startedAt = new Date(systemClock.wallMs()).toISOString();
  const result = await runCampaign(campaign, new ProgressDisplay(process.stderr), stopOnSignal());
  const report = compose(campaign, result, startedAt, `npm run stress -- ${args.join(' ')}`);
  const caveats = caveatsOf(report, checks.caveats);
  show(report, caveats, writeReport(report, caveats, commandLine.outputFolder));
  if (failedTrials(report).length > 0) return EXIT_FAILED;
  return report.isComplete ? EXIT_PASSED : EXIT_STOPPED;
}

function prepare({ settings, contenderNames, customContenders }: CommandLine): Campaign {
  return {
    settings,
    scenarios: settings.scenarios.map(findScenario),
    contenders: chooseContenders(contenderNames, customContenders),
    pinning: choosePinning(settings.generators),
  };
}

function compose(campaign: Campaign, result: CampaignResult, startedAt: string, command: string): Report {
  return {
    format: REPORT_FORMAT,
    startedAt,
    endedAt: new Date(systemClock.wallMs()).toISOString(),
    command: command.trim(),
    isComplete: result.isComplete,
    settings: campaign.settings,
    machine: machineFacts(),
    pinning: campaign.pinning,
    contenders: result.contenders,
    scenarios: campaign.scenarios.map((scenario) => ({
      name: scenario.name,
      title: scenario.title,
      question: scenario.question,
      operation: scenario.operation,
      rungs: scenario.rungs(campaign.settings),
    })),
    trials: result.trials,
  };
}

function show(report: Report, caveats: readonly string[], files: readonly string[]): void {
  console.log(`\n${toText(tableOf(cellsOf(report)))}\n`);
  for (const trial of failedTrials(report)) {
    console.log(`FAILED ${trial.rung} ${trial.contender} round ${trial.round}: ${trial.failures.join('; ')}`);
    for (const example of trial.examples) console.log(`       ${example}`);
  }
  for (const caveat of caveats) console.log(`note: ${caveat}`);
  if (!report.isComplete) console.log('stopped early: the report is partial');
  console.log(`report: ${files.join('  ')}`);
}

/** A signal ends the trial under way in good order, however often it comes: the servers have to be ended too. */
function stopOnSignal(): AbortSignal {
  const controller = new AbortController();
  const stop = (): void => controller.abort();
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  return controller.signal;
}

main(process.argv.slice(2)).then(
  (code) => {
    process.exitCode = code;
  },
  (error: Error) => {
    console.error(`stress: ${error.message}`);
    process.exitCode = EXIT_UNABLE;
  },
);
