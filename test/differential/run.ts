/**
 * Sends a family's random commands to both servers and reports where they part. The data is dropped every
 * so often, which keeps the histories short that a divergence has to be sought in.
 */
import { allCommands } from '../../src/commands/all.js';
import { CommandTable } from '../../src/commands/table.js';
import { Dice } from '../support/dice.js';
import { sameReply } from './compare.js';
import type { Duel } from './duel.js';
import type { Family, Request, Step } from './grammar.js';
import { shrink } from './shrink.js';
import { commandOf, compareState } from './state.js';
import { StepSource } from './steps.js';

const BATCH_STEPS = 200;
const STATE_STEPS = 1000;
const EPOCH_STEPS = 2000;
/** After so many different divergences a run has said enough. */
const DIVERGENCES_MAX = 12;

export interface RunOptions {
  readonly family: Family;
  readonly seed: number;
  readonly commands: number;
  /** New connections, speaking the protocol that is compared. */
  open(): Promise<Duel>;
}

export interface Divergence {
  /** Counted over the whole run. */
  readonly step: number;
  readonly request: Request;
  /** Null: no reply. */
  readonly ours: Buffer | null;
  readonly theirs: Buffer | null;
  /** True when every reply was equal and the data is not. */
  readonly isInState: boolean;
  /** The shortest history found that shows it, this request being its last. */
  readonly history: readonly Request[];
}

export interface Outcome {
  readonly commands: number;
  readonly divergences: readonly Divergence[];
}

const table = new CommandTable(allCommands);
export const hasCommand = (command: string): boolean => table.byName(command) !== -1;

export async function runFamily(options: RunOptions): Promise<Outcome> {
  const source = new StepSource(options.family, new Dice(options.seed), hasCommand);
  const divergences = new Map<string, Divergence>();
  let commands = 0;
  let step = 0;
  while (!source.isEmpty && commands < options.commands && divergences.size < DIVERGENCES_MAX) {
    const epoch = new Epoch(await options.open());
    const found = await epoch.run(source, options.commands - commands);
    await epoch.duel.close();
    commands += epoch.commands;
    step += epoch.steps.length;
    if (found === null) continue;
    const kind = kindOf(found);
    if (!divergences.has(kind)) {
      divergences.set(kind, { ...found, step, history: await shrunk(found, epoch.steps, options) });
    }
  }
  return { commands, divergences: [...divergences.values()] };
}

/** Divergences of one kind are reported once. */
function kindOf(found: Finding): string {
  const ours = found.ours?.toString('latin1', 0, 12) ?? '';
  const theirs = found.theirs?.toString('latin1', 0, 12) ?? '';
  return `${found.isInState} ${commandOf(found.request)} ${ours[0]} ${theirs[0]}`;
}

type Finding = Omit<Divergence, 'history' | 'step'>;

/** What happens between two fresh starts. */
class Epoch {
  readonly steps: Step[] = [];
  commands = 0;

  constructor(readonly duel: Duel) {}

  /** @returns the first divergence, whose step is then the last of `steps`, or null */
  async run(source: StepSource, commandsMax: number): Promise<Finding | null> {
    await this.duel.exchange([['FLUSHALL']]);
    while (this.steps.length < EPOCH_STEPS && this.commands < commandsMax) {
      const batch = Array.from({ length: BATCH_STEPS }, () => source.next());
      const found = await this.#batch(batch);
      if (found !== null) return found;
      if (this.steps.length % STATE_STEPS === 0) {
        const difference = await compareState(this.duel, hasCommand);
        if (difference !== null) return { ...difference, isInState: true };
      }
    }
    return null;
  }

  async #batch(batch: readonly Step[]): Promise<Finding | null> {
    const requests = batch.flat();
    const difference = await replay(this.duel, requests);
    if (difference === null) {
      this.steps.push(...batch);
      this.commands += requests.length;
      return null;
    }
    let at = 0;
    for (const step of batch) {
      this.steps.push(step);
      at += step.length;
      if (at > difference.at) break;
    }
    this.commands += at;
    return { ...difference, isInState: false };
  }
}

interface Difference extends Omit<Finding, 'isInState'> {
  /** Index of the request. */
  readonly at: number;
}

/** @returns the first reply that differs, or null */
async function replay(duel: Duel, requests: readonly Request[]): Promise<Difference | null> {
  const { ours, theirs } = await duel.exchange(requests);
  for (let at = 0; at < requests.length; at++) {
    const request = requests[at];
    if (ours[at] === undefined || theirs[at] === undefined) {
      return { at, request, ours: ours[at] ?? null, theirs: theirs[at] ?? null };
    }
    if (!sameReply(ours[at], theirs[at], duel.rules(commandOf(request)))) {
      return { at, request, ours: ours[at], theirs: theirs[at] };
    }
  }
  return null;
}

/** The shortest history of the epoch that still diverges in the same kind. */
async function shrunk(found: Finding, steps: readonly Step[], options: RunOptions): Promise<Request[]> {
  // Each try would wait for the reply that doesn't come.
  if (found.ours === null || found.theirs === null) return steps.slice(-5).flat();
  const kind = kindOf(found);
  const stillDiverges = async (candidate: readonly Step[]): Promise<boolean> => {
    const duel = await options.open();
    try {
      await duel.exchange([['FLUSHALL']]);
      const difference = await replay(duel, candidate.flat());
      if (difference !== null) return kindOf({ ...difference, isInState: false }) === kind;
      if (!found.isInState) return false;
      const state = await compareState(duel, hasCommand);
      return state !== null && kindOf({ ...state, isInState: true }) === kind;
    } finally {
      await duel.close();
    }
  };
  return (await shrink(steps, stillDiverges)).flat();
}
