/** Data that are read a step at a time: at the start, or when a master has sent them. */
export interface Loading {
  readonly totalBytes: number;
  readonly loadedBytes: number;
  /** @returns true when all is there @throws Error when it can't be read */
  step(): boolean;
  /** Called once, also after an error. */
  close(): void;
}
