/** Where the server's memory is. Implemented by the server. All figures in bytes. */
export interface MemoryFigures {
  readonly used: number;
  readonly peak: number;
  /** Used when the server started. */
  readonly startup: number;
  /** Of `used`, what isn't keys and values: tables, expiry, clients, and what was there at the start. */
  readonly overhead: number;
  readonly dataset: number;
  readonly clients: number;
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
