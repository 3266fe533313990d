/** What went to and fro between clients and server, for INFO stats. */
export class Traffic {
  inputBytes = 0;
  outputBytes = 0;
  /** Batches of requests taken from frontends. */
  reads = 0;
  /** Pieces of replies handed to frontends. */
  writes = 0;

  received(bytes: number): void {
    this.inputBytes += bytes;
    this.reads++;
  }

  sent(bytes: number): void {
    this.outputBytes += bytes;
    this.writes++;
  }

  reset(): void {
    this.inputBytes = 0;
    this.outputBytes = 0;
    this.reads = 0;
    this.writes = 0;
  }
}
