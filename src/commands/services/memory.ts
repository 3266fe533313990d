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
  /** Of `used`, what isn't keys and values: tables of keys, expiry, clients. */
  readonly overhead: number;
  readonly dataset: number;
  readonly clients: number;
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
