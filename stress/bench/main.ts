/**
 * `npm run bench -- cpu memory stall snapshot idle connects start types commands queues scripts micro hop`: each figure that this project quotes about its cost,
 * measured in turns with redis-server. Without names all of them run, one after the other, but for
 * those that want programs of others.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { systemClock } from '../../src/base/clock.js';
import { toText } from '../report/tables.js';
import { chooseContenders } from '../run/contenders.js';
import { type MachineFacts, machineFacts } from '../run/machine.js';
import { choosePinning, pinSelf } from '../run/pinning.js';
import { ServerProcess } from '../run/server-process.js';
import { EXIT_STOPPED, stopOnSignal } from '../run/stop-on-signal.js';
import { readContender } from '../settings.js';
import type { Bench, BenchContext, BenchResult } from './bench.js';
import { commands } from './commands.js';
import { connects } from './connects.js';
import { cpu } from './cpu.js';
import { dataTypes } from './data-types.js';
import { echo } from './echo.js';
import { hop } from './hop.js';
import { idle } from './idle.js';
import { memory } from './memory.js';
import { micro } from './micro.js';
import { proxy } from './proxy.js';
import { queues } from './queues.js';
import { scripts } from './scripts.js';
import { snapshot } from './snapshot.js';
import { stall } from './stall.js';
import { start } from './start.js';

const BENCHES: readonly Bench[] = [
  cpu,
  memory,
  stall,
  snapshot,
  idle,
  connects,
  start,
  dataTypes,
  commands,
  queues,
  scripts,
  micro,
  hop,
  echo,
  proxy,
];

const HELP = `npm run bench -- [${BENCHES.map((bench) => bench.name).join('|')}] [options]

${BENCHES.map((bench) => `  ${bench.name.padEnd(8)} ${bench.summary}`).join('\n')}

  --contenders v1,v2,redis   the last one, or redis, is the reference
  --contender old='node /old/dist/cli.js --port {port}'   one of your own, to be named among them
  --rounds 3
  --scale 1                  0.1 is a quick look with a tenth of the work
  --match 'sets: S(INTER|DIFF)'   of commands, those whose family and name match
  --output stress/reports    folder for the figures as JSON
`;

async function main(args: readonly string[]): Promise<void> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      contenders: { type: 'string' },
      contender: { type: 'string', multiple: true, default: [] as string[] },
      rounds: { type: 'string', default: '3' },
      scale: { type: 'string', default: '1' },
      match: { type: 'string' },
      output: { type: 'string', default: 'stress/reports' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    console.log(HELP);
    return;
  }
  const unknown = positionals.find((name) => !BENCHES.some((bench) => bench.name === name));
  if (unknown !== undefined) throw new Error(`there is no bench ${unknown}\n\n${HELP}`);
  const context = createContext({
    contenders: chooseContenders(values.contenders?.split(',') ?? null, values.contender.map(readContender)),
    rounds: +values.rounds,
    scale: +values.scale,
    match: values.match === undefined ? null : new RegExp(values.match),
  });
  const machine = machineFacts();
  pinSelf(context.pinning.loadCores);
  for (const bench of BENCHES) {
    if (!(positionals.length > 0 ? positionals.includes(bench.name) : !bench.wantsOthers)) continue;
    const result = await bench.run(context);
    console.log(`\n${result.title}\n\n${toText(result.table, 1)}\n`);
    for (const line of judge(result)) console.log(line);
    save(bench, result, machine, values.output);
  }
}

type Asked = Pick<BenchContext, 'contenders' | 'rounds' | 'scale' | 'match'>;

function createContext(asked: Asked): BenchContext {
  const { contenders, rounds, scale } = asked;
  if (!(rounds >= 1 && scale > 0)) throw new Error('--rounds and --scale must be positive numbers');
  const reference =
    contenders.find((contender) => contender.name === 'redis') ?? contenders[contenders.length - 1];
  const say = (text: string): void => {
    process.stderr.write(`… ${text}\n`);
  };
  return { ...asked, reference, pinning: choosePinning(1), say };
}

/** One line for each goal that has a figure. */
function judge({ figures, goals }: BenchResult): string[] {
  return goals.flatMap(({ figure, atMost }) => {
    const value = figures[figure];
    if (value === undefined) return [];
    return [`${value <= atMost ? 'meets ' : 'MISSES'}  ${figure}: ${value.toFixed(2)}, goal ≤ ${atMost}`];
  });
}

function save(bench: Bench, result: BenchResult, machine: MachineFacts, folder: string): void {
  const takenAt = new Date(systemClock.wallMs()).toISOString();
  mkdirSync(folder, { recursive: true });
  const path = join(folder, `bench-${bench.name}-${takenAt.replaceAll(':', '-').slice(0, 19)}.json`);
  writeFileSync(path, `${JSON.stringify({ bench: bench.name, takenAt, machine, ...result })}\n`);
}

const stopped = stopOnSignal();
// Half a bench has no figures: nothing is worth waiting for but the ends of the servers.
stopped.addEventListener('abort', () => void ServerProcess.stopAll().then(() => process.exit(EXIT_STOPPED)));

main(process.argv.slice(2)).catch((error: Error) => {
  // The servers went away under it.
  if (stopped.aborted) return;
  console.error(`bench: ${error.message}`);
  process.exitCode = 2;
});
