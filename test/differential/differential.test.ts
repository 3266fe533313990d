import assert from 'node:assert/strict';
import { seedFromEnvironment } from '../support/dice.js';
import { describeWithReference } from '../support/reference-server.js';
import { FRONTENDS } from '../support/running-server.js';
import { Contenders } from './contenders.js';
import { families } from './families/all.js';
import { describeDivergence } from './report.js';
import { hasCommand, runFamily } from './run.js';

/** For each family, shared out among frontends and protocols. */
const COMMANDS = 40_000;

const resps = hasCommand('hello') ? ([2, 3] as const) : ([2] as const);

describeWithReference('januskv beside redis-server', () => {
  for (const frontend of FRONTENDS) {
    describe(`on ${frontend}`, () => {
      let contenders: Contenders;
      before(async () => {
        contenders = await Contenders.start(frontend);
      });
      after(() => contenders.stop());

      for (const family of families) {
        for (const resp of resps) {
          it(`replies the same to random ${family.name} commands in RESP${resp}`, async () => {
            const seed = seedFromEnvironment();
            const commands = Math.ceil(COMMANDS / FRONTENDS.length / resps.length);
            const { divergences } = await runFamily({
              family,
              seed,
              commands,
              open: () => contenders.open(resp),
            });
            const name = { family: family.name, frontend, resp, seed };
            const found = divergences.map((divergence) => describeDivergence(divergence, name));
            assert.equal(found.length, 0, `\n${found.join('\n\n')}\n`);
          }).timeout(60_000);
        }
      }
    });
  }
});
