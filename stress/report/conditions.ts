/** How and on what a report's figures were taken: pairs of name and value, for every form of it. */
import { formatCount, formatMb, significant } from './format.js';
import type { Report } from './model.js';

export function describeConditions(report: Report): [name: string, value: string][] {
  const { machine, settings, pinning } = report;
  const cores = (list: readonly number[]): string =>
    list.length === 0 ? 'not pinned' : `core ${list.join(', ')}`;
  return [
    ['command', `\`${report.command}\``],
    ['taken', `${report.startedAt} to ${report.endedAt}`],
    ['machine', `${machine.cpu}, ${machine.cores} cores, ${formatMb(machine.memoryBytes)}`],
    [
      'system',
      `${machine.distribution}, Linux ${machine.kernel}, ${machine.architecture}, Node ${machine.node}`,
    ],
    ['open files', `${formatCount(machine.openFilesMax)} at most`],
    ['server', cores(pinning.serverCores)],
    ['load generator', `${settings.generators} process(es), ${cores(pinning.loadCores)}`],
    ['rounds', `${settings.rounds}, contenders in turns, a fresh server process for each trial`],
    [
      'measured',
      `${significant(settings.durationMs / 1000)} s per trial after ${significant(settings.warmupMs / 1000)} s of warm-up`,
    ],
    [
      'loop',
      settings.ratePerSecond === null ? 'closed' : `open, ${formatCount(settings.ratePerSecond)} requests/s`,
    ],
    [
      'requests',
      `${settings.pipeline} in flight per client, ${settings.readPercent} % GET, else SET, values of ` +
        `${formatCount(settings.valueBytes)} bytes, ${settings.keysPerClient} keys per client, every reply checked`,
    ],
    ['seed', `${settings.seed}`],
    ...report.contenders.map(({ name, version, command }): [string, string] => [
      name,
      `${version}: \`${command}\``,
    ]),
  ];
}
