/**
 * How a scenario of several clients is described: what each of them may do next. Whose turn it is is drawn as
 * well, so that every interleaving of requests can come.
 */
import { REDIS_VERSION } from '../../../src/base/version.js';
import type { Dice } from '../../support/dice.js';
import { sameReply } from '../compare.js';
import type { Request, Shape } from '../grammar.js';
import { ruleOf } from '../rules.js';
import { commandOf } from '../state.js';
import { isEnd } from './line.js';

/** A key that is to die lives so long. */
export const SHORT_LIFE_MS = 3;

/** A client that is to wait in vain waits so long: in seconds, and in XREAD's milliseconds. */
export const SHORT_WAIT = '0.004';
export const SHORT_BLOCK = '4';

/** What one client does in one step. */
export interface Cue {
  /** Which client. */
  readonly line: number;
  readonly request: Request;
  /** Time passes afterwards, so that a key whose life is short is dead. */
  readonly isFollowedByTime: boolean;
}

/** What the drawing of cues knows of a client. */
export interface LineState {
  /** Between MULTI and EXEC, as far as its requests tell. */
  isQueueing: boolean;
  /** EXEC gives a key a millisecond to live. */
  queuesShortLife: boolean;
  /** The last request had no reply. */
  isWaiting: boolean;
}

/** What each client got in one step, from one server. */
export type Frames = readonly Buffer[];

export interface Scene {
  readonly name: string;
  /** The protocol that each client speaks, at first. */
  readonly protocols: readonly (2 | 3)[];
  /** Done before the first step. @returns nothing drawn: the same each time */
  readonly opening: readonly Omit<Cue, 'isFollowedByTime'>[];
  /** What the client of this number may do. */
  shapesOf(line: number): readonly Shape[];
  /** False for those who must not be left waiting. @param line number of the client */
  mayWait(line: number): boolean;
  /** Whether two servers said the same to a client. @param request of this client's in this step, or null */
  isSame(ours: Frames, theirs: Frames, request: Request | null): boolean;
}

/** Frame by frame, by the rule of the request. */
export function sameFrames(ours: Frames, theirs: Frames, request: Request | null): boolean {
  if (ours.length !== theirs.length) return false;
  const rule = request === null ? {} : ruleOf(commandOf(request));
  return ours.every((frame, at) => {
    const other = ofThisVersion(theirs[at]);
    if (isEnd(frame) || isEnd(other)) return frame.equals(other);
    return frame.equals(other) || sameReply(frame, other, rule);
  });
}

/** HELLO tells its server's version, at any place of a transaction. */
export function ofThisVersion(frame: Buffer): Buffer {
  if (!frame.includes('\r\nversion\r\n')) return frame;
  const version = `$${REDIS_VERSION.length}\r\n${REDIS_VERSION}\r\n`;
  return Buffer.from(
    frame.toString('latin1').replaceAll(/(?<=\r\nversion\r\n)\$\d+\r\n[\d.]+\r\n/g, version),
    'latin1',
  );
}

/** Each shape as often as it weighs. */
const weighted = (shapes: readonly Shape[]): readonly Shape[] =>
  shapes.flatMap((shape) => Array.from({ length: shape.weight }, () => shape));

/** Draws the cues of a run. */
export class CueSource {
  readonly states: LineState[];
  readonly #shapes: readonly (readonly Shape[])[];

  constructor(
    readonly scene: Scene,
    readonly dice: Dice,
  ) {
    this.states = scene.protocols.map(() => ({ ...FRESH }));
    this.#shapes = scene.protocols.map((_, line) => weighted(scene.shapesOf(line)));
  }

  next(): readonly Cue[] {
    const { dice } = this;
    const line = this.#drawLine();
    const state = this.states[line];
    const step = dice.pick(this.#shapes[line]).draw(dice);
    return step.map((request) => {
      return { line, request, isFollowedByTime: followed(state, request) };
    });
  }

  /** A new set of clients. */
  begin(): void {
    for (const state of this.states) Object.assign(state, FRESH);
  }

  /** A client ended, and another comes in its place. */
  replaced(line: number): void {
    Object.assign(this.states[line], FRESH);
  }

  /** Mostly one who isn't waiting: requests to one who is only gather. */
  #drawLine(): number {
    const { dice, states } = this;
    const free = states.flatMap(({ isWaiting }, line) => (isWaiting ? [] : [line]));
    return free.length > 0 && !dice.oneIn(30) ? dice.pick(free) : dice.between(0, states.length - 1);
  }
}

const FRESH: LineState = { isQueueing: false, queuesShortLife: false, isWaiting: false };

/** Keeps a client's state. @returns true when a key's short life begins */
function followed(state: LineState, request: Request): boolean {
  const [name, , life] = request;
  const isShortLived = name === 'PEXPIRE' && life === SHORT_LIFE_MS;
  if (request.includes(SHORT_WAIT) || request.includes(SHORT_BLOCK)) return true;
  if (name === 'MULTI') state.isQueueing = true;
  if (state.isQueueing && isShortLived) state.queuesShortLife = true;
  if (name !== 'EXEC' && name !== 'DISCARD' && name !== 'RESET') return isShortLived && !state.isQueueing;
  const { queuesShortLife } = state;
  state.isQueueing = false;
  state.queuesShortLife = false;
  return queuesShortLife;
}
