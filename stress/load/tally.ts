/** What one generator process has counted so far. Clients write into it; it decides nothing. */
import { Histogram } from './histogram.js';

/** Texts that explain a kind of error, one for each kind: thousands of clients fail alike. */
const EXAMPLES_MAX = 5;

export class Tally {
  /** The measured span on the generator's clock; replies outside it are checked and not timed. */
  windowStartUs = Number.POSITIVE_INFINITY;
  windowEndUs = Number.POSITIVE_INFINITY;

  /** Each client is in `planned` once and ends as one of finished or lost. */
  planned = 0;
  connected = 0;
  finished = 0;
  lost = 0;

  /** Whole run, and only within the window. */
  requests = 0;
  replies = 0;
  operations = 0;
  /** Requests that fell due in the window and were not sent before its end, because the client still waited. */
  unsent = 0;
  /** Keys that the server must hold. */
  keysWritten = 0;

  /** Requests sent (closed loop) or due (open loop) within the window. */
  readonly latency = new Histogram();
  /** From connect to established. */
  readonly connecting = new Histogram();
  /** Open loop: how long after it was due the generator sent a request that nothing else held up. */
  readonly lateness = new Histogram();

  readonly errors = new Map<string, number>();
  readonly examples: string[] = [];
  /** What servers may do, and readers of the report should know. */
  readonly tolerated = new Map<string, number>();

  countError(kind: string, example = ''): void {
    const isFirst = !this.errors.has(kind);
    this.errors.set(kind, (this.errors.get(kind) ?? 0) + 1);
    if (isFirst && example !== '' && this.examples.length < EXAMPLES_MAX) {
      this.examples.push(`${kind}: ${example}`);
    }
  }

  countTolerated(event: string): void {
    this.tolerated.set(event, (this.tolerated.get(event) ?? 0) + 1);
  }

  /** One reply, to a request sent or due at `sinceUs`. */
  answered(sinceUs: number, nowUs: number): void {
    this.replies++;
    if (nowUs >= this.windowStartUs && nowUs < this.windowEndUs) this.operations++;
    if (sinceUs >= this.windowStartUs && sinceUs < this.windowEndUs) this.latency.record(nowUs - sinceUs);
  }
}
