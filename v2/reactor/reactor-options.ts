/** What a reactor is told when it is made. */
import type { ReactorCounters } from './counters.js';
import type { Trigger } from './interest.js';
import type { LoopKind } from './loop.js';

export interface ReactorOptions {
  /** While more than this waits for a peer that doesn't take it, nothing is received from it. */
  readonly pendingBytesPause?: number;
  /** How the kernel says what happened (interest.ts); edge when absent. */
  readonly trigger?: Trigger;
  /** After the last event goes on asking for so long before it sleeps: less latency, more CPU. 0 when absent. */
  readonly busyPollUs?: number;
  /** Who runs it (loop.ts); embedded when absent. */
  readonly loop?: LoopKind;
  /** Something that has work of its own in each turn. */
  readonly mate?: Mate;
  /** Called at the end of each turn, before what was written meanwhile is sent. It brings no work of its own. */
  readonly afterTurn?: () => void;
  /** To count into, when somebody counts longer than this reactor lives. */
  readonly counters?: ReactorCounters;
}

/** Work that shares a reactor's turns: what comes from other threads by other ways than a descriptor. */
export interface Mate {
  /** Does some of what is to do. @returns how much, 0 for nothing */
  turn(): number;
  /** The reactor is about to sleep. @returns false when there is something to do after all */
  rest(): boolean;
}
