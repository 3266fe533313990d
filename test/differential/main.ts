/** Long runs, and replays of what a short one found. */
import { chosen, parseOptions, runTool, UsageError, wholeNumber } from '../support/command-line.js';
import { REFERENCE_PROGRAM, versionOf } from '../support/reference-server.js';
import { FRONTENDS, type FrontendName } from '../support/running-server.js';
import { Contenders } from './contenders.js';
import { families } from './families/all.js';
import type { Family } from './grammar.js';
import { describeDivergence } from './report.js';
import { hasCommand, runFamily } from './run.js';

const USAGE = `npm run differential -- [options]     random commands beside a reference

  --family string      one family (default all): ${families.map(({ name }) => name).join(' ')}
  --commands 100000    of each family, frontend and protocol
  --seed 1             a report's seed, with its family, frontend and protocol, repeats it exactly
  --frontend v2        one frontend (default all): ${FRONTENDS.join(' ')}
  --resp 3             one protocol (default both)
  --reference program  what to compare with (default redis-server); from version 7.2 on nothing of 7.0 is forgiven
  --help

Exit status: 0 when nothing diverged, 1 when something did, 2 when the arguments make no sense.`;

interface Run {
  readonly contenders: Contenders;
  readonly family: Family;
  readonly frontend: FrontendName;
  readonly resp: 2 | 3;
  readonly seed: number;
  readonly commands: number;
}

/** @returns how many divergences there are */
async function runOne({ contenders, family, frontend, resp, seed, commands }: Run): Promise<number> {
  const started = process.hrtime.bigint();
  const outcome = await runFamily({ family, seed, commands, open: () => contenders.open(resp) });
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

async function main(): Promise<number> {
  const { values } = parseOptions({
    family: { type: 'string' },
    commands: { type: 'string', default: '100000' },
    seed: { type: 'string', default: '1' },
    frontend: { type: 'string' },
    resp: { type: 'string' },
    reference: { type: 'string', default: REFERENCE_PROGRAM },
  } as const);
  const seed = wholeNumber('seed', values.seed);
  const commands = wholeNumber('commands', values.commands, 1);
  const chosenFamilies = chosen('family', values.family, families, ({ name }) => name);
  const resps = chosen('resp', values.resp, hasCommand('hello') ? ([2, 3] as const) : ([2] as const));
  const frontends = chosen('frontend', values.frontend, FRONTENDS);
  if (versionOf(values.reference) === null)
    throw new UsageError(`${values.reference} is not there: there is nothing to compare with`);
  let count = 0;
  for (const frontend of frontends) {
    const contenders = await Contenders.start(frontend, values.reference);
    for (const family of chosenFamilies) {
      for (const resp of resps) count += await runOne({ contenders, family, frontend, resp, seed, commands });
    }
    await contenders.stop();
  }
  return count > 0 ? 1 : 0;
}

await runTool(USAGE, main);
