/** A short trial against the faulty server. */
import { fileURLToPath } from 'node:url';
import type { Group, KeyValueGroup } from '../../../stress/load/groups.js';
import type { Trial } from '../../../stress/report/model.js';
import { nodeCommand } from '../../../stress/run/generator-process.js';
import { runTrial } from '../../../stress/run/trial.js';

const FAULTY_SERVER = fileURLToPath(new URL('./faulty-server.ts', import.meta.url));

/** A contender's shell command, but for what follows the mistake. */
export function faultyCommand(mistake: string): string {
  const words = nodeCommand(FAULTY_SERVER).map((word) => `'${word}'`);
  return `${words.join(' ')} {port} ${mistake}`;
}

export function keyValueGroup(clients: number): KeyValueGroup {
  return {
    kind: 'key-value',
    clients,
    pipeline: 2,
    readPercent: 50,
    keysPerClient: 4,
    valueSizes: [{ bytes: 40, weight: 1 }],
    ratePerSecond: null,
  };
}

/** @param mistake one of the faulty server's */
export async function tryGroups(mistake: string, groups: readonly Group[]): Promise<Trial> {
  const spec = {
    scenario: 'test',
    rung: { name: 'few', title: 'few', workload: { groups } },
    contender: { name: mistake, command: faultyCommand(mistake) },
    round: 1,
    pinning: { serverCores: [], loadCores: [] },
    generators: 1,
    seed: 1,
    warmupMs: 50,
    durationMs: 300,
    finishDeadlineMs: 1000,
    countsSystemCalls: false,
  };
  return (await runTrial(spec, new AbortController().signal, () => {})).trial;
}
