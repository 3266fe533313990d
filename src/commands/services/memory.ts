/** Where the server's memory is. Implemented by the server. All figures in bytes. */
export interface DatabaseFigures {
  readonly id: number;
  /** Keys, not bytes. */
  readonly keys: number;
  /** The table that finds keys. */
  readonly index: number;
  /** What knows when keys expire. */
  readonly expiry: number;
}

export interface MemoryFigures {
  readonly used: number;
  readonly peak: number;
  /** Used when the server started. */
  readonly startup: number;
  /** Of `used`, what isn't keys and values: tables of keys, expiry, and all that follows here. */
  readonly overhead: number;
  readonly dataset: number;
  /** Without replicas. */
  readonly clients: number;
  readonly replicas: number;
  /** The stream that is kept for replicas that come back. */
  readonly backlog: number;
  /** What is to be written to the append-only file. */
  readonly aofBuffer: number;
  /** Sources of scripts and of functions' libraries. */
  readonly scripts: number;
  readonly functions: number;
  /** Those that hold keys. */
  readonly databases: readonly DatabaseFigures[];
  /** Handed out by the arena, taken by it from the system. */
  readonly arenaUsed: number;
  readonly arenaReserved: number;
  readonly resident: number;
  readonly heapUsed: number;
  readonly heapTotal: number;
}

export interface Memory {
  figures(): MemoryFigures;
}
