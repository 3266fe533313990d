/** The report as Markdown: the verdict, what it means in words, one table per scenario, how it was taken. */
import { failedTrials, scenarioCells } from './aggregate.js';
import { caveatsOf } from './caveats.js';
import { describeConditions } from './conditions.js';
import { FIGURES } from './figures.js';
import type { Report, ScenarioFacts, Trial } from './model.js';
import { type SummarySection, summaryOf } from './summary.js';
import { ERRORS_MEANING, FINISHED_MEANING, tableOf, toMarkdown } from './tables.js';

export function markdownReport(report: Report): string {
  const summary = summaryOf(report);
  const sections = [
    '# januskv stress report',
    verdictText(report),
    ...section('Summary', summary.map(summaryItem)),
    ...section('Caveats', caveatsOf(report)),
    ...report.scenarios.map((scenario) => scenarioSection(report, scenario)),
    ...section('Failures', failureTexts(report)),
    ...section(
      'Conditions',
      describeConditions(report).map(([name, value]) => `${name}: ${value}`),
    ),
    ...section(
      'Columns',
      columnMeanings().map(([name, meaning]) => `**${name}**: ${meaning}`),
    ),
  ];
  return `${sections.join('\n\n')}\n`;
}

export function verdictText(report: Report): string {
  const failed = failedTrials(report).length;
  const count = report.trials.length;
  const passed =
    count === 0
      ? 'No trial came to its end.'
      : count === 1
        ? 'The only trial passed.'
        : `All ${count} trials passed.`;
  const outcome = failed === 0 ? passed : `${failed} of ${count} trials FAILED.`;
  const problems = report.problems.length === 0 ? '' : ` ${report.problems.length} more could not be run.`;
  const partial = report.isComplete ? '' : ' The run was stopped before its end: this report is PARTIAL.';
  return `${outcome}${problems}${partial}`;
}

/** True when every trial ran to its end and passed. */
export function isGood(report: Report): boolean {
  return report.isComplete && report.problems.length === 0 && failedTrials(report).length === 0;
}

export function failureTexts(report: Report): string[] {
  return [...report.problems, ...failedTrials(report).map(failureText)];
}

function failureText(trial: Trial): string {
  const reasons = [...trial.failures, ...trial.examples.map((example) => `for example: ${example}`)];
  return `${trial.scenario} ${trial.rung}, ${trial.contender}, round ${trial.round}: ${reasons.join('; ')}`;
}

export function columnMeanings(): [name: string, meaning: string][] {
  return [
    ['finished', FINISHED_MEANING],
    ...FIGURES.map((figure): [string, string] => [figure.title, figure.meaning]),
    ['errors', ERRORS_MEANING],
  ];
}

/** With what an operation is, where the word alone doesn't say it. */
export function questionText({ question, operation }: ScenarioFacts): string {
  const { one, meaning } = operation;
  return meaning === null ? question : `${question} One ${one} is ${meaning}.`;
}

function summaryItem({ scenario, sentences }: SummarySection): string {
  return `**${scenario.title}.** ${sentences.join(' ')}`;
}

function scenarioSection(report: Report, scenario: ScenarioFacts): string {
  const cells = scenarioCells(report, scenario);
  const head = `## ${scenario.title}\n\n${questionText(scenario)}`;
  return cells.length === 0 ? `${head}\n\nNot reached.` : `${head}\n\n${toMarkdown(tableOf(cells, FIGURES))}`;
}

/** Nothing when it would be empty. */
function section(title: string, items: readonly string[]): string[] {
  return items.length === 0 ? [] : [`## ${title}\n\n${items.map((item) => `- ${item}`).join('\n')}`];
}
