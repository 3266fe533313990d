import assert from 'node:assert/strict';
import { seedFromEnvironment } from '../../support/dice.js';
import { FRONTENDS } from '../../support/running-server.js';
import { killRepeatedly } from './durability/rounds.js';

describe('a server that is killed under load', () => {
  const promises = [
    ['always', 'everything that it acknowledged'],
    ['everysec', 'the beginning of what it acknowledged, and no part of an operation'],
  ] as const;
  for (const [policy, promise] of promises) {
    it(`has ${promise} when it is back, under appendfsync ${policy}`, async () => {
      const seed = seedFromEnvironment();
      const outcome = await killRepeatedly({
        rounds: 3,
        seed,
        frontends: FRONTENDS,
        policy,
      });
      assert.deepEqual(outcome.problems, [], `(replay with SEED=${seed})`);
      assert.ok(outcome.acknowledged > 0, 'something was acknowledged');
    });
  }
}).timeout(120_000);
