import assert from 'node:assert/strict';
import { seedFromEnvironment } from '../../support/dice.js';
import { describeWithReference } from '../../support/reference-server.js';
import { FRONTENDS } from '../../support/running-server.js';
import { Contenders } from '../contenders.js';
import { describeInterleaving } from './report.js';
import { runScene } from './run.js';
import { scenes } from './scenes/all.js';

/** For each scene, shared out among the frontends. */
const STEPS = 5000;

describeWithReference('several clients of januskv beside those of redis-server', () => {
  for (const frontend of FRONTENDS) {
    describe(`on ${frontend}`, () => {
      let contenders: Contenders;
      before(async () => {
        contenders = await Contenders.start(frontend);
      });
      after(() => contenders.stop());

      for (const scene of scenes) {
        it(`hear the same of ${scene.name}, request by request`, async () => {
          const seed = seedFromEnvironment();
          const steps = Math.ceil(STEPS / FRONTENDS.length);
          const divergences = await runScene({ scene, contenders, seed, steps });
          const found = divergences.map((divergence) =>
            describeInterleaving(divergence, `--scene ${scene.name} --frontend ${frontend} --seed ${seed}`),
          );
          assert.equal(found.length, 0, `\n${found.join('\n\n')}\n`);
        }).timeout(60_000);
      }
    });
  }
});
