/** What every bench is given and gives back. Each bench is one file that measures one kind of figure. */
import type { Contender } from '../run/contenders.js';
import type { Pinning } from '../run/pinning.js';

export interface BenchContext {
  readonly contenders: readonly Contender[];
  /** The one that ratios are taken to: redis, or the last where it is not installed. */
  readonly reference: Contender;
  readonly pinning: Pinning;
  readonly rounds: number;
  /** Factor on the amount of work, 1 for the figures as they are quoted; less for a quick look. */
  readonly scale: number;
  /** Of a bench of many figures: measure only those whose names match. Null: all. */
  readonly match: RegExp | null;
  /** One line on what is going on. */
  say(text: string): void;
}

export interface BenchResult {
  readonly title: string;
  /** The first row is the head, the first column names. */
  readonly table: readonly (readonly string[])[];
  /** The same figures as numbers. */
  readonly figures: Readonly<Record<string, number>>;
  /** Goals that this project set itself for these figures. */
  readonly goals: readonly Goal[];
}

export interface Goal {
  readonly figure: string;
  readonly atMost: number;
}

export interface Bench {
  readonly name: string;
  readonly summary: string;
  /** Programs that may not be installed: it runs only when it is named. */
  readonly wantsOthers?: boolean;
  run(context: BenchContext): Promise<BenchResult>;
}
