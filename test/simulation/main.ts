/**
 * The simulation from the command line:
 *
 *     npm run simulate                                  one episode
 *     npm run simulate -- --seconds 60 --seed 7         episodes of the seeds 7, 8, … for a minute
 *     npm run simulate -- --seed 4711                   that episode again, exactly
 *     npm run simulate -- --canary lost-byte            with a bug that has to be found
 *
 * Exit status: 0 when all went well, 1 when an episode failed, 2 when the arguments make no sense.
 */
import { parseArgs } from 'node:util';
import { CANARIES, type Canary } from './canary.js';
import { EpisodeFailure, simulate } from './run.js';

function main(): number {
  const { values } = parseArgs({
    options: {
      seed: { type: 'string', default: '1' },
      seconds: { type: 'string', default: '0' },
      canary: { type: 'string' },
    },
  });
  const seed = Number(values.seed);
  const seconds = Number(values.seconds);
  const canary = CANARIES.find((name) => name === values.canary);
  if (!Number.isSafeInteger(seed) || seed < 0 || !(seconds >= 0) || canary !== values.canary) {
    process.stderr.write(`--seed N  --seconds S  --canary ${CANARIES.join('|')}\n`);
    return 2;
  }
  return run(seed, seconds, canary);
}

function run(seed: number, seconds: number, canary: Canary | undefined): number {
  try {
    const { episodes, requests, connections, virtualMs } = simulate({
      seed,
      seconds,
      ...(canary && { canary }),
    });
    const hours = (virtualMs / 3_600_000).toFixed(1);
    process.stdout.write(
      `${episodes} episodes, seeds ${seed} to ${seed + episodes - 1}: ${requests} requests of ${connections} connections ` +
        `in ${hours} hours of virtual time, every reply as the model says\n`,
    );
    return 0;
  } catch (failure) {
    if (!(failure instanceof EpisodeFailure)) throw failure;
    process.stderr.write(`${failure.message}\n`);
    return 1;
  }
}

process.exitCode = main();
