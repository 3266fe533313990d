/** A soak's report, as JSON for programs and as Markdown for people. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { MachineFacts } from '../run/machine.js';
import type { Sample } from './samples.js';
import type { SoakSettings } from './settings.js';
import type { Finding } from './verdict.js';

export interface SoakReport {
  readonly contender: string;
  readonly startedAt: string;
  readonly settings: SoakSettings;
  readonly machine: MachineFacts;
  /** False when a signal ended it before its time. */
  readonly isWhole: boolean;
  readonly findings: readonly Finding[];
  readonly totals: {
    readonly seconds: number;
    readonly commands: number;
    readonly connections: number;
    readonly p50Us: number;
    readonly p99Us: number;
    readonly p999Us: number;
    readonly maxUs: number;
    readonly stallMs: number;
    readonly ownStallMs: number;
    /** Before the clients came, and after they had gone. */
    readonly rssBytesBefore: number;
    readonly rssBytesAfter: number;
  };
  readonly samples: readonly Sample[];
}

export function isGood({ findings }: SoakReport): boolean {
  return findings.every((finding) => finding.isGood);
}

/** @returns the files' paths */
export function writeSoakReport(report: SoakReport, folder: string): string[] {
  mkdirSync(folder, { recursive: true });
  const stem = join(folder, `soak-${report.contender}-${report.startedAt.replaceAll(':', '-').slice(0, 19)}`);
  writeFileSync(`${stem}.md`, soakMarkdown(report));
  writeFileSync(`${stem}.json`, `${JSON.stringify(report)}\n`);
  return [`${stem}.md`, `${stem}.json`];
}

export function soakMarkdown(report: SoakReport): string {
  const { contender, settings, machine, totals, samples, findings } = report;
  const lines = [
    `# Soak of ${contender}: ${verdictOf(report)}`,
    '',
    `${settings.clients} clients, ${settings.rate} commands per second of all types, ${settings.churn} clients ` +
      `per second leaving and coming, keys that live up to ${settings.keyLifeMs / 1000} s; ` +
      `${totals.seconds.toFixed(0)} s from ${report.startedAt} on.`,
    `${machine.cores} × ${machine.cpu}, Linux ${machine.kernel}, Node ${machine.node}.`,
    '',
    ...findings.map(({ name, isGood, detail }) => `- ${isGood ? 'holds' : '**FAILS**'}: ${name}: ${detail}`),
    '',
    `${totals.commands} commands over ${totals.connections} connections; latency p50 ${ms(totals.p50Us)}, ` +
      `p99 ${ms(totals.p99Us)}, p99.9 ${ms(totals.p999Us)}, longest ${ms(totals.maxUs)} ms. ` +
      `The server's longest stall was ${totals.stallMs.toFixed(1)} ms, ${totals.ownStallMs.toFixed(1)} ms of its own computing. ` +
      `RSS ${mib(totals.rssBytesBefore)} MiB before the clients came, ${mib(totals.rssBytesAfter)} MiB after they had gone.`,
    '',
    `| ${COLUMNS.map(([head]) => head).join(' | ')} |`,
    `|${COLUMNS.map(() => '---:').join('|')}|`,
    ...samples.map((sample) => `| ${COLUMNS.map(([, text]) => text(sample)).join(' | ')} |`),
    '',
  ];
  return lines.join('\n');
}

function verdictOf(report: SoakReport): string {
  const partial = report.isWhole ? '' : ', stopped before its end';
  return (isGood(report) ? 'passed' : 'FAILED') + partial;
}

const COLUMNS: readonly [head: string, text: (sample: Sample) => string][] = [
  ['s', ({ seconds }) => seconds.toFixed(0)],
  ['RSS MiB', ({ rssBytes }) => mib(rssBytes)],
  ['used MiB', ({ usedMemoryBytes }) => mib(usedMemoryBytes)],
  ['descriptors', ({ descriptors }) => `${descriptors}`],
  ['clients', ({ connectedClients }) => `${connectedClients}`],
  ['keys', ({ keys }) => `${keys}`],
  ['commands/s', ({ commandsPerSecond }) => commandsPerSecond.toFixed(0)],
  ['left', ({ departures }) => `${departures}`],
  ['p50 ms', ({ p50Us }) => ms(p50Us)],
  ['p99', ({ p99Us }) => ms(p99Us)],
  ['p99.9', ({ p999Us }) => ms(p999Us)],
  ['max', ({ maxUs }) => ms(maxUs)],
  ['stall', ({ stallMs }) => stallMs.toFixed(1)],
  ['own', ({ ownStallMs }) => ownStallMs.toFixed(1)],
  ['GC', ({ collectionMs }) => collectionMs.toFixed(1)],
  ['generator’s', ({ generatorStallMs }) => generatorStallMs.toFixed(1)],
];

function mib(bytes: number): string {
  return (bytes / 1024 / 1024).toFixed(1);
}

function ms(us: number): string {
  return (us / 1000).toFixed(2);
}
