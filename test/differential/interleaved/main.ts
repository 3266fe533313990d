/**
 * Long runs of interleaved clients, and replays of what a short one found:
 *
 *     node --import tsx test/differential/interleaved/main.ts --scene blocking --steps 100000 --seed 7 --frontend v2
 *
 * Without options: every scene, both frontends, 20,000 steps each. Exit code 1 when anything diverged.
 */
import { parseArgs } from 'node:util';
import { FRONTENDS } from '../../support/running-server.js';
import { Contenders } from '../contenders.js';
import { describeInterleaving } from './report.js';
import { runScene } from './run.js';
import { scenes } from './scenes/all.js';

const { values } = parseArgs({
  options: {
    scene: { type: 'string' },
    steps: { type: 'string', default: '20000' },
    seed: { type: 'string', default: '1' },
    frontend: { type: 'string' },
  },
});

const seed = Number(values.seed);
for (const frontend of FRONTENDS.filter(
  (name) => values.frontend === undefined || name === values.frontend,
)) {
  const contenders = await Contenders.start(frontend);
  for (const scene of scenes.filter(({ name }) => values.scene === undefined || name === values.scene)) {
    const divergences = await runScene({ scene, contenders, seed, steps: Number(values.steps) });
    console.log(
      `${scene.name} ${frontend} seed ${seed}: ${values.steps} steps, ${divergences.length} divergences`,
    );
    for (const divergence of divergences) {
      console.log(
        describeInterleaving(divergence, `--scene ${scene.name} --frontend ${frontend} --seed ${seed}`),
      );
      process.exitCode = 1;
    }
  }
  await contenders.stop();
}
