/**
 * Long runs of what durability.test.ts does for some rounds:
 *
 *     npm run durability -- --rounds 200 --seed 7
 *
 * Exit code 1 when anything acknowledged was lost (unless under everysec), or anything was found that was never sent.
 */
import { parseArgs } from 'node:util';
import { FRONTENDS } from '../../../support/running-server.js';
import { killRepeatedly } from './rounds.js';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '200' },
    seed: { type: 'string', default: '1' },
    policy: { type: 'string', default: 'always' },
  },
});

const outcome = await killRepeatedly({
  rounds: Number(values.rounds),
  seed: Number(values.seed),
  frontends: FRONTENDS,
  program: 'dist',
  policy: values.policy,
  tell: (line) => console.log(line),
});
const { rounds, acknowledged, unacknowledged, lost, rewrites, problems } = outcome;
console.log(
  `${rounds} kills, appendfsync ${values.policy}, seed ${values.seed}: ${acknowledged} operations acknowledged, ${unacknowledged} more found that were under way, ${lost} lost, ${rewrites} rewrites asked for, ${problems.length} problems`,
);
for (const problem of problems) console.log(problem);
process.exitCode = problems.length > 0 ? 1 : 0;
