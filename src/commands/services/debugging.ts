/** What DEBUG may do to the server. Implemented by the server. */
export interface Debugging {
  /** Holds the whole server up. */
  sleep(ms: number): void;
  /** Writes to the server's log. */
  log(message: string): void;
  /** Whether what goes on between commands stands still: expiry, clients' timeouts and limits, freeing. */
  pauseUpkeep(isPaused: boolean): void;
  /** Begins another history of the data, for replicas. */
  renewReplicationId(): void;
}
