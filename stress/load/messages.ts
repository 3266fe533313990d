/** What controller and generator say to each other over Node's IPC channel, in this order. */
import type { Usage } from '../run/process-usage.js';
import type { Workload } from './groups.js';
import type { HistogramData } from './histogram.js';

export interface Job {
  readonly host: string;
  readonly port: number;
  readonly workload: Workload;
  /** Of the generator processes that share the workload, which one this is. */
  readonly share: { readonly index: number; readonly count: number };
  readonly seed: number;
  readonly warmupMs: number;
  readonly durationMs: number;
  /** Whose CPU is read at both ends of the measured window. */
  readonly serverPids: readonly number[];
  /** Whose use by others is read with it. */
  readonly serverCores: readonly number[];
  /** How long the last replies may take once the window has closed. */
  readonly finishDeadlineMs: number;
  /** After the window the load goes on until `counted` comes: the controller counts system calls meanwhile. */
  readonly goesOnAfterwards: boolean;
}

export type ToGenerator =
  | { readonly type: 'job'; readonly job: Job }
  /** Everybody is connected: send requests. */
  | { readonly type: 'go' }
  | { readonly type: 'counted' }
  /** End now; what was measured so far is reported. */
  | { readonly type: 'stop' };

export type FromGenerator =
  | { readonly type: 'ready' }
  | { readonly type: 'connected' }
  /** The measured window opens, or closes. */
  | { readonly type: 'window'; readonly isOpen: boolean }
  | { readonly type: 'progress'; readonly progress: Progress }
  | { readonly type: 'done'; readonly result: GeneratorResult };

export type Phase = 'connecting' | 'connected' | 'warming up' | 'measuring' | 'finishing';

export interface Progress {
  readonly phase: Phase;
  readonly elapsedMs: number;
  readonly connected: number;
  readonly operationsPerSecond: number;
  readonly p99Us: number;
  readonly errors: number;
}

export interface GeneratorResult {
  readonly clients: {
    readonly planned: number;
    readonly connected: number;
    readonly finished: number;
    readonly lost: number;
  };
  /** From the first connect to the last established connection. */
  readonly connectMs: number;
  readonly connecting: HistogramData;
  /** False when it ended before the window's end: it was stopped, or no client was left. */
  readonly isWhole: boolean;
  readonly windowMs: number;
  readonly operations: number;
  readonly requests: number;
  readonly replies: number;
  readonly unsent: number;
  readonly keysWritten: number;
  readonly bytesSent: number;
  readonly bytesReceived: number;
  /** Operations per second in the time after the window; 0 without such a time. */
  readonly operationsPerSecondAfterwards: number;
  readonly latency: HistogramData;
  readonly lateness: HistogramData;
  /** Within the window. */
  readonly serverUsage: Usage;
  readonly serverCoresBusyUs: number;
  readonly generatorCpuUs: number;
  readonly errors: Readonly<Record<string, number>>;
  readonly examples: readonly string[];
  readonly tolerated: Readonly<Record<string, number>>;
}
