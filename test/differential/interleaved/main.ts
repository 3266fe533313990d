/** Long runs of interleaved clients, and replays of what a short one found. */
import { chosen, parseOptions, runTool, UsageError, wholeNumber } from '../../support/command-line.js';
import { REFERENCE_VERSION } from '../../support/reference-server.js';
import { FRONTENDS } from '../../support/running-server.js';
import { Contenders } from '../contenders.js';
import { describeInterleaving } from './report.js';
import { runScene } from './run.js';
import { scenes } from './scenes/all.js';

const USAGE = `node --import tsx test/differential/interleaved/main.ts [options]     several clients beside redis-server

  --scene blocking     one scene (default all): ${scenes.map(({ name }) => name).join(', ')}
  --steps 20000        of each scene and frontend
  --seed 1             a report's seed, with its scene and frontend, repeats it exactly
  --frontend v2        one frontend (default all): ${FRONTENDS.join(' ')}
  --help

Exit status: 0 when nothing diverged, 1 when something did, 2 when the arguments make no sense.`;

async function main(): Promise<number> {
  const { values } = parseOptions({
    scene: { type: 'string' },
    steps: { type: 'string', default: '20000' },
    seed: { type: 'string', default: '1' },
    frontend: { type: 'string' },
  } as const);
  const seed = wholeNumber('seed', values.seed);
  const steps = wholeNumber('steps', values.steps, 1);
  const chosenScenes = chosen('scene', values.scene, scenes, ({ name }) => name);
  const frontends = chosen('frontend', values.frontend, FRONTENDS);
  if (REFERENCE_VERSION === null)
    throw new UsageError('redis-server is not installed: there is nothing to compare with');
  let count = 0;
  for (const frontend of frontends) {
    const contenders = await Contenders.start(frontend);
    for (const scene of chosenScenes) {
      const divergences = await runScene({ scene, contenders, seed, steps });
      count += divergences.length;
      console.log(
        `${scene.name} ${frontend} seed ${seed}: ${steps} steps, ${divergences.length} divergences`,
      );
      for (const divergence of divergences) {
        console.log(
          describeInterleaving(divergence, `--scene ${scene.name} --frontend ${frontend} --seed ${seed}`),
        );
      }
    }
    await contenders.stop();
  }
  return count > 0 ? 1 : 0;
}

await runTool(USAGE, main);
