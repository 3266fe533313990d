/** Plays a scenario before both servers, and finds the shortest part of it at which they part. */
import { Dice } from '../../support/dice.js';
import type { Contenders } from '../contenders.js';
import { hasCommand } from '../run.js';
import { shrink } from '../shrink.js';
import { compareState } from '../state.js';
import { isEnd } from './line.js';
import { type Cue, CueSource, type Frames, type Scene } from './scene.js';
import { Stage } from './stage.js';

/** After so many steps all clients leave, and others come. */
const EPOCH_STEPS = 250;
/** After so many different divergences a run has said enough. */
const DIVERGENCES_MAX = 8;
const DATABASES = 2;

/** What one client, or the data, was told apart. */
interface Difference {
  readonly cue: Cue;
  /** The client that heard something else; -1: the data differ. */
  readonly listener: number;
  readonly ours: Frames;
  readonly theirs: Frames;
}

export interface Divergence extends Difference {
  readonly step: number;
  /** The shortest history found that shows it, whose last cue it is. */
  readonly history: readonly Cue[];
}

export interface SceneRun {
  readonly scene: Scene;
  readonly contenders: Contenders;
  readonly seed: number;
  readonly steps: number;
}

export async function runScene({ scene, contenders, seed, steps }: SceneRun): Promise<readonly Divergence[]> {
  const source = new CueSource(scene, new Dice(seed));
  const divergences = new Map<string, Divergence>();
  for (let step = 0; step < steps && divergences.size < DIVERGENCES_MAX; ) {
    source.begin();
    const history: Cue[] = [];
    const stage = await Stage.open(contenders, scene);
    let found: Difference | null = null;
    try {
      while (found === null && history.length < EPOCH_STEPS) {
        for (const cue of source.next()) {
          history.push(cue);
          found = await playCue(stage, cue, source);
          if (found !== null) break;
        }
      }
      found ??= await dataDifference(stage, history);
    } finally {
      await stage.close();
    }
    step += history.length;
    if (found === null) continue;
    const kind = kindOf(found);
    if (divergences.has(kind)) continue;
    const shortest = await shrink(history, async (candidate) => {
      const difference = await replay(scene, contenders, candidate);
      return difference !== null && kindOf(difference) === kind;
    });
    const last = (await replay(scene, contenders, shortest)) ?? found;
    divergences.set(kind, { ...last, step, history: shortest });
  }
  return [...divergences.values()];
}

async function replay(
  scene: Scene,
  contenders: Contenders,
  cues: readonly Cue[],
): Promise<Difference | null> {
  const stage = await Stage.open(contenders, scene);
  try {
    for (const cue of cues) {
      const found = await playCue(stage, cue, null);
      if (found !== null) return found;
    }
    return await dataDifference(stage, cues);
  } finally {
    await stage.close();
  }
}

async function playCue(stage: Stage, cue: Cue, source: CueSource | null): Promise<Difference | null> {
  const heard = await stage.play(cue);
  for (const [listener, { ours, theirs }] of heard.entries()) {
    const request = listener === cue.line ? cue.request : null;
    if (!stage.scene.isSame(ours, theirs, request)) return { cue, listener, ours, theirs };
    if (source === null) continue;
    if (theirs.some(isEnd)) source.replaced(listener);
    else if (theirs.some(isReply)) source.states[listener].isWaiting = false;
    else if (listener === cue.line && stage.scene.mayWait(listener)) source.states[listener].isWaiting = true;
  }
  return null;
}

const isReply = (frame: Buffer): boolean => frame[0] !== '>'.charCodeAt(0);

async function dataDifference({ duel }: Stage, history: readonly Cue[]): Promise<Difference | null> {
  for (let db = 0; db < DATABASES; db++) {
    await duel.exchange([['SELECT', db]]);
    const difference = await compareState(duel, hasCommand);
    if (difference === null) continue;
    const cue = { line: -1, request: difference.request, isFollowedByTime: false };
    return { cue: history.at(-1) ?? cue, listener: -1, ours: [difference.ours], theirs: [difference.theirs] };
  }
  return null;
}

/** Divergences of one kind are reported once. */
function kindOf({ cue, listener, ours, theirs }: Difference): string {
  const shape = (frames: Frames): string =>
    frames.map((frame) => frame.toString('latin1', 0, 24).replace(/\d+/g, '#')).join();
  return `${cue.request[0]} ${listener === cue.line} ${listener === -1} ${shape(ours)} ${shape(theirs)}`;
}
