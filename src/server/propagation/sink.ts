/** Who listens to the effects of commands: the append-only file, replicas. */

/** To the append-only file. */
export const TO_FILE = 1 << 0;
export const TO_REPLICAS = 1 << 1;

export interface PropagationSink {
  /** TO_FILE or TO_REPLICAS: some effects are not for everybody. */
  readonly target: number;
  /** The database selected by what was written last; -1: none, so that a SELECT comes before the next command. */
  selectedDb: number;
  /** What follows belongs together: a command, or a transaction with its MULTI and EXEC. */
  beginUnit(): void;
  /** Whole commands as RESP. The bytes are valid during the call. */
  write(bytes: Buffer, start: number, end: number): void;
}
