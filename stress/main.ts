/**
 * The stress lab's command: reads the command line, looks whether the machine can carry the load, runs the
 * trials, writes the report. `npm run stress -- --help` says the rest.
 */
import { systemClock } from '../src/base/clock.js';
import { helpText } from './help.js';
import { cellsOf } from './report/aggregate.js';
import { caveatsOf } from './report/caveats.js';
import { compareReports, comparisonCaveats, comparisonTable } from './report/compare.js';
import { MAIN_FIGURES } from './report/figures.js';
import { failureTexts, isGood, verdictText } from './report/markdown.js';
import { REPORT_FORMAT, type Report } from './report/model.js';
import { summaryOf } from './report/summary.js';
import { tableOf, toText } from './report/tables.js';
import { readReport, writeReport } from './report/write.js';
import { type Campaign, largestRung, runCampaign } from './run/campaign.js';
import { type Contender, chooseContenders } from './run/contenders.js';
import { machineFacts } from './run/machine.js';
import { choosePinning, pinSelf } from './run/pinning.js';
import { preflight } from './run/preflight.js';
import { ProgressDisplay } from './run/progress.js';
import { EXIT_STOPPED, stopOnSignal } from './run/stop-on-signal.js';
import { parseCommandLine, type Settings } from './settings.js';
import { factsOf } from './workloads/scenario.js';
import { findScenario } from './workloads/scenarios.js';

const EXIT_PASSED = 0;
const EXIT_FAILED = 1;
const EXIT_UNABLE = 2;

async function main(args: readonly string[]): Promise<number> {
  const commandLine = parseCommandLine(args);
  switch (commandLine.kind) {
    case 'help':
      console.log(helpText());
      return EXIT_PASSED;
    case 'compare':
      compare(readReport(commandLine.before), readReport(commandLine.after));
      return EXIT_PASSED;
    case 'repeat': {
      const { settings, contenders, command } = readReport(commandLine.report);
      return run(settings, contenders, command, commandLine.outputFolder);
    }
    case 'run': {
      const { settings, contenderNames, customContenders, outputFolder } = commandLine;
      const contenders = chooseContenders(contenderNames, customContenders);
      return run(settings, contenders, `npm run stress -- ${args.map(quote).join(' ')}`.trim(), outputFolder);
    }
  }
}

async function run(
  settings: Settings,
  contenders: readonly Contender[],
  command: string,
  outputFolder: string,
): Promise<number> {
  const campaign: Campaign = {
    settings,
    scenarios: settings.scenarios.map(findScenario),
    contenders: contenders.map(({ name, command }) => ({ name, command })),
    pinning: choosePinning(settings.generators),
  };
  const checks = preflight(largestRung(campaign), settings.generators, campaign.pinning);
  if (checks.obstacles.length > 0)
    throw new Error(`this machine cannot carry the load\n${checks.obstacles.join('\n')}`);
  const report = await conduct(campaign, command, checks.caveats);
  show(report, writeReport(report, outputFolder));
  if (!report.isComplete) return EXIT_STOPPED;
  return isGood(report) ? EXIT_PASSED : EXIT_FAILED;
}

async function conduct(
  campaign: Campaign,
  command: string,
  preflightCaveats: readonly string[],
): Promise<Report> {
  const { settings, pinning } = campaign;
  const startedAt = new Date(systemClock.wallMs()).toISOString();
  // Before we confine ourselves to a core, which would then seem to be all there are.
  const machine = machineFacts();
  pinSelf(pinning.loadCores);
  const result = await runCampaign(campaign, new ProgressDisplay(process.stderr), stopOnSignal());
  return {
    format: REPORT_FORMAT,
    startedAt,
    endedAt: new Date(systemClock.wallMs()).toISOString(),
    command,
    ...result,
    settings,
    machine,
    pinning,
    scenarios: campaign.scenarios.map((scenario) => factsOf(scenario, settings)),
    preflightCaveats,
  };
}

function show(report: Report, files: readonly string[]): void {
  console.log(`\n${toText(tableOf(cellsOf(report), MAIN_FIGURES))}\n`);
  for (const { sentences } of summaryOf(report)) for (const sentence of sentences) console.log(sentence);
  for (const caveat of caveatsOf(report)) console.log(`note: ${caveat}`);
  for (const failure of failureTexts(report)) console.log(`FAILED: ${failure}`);
  console.log(`${verdictText(report)}\nreport: ${files.join('\n        ')}`);
}

function compare(before: Report, after: Report): void {
  const changes = compareReports(before, after);
  if (changes.length === 0) throw new Error('the two reports have no load and contender in common');
  console.log(toText(comparisonTable(changes), COMPARISON_NAME_COLUMNS));
  for (const caveat of comparisonCaveats(before, after)) console.log(`note: ${caveat}`);
}

const COMPARISON_NAME_COLUMNS = 3;

/** So that the report's command can be given to a shell again. */
function quote(word: string): string {
  return /^[\w.,:/=-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
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
