/** Puts a report's files into a folder, all with the same name: when the run began. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { markdownReport } from './markdown.js';
import type { Report } from './model.js';

/** @returns the files' paths, the one to look at first */
export function writeReport(report: Report, caveats: readonly string[], folder: string): string[] {
  mkdirSync(folder, { recursive: true });
  const stem = join(folder, report.startedAt.replaceAll(':', '-').slice(0, 19));
  const files: [string, string][] = [
    [`${stem}.md`, markdownReport(report, caveats)],
    [`${stem}.json`, `${JSON.stringify(report)}\n`],
  ];
  for (const [path, text] of files) writeFileSync(path, text);
  return files.map(([path]) => path);
}
