/** Events that took too long, a short history of each kind. */
import type {
  Latency,
  LatencyDistribution,
  LatencyEvent,
  LatencySample,
} from '../../commands/services/latency.js';
import type { CommandStatistics } from './command-statistics.js';

/** Seconds remembered of each event. */
const SAMPLE_COUNT_MAX = 160;

class History implements LatencyEvent {
  readonly samples: { seconds: number; milliseconds: number }[] = [];
  longestMs = 0;

  constructor(readonly name: string) {}

  add({ seconds, milliseconds }: LatencySample): void {
    this.longestMs = Math.max(this.longestMs, milliseconds);
    const last = this.samples.at(-1);
    if (last !== undefined && last.seconds === seconds) {
      last.milliseconds = Math.max(last.milliseconds, milliseconds);
      return;
    }
    this.samples.push({ seconds, milliseconds });
    if (this.samples.length > SAMPLE_COUNT_MAX) this.samples.shift();
  }
}

export class LatencyMonitor implements Latency {
  /** `latency-monitor-threshold` */
  thresholdMs = 0;
  readonly #statistics: CommandStatistics;
  readonly #histories = new Map<string, History>();

  constructor(statistics: CommandStatistics) {
    this.#statistics = statistics;
  }

  /** Something took so long; recorded when that is long enough. */
  took(name: string, elapsedUs: number, nowMs: number): void {
    const milliseconds = Math.floor(elapsedUs / 1000);
    if (this.thresholdMs === 0 || milliseconds < this.thresholdMs) return;
    let history = this.#histories.get(name);
    if (history === undefined) {
      history = new History(name);
      this.#histories.set(name, history);
    }
    history.add({ seconds: Math.floor(nowMs / 1000), milliseconds });
  }

  event(name: string): LatencyEvent | null {
    return this.#histories.get(name) ?? null;
  }

  events(): readonly LatencyEvent[] {
    return [...this.#histories.values()];
  }

  forget(name: string): boolean {
    return this.#histories.delete(name);
  }

  distribution(commandId: number): LatencyDistribution | null {
    this.#statistics.complete();
    return this.#statistics.histograms[commandId];
  }
}
