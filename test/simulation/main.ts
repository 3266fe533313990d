/** The simulation from the command line. */
import { chosen, parseOptions, runTool, wholeNumber } from '../support/command-line.js';
import { CANARIES, type Canary } from './canary.js';
import { EpisodeFailure, simulate } from './run.js';

const USAGE = `npm run simulate -- [options]     the whole server in a simulated network, in virtual time

  --seed 1             one episode; a report's seed repeats it exactly
  --seconds 60         episodes of that seed and the next ones, for a minute
  --canary NAME        with a bug that has to be found within the --seconds: ${CANARIES.join(' ')}
  --help

Exit status: 0 when all went well, 1 when an episode failed or a planted bug was not found, 2 when the arguments make no sense.`;

function main(): number {
  const { values } = parseOptions({
    seed: { type: 'string', default: '1' },
    seconds: { type: 'string', default: '0' },
    canary: { type: 'string' },
  } as const);
  const canaries = values.canary === undefined ? [] : chosen('canary', values.canary, CANARIES);
  return run(wholeNumber('seed', values.seed), wholeNumber('seconds', values.seconds), canaries[0]);
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
    if (canary === undefined) return 0;
    process.stderr.write(`${canary} was not found\n`);
    return 1;
  } catch (failure) {
    if (!(failure instanceof EpisodeFailure)) throw failure;
    process.stderr.write(`${failure.message}\n`);
    return 1;
  }
}

await runTool(USAGE, main);
