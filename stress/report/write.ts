/** Puts a report's files into a folder, named by when the run began; charts go into a folder beside. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { chartsOf } from './charts/choose.js';
import { svgFile } from './charts/svg.js';
import { csvReport } from './csv.js';
import { htmlReport } from './html.js';
import { markdownReport } from './markdown.js';
import { REPORT_FORMAT, type Report } from './model.js';

/** @returns the files' paths, the one to look at first, and the folder of charts */
export function writeReport(report: Report, folder: string): string[] {
  const stem = join(folder, report.startedAt.replaceAll(':', '-').slice(0, 19));
  const charts = `${stem}-charts`;
  mkdirSync(charts, { recursive: true });
  const files: [path: string, text: string][] = [
    [`${stem}.html`, htmlReport(report)],
    [`${stem}.md`, markdownReport(report)],
    [`${stem}.json`, `${JSON.stringify(report)}\n`],
    [`${stem}.csv`, csvReport(report)],
  ];
  for (const [path, text] of files) writeFileSync(path, text);
  for (const chart of report.scenarios.flatMap((scenario) => chartsOf(report, scenario))) {
    writeFileSync(join(charts, `${chart.id}.svg`), svgFile(chart));
  }
  return [...files.map(([path]) => path), charts];
}

/** @throws Error when the file is not a report of this version's */
export function readReport(path: string): Report {
  const report = parse(readFileSync(path, 'utf8'));
  if (report?.format !== REPORT_FORMAT) throw new Error(`${path}: not a report of format ${REPORT_FORMAT}`);
  return report as Report;
}

/** Null when it isn't JSON. */
function parse(text: string): Partial<Report> | null {
  try {
    return JSON.parse(text) as Partial<Report> | null;
  } catch {
    return null;
  }
}
