/**
 * Chooses the backend with the fewest connections. A connection counts from the moment it is given one, so that a burst
 * spreads evenly before any of it has connected; where several have as few, they take turns.
 */
import type { Backend } from './backend.js';

export class Balancer {
  #turn = 0;

  /**
   * @param tried not again
   * @returns one that is up; when none of those is left one that is said to be down, which may be wrong; or null
   */
  choose(backends: readonly Backend[], tried: readonly Backend[]): Backend | null {
    const first = this.#turn++;
    let best: Backend | null = null;
    for (let offset = 0; offset < backends.length; offset++) {
      const backend = backends[(first + offset) % backends.length];
      if (tried.includes(backend)) continue;
      if (best === null || isBetter(backend, best)) best = backend;
    }
    return best;
  }
}

function isBetter(a: Backend, b: Backend): boolean {
  return a.isUp === b.isUp ? a.active < b.active : a.isUp;
}
