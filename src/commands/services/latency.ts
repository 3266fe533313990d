/** The latency monitor: events that took longer than `latency-monitor-threshold`. Implemented by the server. */
export interface LatencySample {
  readonly seconds: number;
  readonly milliseconds: number;
}

export interface LatencyEvent {
  readonly name: string;
  /** Oldest first; at most one for each second. */
  readonly samples: readonly LatencySample[];
  readonly longestMs: number;
}

/** How long a command took over all its calls. */
export interface LatencyDistribution {
  readonly total: number;
  /** @returns for 1 µs, 2 µs, 4 µs …: [bound in whole µs, calls up to it]; bounds that add no call are left out */
  doublings(): readonly (readonly [microseconds: number, calls: number])[];
}

export interface Latency {
  /** 0: nothing is recorded. */
  readonly thresholdMs: number;
  event(name: string): LatencyEvent | null;
  events(): readonly LatencyEvent[];
  /** @returns false when there was no such event */
  forget(name: string): boolean;
  /** Null for a command that wasn't called. */
  distribution(commandId: number): LatencyDistribution | null;
}
