/**
 * Seeded randomness for tests. A failing seed is in the failure's message; SEED=N in the environment replays it,
 * SEED=random draws a new one. Without it the seed is fixed, so that a checkout's tests always do the same.
 */
import { Random } from '../../src/base/random.js';

const FIXED_SEED = 1;

export function seedFromEnvironment(): number {
  const { SEED } = process.env;
  if (SEED === undefined || SEED === '') return FIXED_SEED;
  if (SEED === 'random') return Math.floor(Math.random() * 0x1_0000_0000);
  const seed = Number(SEED);
  if (!Number.isSafeInteger(seed) || seed < 0) throw new Error(`SEED=${SEED} is not a seed`);
  return seed;
}

export class Dice {
  readonly #random: Random;

  constructor(readonly seed: number) {
    this.#random = new Random(seed);
  }

  /** A whole number in [low, high]. */
  between(low: number, high: number): number {
    return low + this.#random.below(high - low + 1);
  }

  /** True once in `count` throws. */
  oneIn(count: number): boolean {
    return this.#random.below(count) === 0;
  }

  pick<T>(choices: readonly T[]): T {
    return choices[this.#random.below(choices.length)];
  }

  /** Any bytes at all. */
  bytes(length: number): Buffer {
    return Buffer.from(Array.from({ length }, () => this.#random.below(256)));
  }

  /** Reorders in place. */
  shuffle<T>(items: T[]): T[] {
    for (let last = items.length - 1; last > 0; last--) {
      const other = this.#random.below(last + 1);
      [items[last], items[other]] = [items[other], items[last]];
    }
    return items;
  }
}

/** As `it`, of a test that throws dice: the seed is part of whatever error it throws. */
export function itRandomly(title: string, body: (dice: Dice) => void | Promise<void>): void {
  it(title, async () => {
    const seed = seedFromEnvironment();
    try {
      await body(new Dice(seed));
    } catch (error) {
      if (error instanceof Error) error.message += `\n(replay with SEED=${seed})`;
      throw error;
    }
  });
}
