/**
 * Long runs, and replays of what a short one found:
 *
 *     npm run differential -- --family string --commands 1000000 --seed 7 --frontend v2 --resp 3
 *
 * Without options: every family, both frontends, both protocols, 100,000 commands each. Exit code 1 when
 * anything diverged.
 */
import { parseArgs } from 'node:util';
import { REFERENCE_VERSION } from '../support/reference-server.js';
import { FRONTENDS, type FrontendName } from '../support/running-server.js';
import { Contenders } from './contenders.js';
import { families } from './families/all.js';
import type { Family } from './grammar.js';
import { describeDivergence } from './report.js';
import { hasCommand, runFamily } from './run.js';

const COMMANDS = 100_000;

const { values } = parseArgs({
  options: {
    family: { type: 'string' },
    commands: { type: 'string', default: String(COMMANDS) },
    seed: { type: 'string', default: '1' },
    frontend: { type: 'string' },
    resp: { type: 'string' },
  },
});

function chosen<T>(
  wanted: string | undefined,
  choices: readonly T[],
  nameOf: (choice: T) => string,
): readonly T[] {
  if (wanted === undefined) return choices;
  const found = choices.filter((choice) => nameOf(choice) === wanted);
  if (found.length > 0) return found;
  throw new Error(`${wanted} is none of ${choices.map(nameOf).join(', ')}`);
}

async function runOne(
  contenders: Contenders,
  family: Family,
  frontend: FrontendName,
  resp: 2 | 3,
): Promise<number> {
  const seed = Number(values.seed);
  const started = process.hrtime.bigint();
  const outcome = await runFamily({
    family,
    seed,
    commands: Number(values.commands),
    open: () => contenders.open(resp),
  });
  const elapsed = Number((process.hrtime.bigint() - started) / 1_000_000n) / 1000;
  const count = outcome.divergences.length;
  console.log(
    `${family.name} ${frontend} RESP${resp} seed ${seed}: ${outcome.commands} commands, ${count} divergences, ${elapsed} s`,
  );
  for (const divergence of outcome.divergences) {
    console.log(describeDivergence(divergence, { family: family.name, frontend, resp, seed }));
  }
  return count;
}

async function main(): Promise<void> {
  if (REFERENCE_VERSION === null)
    throw new Error('redis-server is not installed: there is nothing to compare with');
  const resps = hasCommand('hello') ? ([2, 3] as const) : ([2] as const);
  let count = 0;
  for (const frontend of chosen(values.frontend, FRONTENDS, String)) {
    const contenders = await Contenders.start(frontend);
    for (const family of chosen(values.family, families, (candidate) => candidate.name)) {
      for (const resp of chosen(values.resp, resps, String))
        count += await runOne(contenders, family, frontend, resp);
    }
    await contenders.stop();
  }
  process.exitCode = count > 0 ? 1 : 0;
}

await main();
