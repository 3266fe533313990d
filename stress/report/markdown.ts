/** The report as Markdown: the verdict, one table per scenario, how it was taken. */
import { cellsOf, failedTrials } from './aggregate.js';
import { COLUMNS } from './columns.js';
import { describeConditions } from './conditions.js';
import type { Report, ScenarioFacts } from './model.js';
import { tableOf, toMarkdown } from './tables.js';

export function markdownReport(report: Report, caveats: readonly string[]): string {
  const sections = [
    '# januskv stress report',
    verdictLine(report),
    ...report.scenarios.map((scenario) => scenarioSection(report, scenario)),
    ...failureSection(report),
    ...caveatSection(caveats),
    `## Conditions\n\n${describeConditions(report)
      .map(([name, value]) => `- ${name}: ${value}`)
      .join('\n')}`,
    `## Columns\n\n${COLUMNS.map((column) => `- **${column.title}**: ${column.meaning}`).join('\n')}`,
  ];
  return `${sections.join('\n\n')}\n`;
}

export function verdictLine(report: Report): string {
  const failed = failedTrials(report).length;
  const count = report.trials.length;
  const outcome = failed === 0 ? `All ${count} trials passed.` : `**${failed} of ${count} trials failed.**`;
  return report.isComplete ? outcome : `${outcome} **The run was stopped early: this report is partial.**`;
}

function scenarioSection(report: Report, scenario: ScenarioFacts): string {
  const cells = cellsOf(report).filter((cell) => cell.scenario === scenario);
  const head = `## ${scenario.title}\n\n${scenario.question} One operation is one ${scenario.operation}.`;
  return cells.length === 0 ? `${head}\n\nNot reached.` : `${head}\n\n${toMarkdown(tableOf(cells))}`;
}

function failureSection(report: Report): string[] {
  const failed = failedTrials(report);
  if (failed.length === 0) return [];
  const lines = failed.map((trial) => {
    const reasons = [...trial.failures, ...trial.examples.map((example) => `for example: ${example}`)];
    return `- ${trial.scenario} ${trial.rung}, ${trial.contender}, round ${trial.round}: ${reasons.join('; ')}`;
  });
  return [`## Failures\n\n${lines.join('\n')}`];
}

function caveatSection(caveats: readonly string[]): string[] {
  if (caveats.length === 0) return [];
  return [`## Caveats\n\n${caveats.map((caveat) => `- ${caveat}`).join('\n')}`];
}
