/** What one trial has to do. */
import type { Rung } from '../report/model.js';
import type { Contender } from './contenders.js';
import type { Pinning } from './pinning.js';

export interface TrialSpec {
  readonly scenario: string;
  readonly rung: Rung;
  readonly contender: Contender;
  readonly round: number;
  readonly pinning: Pinning;
  readonly generators: number;
  readonly seed: number;
  readonly warmupMs: number;
  readonly durationMs: number;
  readonly finishDeadlineMs: number;
  readonly countsSystemCalls: boolean;
}
