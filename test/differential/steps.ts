/**
 * Draws the steps of a run: the family's own commands mostly, some that put other types in their way, and some
 * that are spoilt, as a client's bugs would spoil them.
 */
import type { Dice } from '../support/dice.js';
import type { Word } from '../support/words.js';
import { all, type Family, maybe, type Request, type Shape, type Step, shape, times } from './grammar.js';
import { count, index, integerMember, key, member, unixSeconds, value } from './pieces.js';

/** A command of another family, once in so many. */
const INTRUSION_ODDS = 14;
const SPOIL_ODDS = 25;
const ODD_CASE_ODDS = 10;

/** One of each type and encoding, and what takes keys away. */
const INTRUDERS: readonly Shape[] = [
  shape(2, 'SET', key, value),
  shape(1, 'LPUSH', key, times(1, 3, member)),
  shape(1, 'SADD', key, times(1, 3, integerMember)),
  shape(1, 'SADD', key, times(1, 3, member)),
  shape(1, 'HSET', key, times(1, 3, member, value)),
  shape(1, 'ZADD', key, times(1, 3, index, member)),
  shape(1, 'XADD', key, '1-1', member, value),
  shape(3, 'DEL', all(key, maybe(3, key))),
  shape(1, 'EXPIREAT', key, unixSeconds),
  shape(1, 'PERSIST', key),
  shape(1, 'LRANGE', key, count, count),
];

/**
 * What spoils a command. No small positive number: as an expiry it would end while the servers are compared;
 * and none that is a legal size of gigabytes.
 */
const SPOILERS: readonly Word[] = [
  '',
  '0',
  '-1',
  'abc',
  '1.5',
  'nan',
  'inf',
  '9223372036854775807',
  '-9223372036854775808',
  '9223372036854775808',
  '*',
  '(',
  '[a',
  '(1',
  'a',
  'NX',
  'XX',
  'GET',
  'COUNT',
  'LIMIT',
  'WITHSCORES',
  '\xff\0',
];

export class StepSource {
  readonly #own: readonly Shape[];
  readonly #intruders: readonly Shape[];

  /** @param has tells whether januskv has a command; shapes of others are left out */
  constructor(
    family: Family,
    readonly dice: Dice,
    has: (command: string) => boolean,
  ) {
    this.#own = weighted(family.shapes, has);
    this.#intruders = weighted(INTRUDERS, has);
  }

  /** True while januskv has none of the family's commands. */
  get isEmpty(): boolean {
    return this.#own.length === 0;
  }

  next(): Step {
    const { dice } = this;
    const shapes = dice.oneIn(INTRUSION_ODDS) && this.#intruders.length > 0 ? this.#intruders : this.#own;
    const drawn = dice.pick(shapes);
    const step = drawn.draw(dice);
    if (step.length > 1) return step;
    let [request] = step;
    if (drawn.maySpoil && dice.oneIn(SPOIL_ODDS)) request = spoilt(request, dice);
    if (dice.oneIn(ODD_CASE_ODDS)) request = [String(request[0]).toLowerCase(), ...request.slice(1)];
    return [request];
  }
}

/** Each shape as often as it weighs. */
function weighted(shapes: readonly Shape[], has: (command: string) => boolean): Shape[] {
  return shapes
    .filter((candidate) => has(candidate.command))
    .flatMap((candidate) => Array.from({ length: candidate.weight }, () => candidate));
}

/** With an argument too few, one too many, or one that doesn't belong. The command's name stays. */
function spoilt(request: Request, dice: Dice): Request {
  const at = dice.between(1, request.length);
  const spoiler = dice.pick(SPOILERS);
  if (dice.oneIn(3)) return [...request.slice(0, at), ...request.slice(at + 1)];
  if (dice.oneIn(2)) return [...request.slice(0, at), spoiler, ...request.slice(at)];
  return [...request.slice(0, at), spoiler, ...request.slice(at + 1)];
}
