/** Episodes one after another, each of the next seed, for as long as there is time. */
import { AssertionError } from 'node:assert';
import { systemClock } from '../../src/base/clock.js';
import type { Canary } from './canary.js';
import { type EpisodeResult, runEpisode } from './simulation.js';

export interface SimulationOptions {
  readonly seed: number;
  /** Of real time; the last episode is finished. 0: one episode. */
  readonly seconds: number;
  readonly canary?: Canary;
}

export interface SimulationResult extends Omit<EpisodeResult, 'digest'> {
  readonly episodes: number;
}

export class EpisodeFailure extends Error {
  constructor(
    readonly seed: number,
    cause: unknown,
    canary: Canary | undefined,
  ) {
    // What was compared says all; a bug needs its stack.
    const text = cause instanceof Error && !(cause instanceof AssertionError) ? cause.stack : String(cause);
    const planted = canary === undefined ? '' : ` --canary ${canary}`;
    super(`${text}\n(replay with: npm run simulate -- --seed ${seed}${planted})`, { cause });
  }
}

/** @throws EpisodeFailure at the first episode that fails */
export function simulate({ seed, seconds, canary }: SimulationOptions): SimulationResult {
  const endUs = systemClock.monotonicUs() + seconds * 1_000_000;
  const total = { episodes: 0, requests: 0, connections: 0, virtualMs: 0 };
  do {
    const result = episode(seed + total.episodes, canary);
    total.episodes++;
    total.requests += result.requests;
    total.connections += result.connections;
    total.virtualMs += result.virtualMs;
  } while (systemClock.monotonicUs() < endUs);
  return total;
}

function episode(seed: number, canary: Canary | undefined): EpisodeResult {
  try {
    return runEpisode({ seed, ...(canary && { canary }) });
  } catch (cause) {
    throw new EpisodeFailure(seed, cause, canary);
  }
}
