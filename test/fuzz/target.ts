/** What is fuzzed: something that takes any bytes at all, and keeps a promise about them. */
export interface FuzzTarget {
  /** Lower case, as on the command line. */
  readonly name: string;
  /** What a mutation puts in now and then: words that the target looks for. */
  readonly dictionary: readonly string[];
  /** Inputs to begin with, besides those kept in `seeds/`. */
  seeds(): Buffer[];
  /** @throws when the promise is broken; refusing the input is no such thing */
  run(input: Buffer): void;
  /** Called now and then: what no single input shows, memory that doesn't come back for one. @throws likewise */
  settle?(): void;
}

/** Made anew for each run: targets keep a server. */
export type CreateTarget = () => FuzzTarget;
