import assert from 'node:assert/strict';
import { seedFromEnvironment } from '../support/dice.js';
import { CANARIES } from './canary.js';
import { EpisodeFailure, simulate } from './run.js';
import { runEpisode } from './simulation.js';

/** How long the suite simulates, of real time: SIMULATION_SECONDS in the environment says otherwise. */
const SECONDS = Number(process.env.SIMULATION_SECONDS ?? 20);
/** A bug that is not found in so many episodes is not found. */
const CANARY_EPISODES = 5;

describe('The simulation', () => {
  it('finds every reply to be as the model says', () => {
    const { requests } = simulate({ seed: seedFromEnvironment(), seconds: SECONDS });
    assert.ok(requests > 0);
  }).timeout((SECONDS + 60) * 1000);

  it('does the same again when the seed is the same', () => {
    const { digest } = runEpisode({ seed: 1 });
    assert.equal(runEpisode({ seed: 1 }).digest, digest);
    assert.notEqual(runEpisode({ seed: 3 }).digest, digest);
  }).timeout(60_000);

  for (const canary of CANARIES) {
    it(`finds a planted bug, ${canary}, and finds it again by the seed it tells`, () => {
      const failure = failureOf(() => {
        for (let seed = 1; seed <= CANARY_EPISODES; seed++) simulate({ seed, seconds: 0, canary });
      });
      assert.match(
        failure.message,
        new RegExp(`npm run simulate -- --seed ${failure.seed} --canary ${canary}`),
      );
      const again = failureOf(() => simulate({ seed: failure.seed, seconds: 0, canary }));
      assert.equal(messageOf(again.cause), messageOf(failure.cause));
    }).timeout(60_000);
  }
});

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function failureOf(run: () => void): EpisodeFailure {
  try {
    run();
  } catch (failure) {
    assert.ok(failure instanceof EpisodeFailure, String(failure));
    return failure;
  }
  return assert.fail('nothing was found');
}
