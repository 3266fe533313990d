/** The slow log: requests that ran longer than `slowlog-log-slower-than`. Implemented by the server. */
export interface SlowRequest {
  /** Counts from 0 and never falls, not even by SLOWLOG RESET. */
  readonly id: number;
  readonly startedSeconds: number;
  readonly microseconds: number;
  /** Abridged; each character one byte. */
  readonly words: readonly string[];
  readonly peerAddress: string;
  readonly clientName: string;
}

export interface SlowLog {
  readonly length: number;
  /** Newest first. */
  newest(count: number): readonly SlowRequest[];
  reset(): void;
}
