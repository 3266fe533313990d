/**
 * Rewrites of an append-only file: when they begin, how they end, and what INFO says of them. What a rewrite means for
 * the files is its owner's affair.
 */
import type { Clock } from '../../base/clock.js';
import type { Config } from '../config/config.js';
import { NOTICE, WARNING } from '../log-levels.js';
import type { AofFiles } from './aof-files.js';
import type { ManifestFile } from './aof-manifest.js';
import { AofRewrite } from './aof-rewrite.js';
import { SnapshotCancelled, type SnapshotFormat, type Snapshots } from './snapshots.js';

/** After so many failures in a row the server's own attempts wait, each twice as long as the one before. */
const FAILURES_UNPUNISHED = 3;
const FAILURE_DELAY_MS = 60_000;
const FAILURE_DELAY_MS_MAX = 3_600_000;

/** The owner of the files. */
export interface RewritingHost {
  readonly clock: Clock;
  readonly config: Config;
  readonly snapshots: Snapshots;
  readonly format: SnapshotFormat;
  /** Ready for a new base. @throws Error */
  prepare(): AofFiles;
  /** The base will hold everything up to now: what comes goes to a new increment, which is returned. @throws Error */
  begun(rewrite: AofRewrite): void;
  /** The base is in its place: from now on it counts. @throws Error */
  succeeded(rewrite: AofRewrite): void;
  /** There will be no such base. @returns true when there has to be another attempt */
  failed(increment: ManifestFile | null): boolean;
  readonly growthPercentage: number;
  hasten(delayMs: number): void;
  log(level: number, message: string): void;
}

export class AofRewriting {
  /** Begun since the start, as Redis counts them. */
  count = 0;
  failuresInARow = 0;
  lastSucceeded = true;
  /** -1: none yet. */
  lastSeconds = -1;
  isScheduled = false;

  readonly #host: RewritingHost;
  #rewrite: AofRewrite | null = null;
  /** Monotonic clock. */
  #notBeforeUs = Number.NEGATIVE_INFINITY;

  constructor(host: RewritingHost) {
    this.#host = host;
  }

  get isUnderWay(): boolean {
    return this.#rewrite !== null;
  }

  /** When the one under way began; -1: there is none. */
  get startedMs(): number {
    return this.#rewrite?.startedMs ?? -1;
  }

  /** As soon as nothing is in the way; failures before don't count. */
  schedule(): void {
    this.isScheduled = true;
    this.#notBeforeUs = Number.NEGATIVE_INFINITY;
    this.#host.hasten(0);
  }

  /** Nobody wants one any more. */
  abandon(): void {
    this.isScheduled = false;
    if (this.#rewrite === null) return;
    this.#rewrite.isAbandoned = true;
    this.#host.snapshots.cancel();
  }

  /** @returns true when one began */
  tick(): boolean {
    const { snapshots, clock } = this.#host;
    if (snapshots.isBusy || this.#rewrite !== null || clock.monotonicUs() < this.#notBeforeUs) return false;
    return (this.isScheduled || this.#hasGrown()) && this.begin();
  }

  /** No snapshot may be under way. @returns false when it failed at once */
  begin(): boolean {
    const host = this.#host;
    this.isScheduled = false;
    this.count++;
    try {
      const files = host.prepare();
      const base = files.nextBase(host.format === 'rdb');
      const rewrite = new AofRewrite({
        disk: files.disk,
        base,
        path: files.pathOf(base.name),
        draftPath: files.baseDraftPath,
        syncsOnTheWay: host.config.get('aof-rewrite-incremental-fsync'),
        startedMs: host.clock.wallMs(),
        begun: () => host.begun(rewrite),
        makesRoom: () => host.hasten(0),
        finished: (error) => this.#ended(rewrite, error),
      });
      this.#rewrite = rewrite;
      host.snapshots.begin(rewrite, [['aof-base', 1]], host.format);
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      host.log(WARNING, `Can't rewrite append only file in background: ${error.message}`);
      this.#failed(null);
      return false;
    }
    // It may have failed in its first moment.
    if (this.#rewrite === null) return false;
    host.log(NOTICE, 'Background append only file rewriting started');
    return true;
  }

  /** `auto-aof-rewrite-percentage` */
  #hasGrown(): boolean {
    const percentage = this.#host.config.get('auto-aof-rewrite-percentage');
    const { growthPercentage } = this.#host;
    if (percentage === 0 || growthPercentage < percentage) return false;
    this.#host.log(NOTICE, `Starting automatic rewriting of AOF on ${growthPercentage}% growth`);
    return true;
  }

  #ended(rewrite: AofRewrite, error: Error | null): void {
    const host = this.#host;
    this.#rewrite = null;
    let failure = error;
    if (failure === null) {
      host.log(NOTICE, 'Background AOF rewrite terminated with success');
      try {
        host.succeeded(rewrite);
      } catch (thrown) {
        if (!(thrown instanceof Error)) throw thrown;
        failure = thrown;
      }
    }
    this.lastSeconds = Math.floor((host.clock.wallMs() - rewrite.startedMs) / 1000);
    if (failure === null) {
      this.failuresInARow = 0;
      this.lastSucceeded = true;
      host.log(NOTICE, 'Background AOF rewrite finished successfully');
    } else if (rewrite.isAbandoned) {
      host.failed(rewrite.increment);
    } else {
      host.log(WARNING, `Background AOF rewrite terminated with error: ${failure.message}`);
      // Whatever it is: the snapshot is to end, too.
      host.snapshots.cancel();
      if (failure instanceof SnapshotCancelled) {
        // The data went away: there is little to write now.
        host.failed(rewrite.increment);
        this.schedule();
      } else {
        this.#failed(rewrite.increment);
      }
    }
  }

  #failed(increment: ManifestFile | null): void {
    this.failuresInARow++;
    this.lastSucceeded = false;
    if (this.#host.failed(increment)) this.isScheduled = true;
    if (this.failuresInARow < FAILURES_UNPUNISHED) return;
    const doublings = this.failuresInARow - FAILURES_UNPUNISHED;
    const delayMs = Math.min(FAILURE_DELAY_MS * 2 ** doublings, FAILURE_DELAY_MS_MAX);
    this.#notBeforeUs = this.#host.clock.monotonicUs() + delayMs * 1000;
  }
}
