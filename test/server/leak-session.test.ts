import { itRandomly } from '../support/dice.js';
import { LeakSession } from './leak-session.js';

/** Seven seconds on one core. LEAK_COMMANDS=2000000 for a longer session, SEED=random for another. */
const COMMANDS = Number(process.env.LEAK_COMMANDS ?? 100_000);

describe('A server whose clients come and go', function () {
  this.timeout(120_000);

  itRandomly(`has nothing left of them after ${COMMANDS} commands`, async (dice) => {
    const session = new LeakSession(dice);
    await session.run(COMMANDS);
    await session.assertNothingIsLeft();
  });
});
