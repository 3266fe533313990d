/** Long runs of what durability.test.ts does for some rounds. */
import { chosen, parseOptions, runTool, wholeNumber } from '../../../support/command-line.js';
import { FRONTENDS } from '../../../support/running-server.js';
import { killRepeatedly } from './rounds.js';

const POLICIES = ['always', 'everysec', 'no'];

const USAGE = `npm run durability -- [options]     servers killed under load, and what is there when they are back

  --rounds 200         kills
  --seed 1             of when and what
  --policy always      appendfsync: ${POLICIES.join(' ')}
  --help

Exit status: 0 when all is well, 2 when the arguments make no sense, 1 when anything acknowledged was lost (unless under
everysec), or anything was found that was never sent.`;

async function main(): Promise<number> {
  const { values } = parseOptions({
    rounds: { type: 'string', default: '200' },
    seed: { type: 'string', default: '1' },
    policy: { type: 'string', default: 'always' },
  } as const);
  const [policy] = chosen('policy', values.policy, POLICIES);
  const seed = wholeNumber('seed', values.seed);
  const { rounds, acknowledged, unacknowledged, lost, rewrites, problems } = await killRepeatedly({
    rounds: wholeNumber('rounds', values.rounds, 1),
    seed,
    frontends: FRONTENDS,
    policy,
    tell: (line) => console.log(line),
  });
  console.log(
    `${rounds} kills, appendfsync ${policy}, seed ${seed}: ${acknowledged} operations acknowledged, ` +
      `${unacknowledged} more found that were under way, ${lost} lost, ${rewrites} rewrites asked for, ${problems.length} problems`,
  );
  for (const problem of problems) console.log(problem);
  return problems.length > 0 ? 1 : 0;
}

await runTool(USAGE, main);
