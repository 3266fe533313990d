/**
 * Feeds a target with mutated inputs for a while, keeping those that reach new code. What breaks it is made as short as it
 * gets. With the same seed, the same inputs come in the same order, as far as the machine gets in that time.
 */
import { systemClock } from '../../src/base/clock.js';
import { Dice } from '../support/dice.js';
import { Coverage } from './coverage.js';
import { Mutator } from './mutator.js';
import { readSeeds } from './seeds.js';
import type { CreateTarget, FuzzTarget } from './target.js';

/** Coverage is looked at after so many inputs, since a look costs as much as many of them. */
const BATCH_COUNT = 32;
const RECENT_COUNT = 16;
const SETTLE_BATCHES = 50;
/** A fresh target may take its time, as a server with Lua does. */
const SHRINK_SECONDS = 10;

export interface FuzzOptions {
  readonly seed: number;
  readonly seconds: number;
}

export interface FuzzResult {
  readonly runs: number;
  /** How often code was reached that none before had. */
  readonly discoveries: number;
  /** Inputs that reached some of them first, seeds included. */
  readonly corpus: readonly Buffer[];
}

/** An input that breaks the promise. */
export class Broken extends Error {
  constructor(
    readonly target: string,
    readonly input: Buffer,
    cause: unknown,
  ) {
    const text = cause instanceof Error ? (cause.stack ?? cause.message) : String(cause);
    super(
      `${target} is broken by ${JSON.stringify(input.toString('latin1'))}\n${text}\n` +
        `(replay with: npm run fuzz -- ${target} --input ${input.toString('base64')})`,
      { cause },
    );
  }
}

/** @throws Broken */
export function fuzz(create: CreateTarget, { seed, seconds }: FuzzOptions): FuzzResult {
  const target = create();
  const corpus = [...target.seeds(), ...readSeeds(target.name)];
  if (corpus.length === 0) corpus.push(Buffer.alloc(0));
  const coverage = new Coverage();
  coverage.begin();
  try {
    for (const input of corpus) attempt(create, target, input);
    const runs = mutateOn(create, target, corpus, coverage, { seed, seconds });
    return { runs: runs + corpus.length, discoveries: coverage.discoveries, corpus };
  } finally {
    coverage.end();
  }
}

function mutateOn(
  create: CreateTarget,
  target: FuzzTarget,
  corpus: Buffer[],
  coverage: Coverage,
  { seed, seconds }: FuzzOptions,
): number {
  const dice = new Dice(seed);
  const mutator = new Mutator(dice, target.dictionary);
  const endUs = systemClock.monotonicUs() + seconds * 1_000_000;
  coverage.take();
  let batches = 0;
  while (systemClock.monotonicUs() < endUs) {
    const batch: Buffer[] = [];
    for (let count = 0; count < BATCH_COUNT; count++) {
      const input = mutator.mutate(chosen(corpus, dice), dice.pick(corpus));
      batch.push(input);
      attempt(create, target, input);
    }
    if (coverage.peek()) corpus.push(...batch.filter((input) => discovers(create, target, input, coverage)));
    if (++batches % SETTLE_BATCHES === 0) settle(target, corpus);
  }
  settle(target, corpus);
  return batches * BATCH_COUNT;
}

/** Which of a batch it was that reached something new: each is run again by itself. */
function discovers(create: CreateTarget, target: FuzzTarget, input: Buffer, coverage: Coverage): boolean {
  attempt(create, target, input);
  return coverage.take();
}

/** What came last reached something new: it is tried more often. */
function chosen(corpus: readonly Buffer[], dice: Dice): Buffer {
  return dice.oneIn(2) ? dice.pick(corpus) : dice.pick(corpus.slice(-RECENT_COUNT));
}

function settle(target: FuzzTarget, corpus: readonly Buffer[]): void {
  try {
    target.settle?.();
  } catch (cause) {
    throw new Broken(target.name, corpus[corpus.length - 1], cause);
  }
}

function attempt(create: CreateTarget, target: FuzzTarget, input: Buffer): void {
  try {
    target.run(Buffer.from(input));
  } catch (cause) {
    throw shrunk(create, target.name, input, cause);
  }
}

/** Leaves out what the input can do without and still break a fresh target. */
function shrunk(create: CreateTarget, name: string, input: Buffer, cause: unknown): Broken {
  let shortest = new Broken(name, input, cause);
  const endUs = systemClock.monotonicUs() + SHRINK_SECONDS * 1_000_000;
  for (let length = input.length >> 1; length > 0; length = length >> 1) {
    for (let at = 0; at < shortest.input.length && systemClock.monotonicUs() < endUs; ) {
      const { input: before } = shortest;
      const shorter = Buffer.concat([before.subarray(0, at), before.subarray(at + length)]);
      const failure = failureOf(create, shorter);
      if (failure === null) at += length;
      else shortest = new Broken(name, shorter, failure.cause);
    }
  }
  return shortest;
}

function failureOf(create: CreateTarget, input: Buffer): { readonly cause: unknown } | null {
  try {
    create().run(Buffer.from(input));
    return null;
  } catch (cause) {
    return { cause };
  }
}
