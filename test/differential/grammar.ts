/**
 * How a family describes its random commands: shapes made of pieces, each piece some words. Adding a family is
 * one small file of shapes in families/, and its line in families/all.ts.
 */
import type { Dice } from '../support/dice.js';
import type { Word } from '../support/words.js';

/** Draws some words, or none. */
export type Piece = (dice: Dice) => readonly Word[];
/** A command of a step. */
export type Request = readonly Word[];
/** Commands that belong together: shrinking keeps or drops them as one. */
export type Step = readonly Request[];

export interface Shape {
  /** As the table names it: `get`, `object|encoding`. */
  readonly command: string;
  /** How often it is drawn, beside the others of its family. */
  readonly weight: number;
  draw(dice: Dice): Step;
  /** False where a word out of place would ask for what no two servers agree on. */
  readonly maySpoil: boolean;
}

export interface Family {
  readonly name: string;
  readonly shapes: readonly Shape[];
}

type Part = string | Piece;

const wordsOf = (parts: readonly Part[], dice: Dice): Request =>
  parts.flatMap((part) => (typeof part === 'string' ? [part] : part(dice)));

/** @param name of a command, or of container and subcommand: 'OBJECT ENCODING' */
export function shape(weight: number, name: string, ...parts: Part[]): Shape {
  const words = name.split(' ');
  return {
    command: name.toLowerCase().replace(' ', '|'),
    weight,
    maySpoil: true,
    draw: (dice) => [[...words, ...wordsOf(parts, dice)]],
  };
}

/** As `shape`, of a command that is never spoilt. */
export const exactShape = (...shapeOf: Parameters<typeof shape>): Shape => ({
  ...shape(...shapeOf),
  maySpoil: false,
});

/**
 * A command whose effect is random, and what makes the two servers' data equal again: the same key, removed.
 */
export function chanceShape(weight: number, name: string, keyed: Piece, ...parts: Part[]): Shape {
  return {
    command: name.toLowerCase(),
    weight,
    maySpoil: false,
    draw: (dice) => {
      const target = keyed(dice);
      return [
        [name, ...target, ...wordsOf(parts, dice)],
        ['DEL', ...target],
      ];
    },
  };
}

/** One of these words. */
export const word =
  (...words: readonly Word[]): Piece =>
  (dice) => [dice.pick(words)];

/** One of these pieces. */
export const either =
  (...parts: readonly Part[]): Piece =>
  (dice) =>
    wordsOf([dice.pick(parts)], dice);

/** These pieces, one after another. */
export const all =
  (...parts: readonly Part[]): Piece =>
  (dice) =>
    wordsOf(parts, dice);

/** Mostly nothing; once in `count` these pieces. */
export const maybe =
  (count: number, ...parts: readonly Part[]): Piece =>
  (dice) =>
    dice.oneIn(count) ? wordsOf(parts, dice) : [];

/** Between `least` and `most` times. */
export const times =
  (least: number, most: number, ...parts: readonly Part[]): Piece =>
  (dice) =>
    Array.from({ length: dice.between(least, most) }, () => wordsOf(parts, dice)).flat();

/** A count, then that many draws, as in `numkeys key [key …]`; now and then the count is wrong. */
export const counted =
  (least: number, most: number, ...parts: readonly Part[]): Piece =>
  (dice) => {
    const count = dice.between(least, most);
    const words = Array.from({ length: count }, () => wordsOf(parts, dice)).flat();
    return [dice.oneIn(20) ? dice.pick([0, -1, count + 1, 'x', 9223372036854775807n]) : count, ...words];
  };
