/** Something that is read at the start, a step at a time. */
export interface Loading {
  readonly totalBytes: number;
  readonly loadedBytes: number;
  /** @returns true when all is there @throws Error when it can't be read */
  step(): boolean;
  /** Called once, also after an error. */
  close(): void;
}
