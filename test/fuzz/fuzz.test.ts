/** A smoke run of each target, and a bug that has to be found: `npm run fuzz` is for longer ones. */
import assert from 'node:assert/strict';
import { seedFromEnvironment } from '../support/dice.js';
import { Broken, fuzz } from './fuzzer.js';
import { TARGETS } from './targets/all.js';
import { createCanary } from './targets/canary.js';

/** Of real time, for each target: FUZZ_SECONDS in the environment says otherwise. */
const SECONDS = Number(process.env.FUZZ_SECONDS ?? 3);
const CANARY_SECONDS = 90;

describe('Fuzzing', () => {
  for (const [name, create] of TARGETS) {
    it(`breaks no promise of ${name}`, () => {
      const { runs, corpus } = fuzz(create, { seed: seedFromEnvironment(), seconds: SECONDS });
      assert.ok(runs > corpus.length, 'inputs of its own were tried');
    }).timeout((SECONDS + 60) * 1000);
  }

  it('follows the code to a planted bug, and shortens what shows it', () => {
    assert.throws(
      () => fuzz(createCanary, { seed: 1, seconds: CANARY_SECONDS }),
      (failure) => {
        assert.ok(failure instanceof Broken);
        assert.equal(failure.input.toString('latin1'), 'KV!');
        assert.match(failure.message, /npm run fuzz -- canary --input S1Yh/);
        return true;
      },
    );
  }).timeout((CANARY_SECONDS + 10) * 1000);
});
