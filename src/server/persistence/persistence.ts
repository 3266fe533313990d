/**
 * Keeps the data beyond the life of the process: decides when the file is written, loads it at the start, and says
 * what that keeps commands from.
 */

import type { Observers } from '../../commands/services/observers.js';
import type {
  Persistence as PersistenceService,
  ReloadRequest,
  ShutdownRequest,
} from '../../commands/services/persistence.js';
import { NOTICE } from '../log-levels.js';
import { AppendOnlyFile, type AppendOnlyFileHost } from './append-only-file.js';
import type { Disk } from './disk.js';
import { dropAll } from './drop-all.js';
import { ASYNC_LOADING, LOADING, UNSAVED } from './gates.js';
import { loadAtStart } from './load-at-start.js';
import type { Loading } from './loading.js';
import { RdbFile, type RdbFileHost } from './rdb-file.js';
import type { KeyspaceTarget } from './rdb-target.js';
import { Rehearsal } from './rehearsal.js';
import { reachedSavePoint } from './save-points.js';
import { type AuxField, Snapshots, type SnapshotsHost } from './snapshots.js';

/** What loading may take of a tick: nobody is served meanwhile but those who ask how far it is. */
const LOAD_BUDGET_US = 10_000;
/** What a snapshot may take of a turn of the loop: the longest that it makes clients wait, but for huge values. */
const SNAPSHOT_BUDGET_US = 500;
/**
 * After so many turns it rests. On a machine's only core V8's thread, which compiles meanwhile, would otherwise have to take
 * its share from this one, in slices of 4 ms: in a rest it can have it. Commands at the 99th percentile waited 5.2 ms
 * without rests and 3.4 with them, and the snapshot took 1.4 times as long.
 */
const SNAPSHOT_TURNS_PER_REST = 2;
const SNAPSHOT_REST_MS = 1;

export interface PersistenceHost extends RdbFileHost, SnapshotsHost, AppendOnlyFileHost {
  readonly context: AppendOnlyFileHost['context'];
  readonly observers: Observers;
  states: number;
}

interface LoadingNow {
  readonly loading: Loading;
  readonly startedMs: number;
  readonly done: (error: Error | null) => void;
}

export class Persistence implements PersistenceService {
  readonly snapshots: Snapshots;
  readonly rdb: RdbFile;
  readonly aof: AppendOnlyFile;
  /** Replication adds what makes a partial resynchronization possible after a restart. */
  auxFields: () => readonly AuxField[] = () => [];
  /** Replication goes on from where the file that was loaded at the start says. */
  loadedFile: (target: KeyspaceTarget) => void = () => {};

  readonly #host: PersistenceHost;
  #isScheduled = false;
  #loading: LoadingNow | null = null;
  #isReadyToExit = false;
  #snapshotTurns = 0;
  /** Expected, or under way. */
  rehearsal: Rehearsal | null = null;

  constructor(host: PersistenceHost, disk: Disk | null) {
    this.#host = host;
    this.snapshots = new Snapshots(host);
    this.rdb = new RdbFile(
      host,
      disk,
      this.snapshots,
      () => this.auxFields(),
      () => this.#judge(),
    );
    this.aof = new AppendOnlyFile(host, disk, this.snapshots);
    this.#watchAof();
    host.config.watch('stop-writes-on-bgsave-error', () => this.#judge());
    host.config.watch('save', () => this.#judge());
  }

  get isSaving(): boolean {
    return this.rdb.isSaving;
  }

  get isBusyOtherwise(): boolean {
    return this.snapshots.isBusy && !this.rdb.isSaving;
  }

  get lastSaveSeconds(): number {
    return Math.floor(this.rdb.lastSaveMs / 1000);
  }

  /** What is being loaded, and since when; null otherwise. */
  get loading(): { readonly loading: Loading; readonly startedMs: number } | null {
    return this.#loading;
  }

  save(): boolean {
    return this.rdb.save();
  }

  saveInBackground(): boolean {
    this.#isScheduled = false;
    return this.rdb.saveInBackground();
  }

  scheduleSave(): void {
    this.#isScheduled = true;
  }

  flushed(): void {
    this.rdb.cancel();
    if (this.#hasSavePoints) this.rdb.save();
  }

  reload(request: ReloadRequest): 'save' | 'load' | null {
    if (request.saves && !this.rdb.save()) return 'save';
    if (request.flushes) dropAll(this.#host);
    return this.rdb.loadNow(request) ? null : 'load';
  }

  /**
   * Loads what is on the disk, a little in each tick; commands are refused meanwhile.
   * @param done told at the end: null when all is there, or there was nothing
   * @throws Error when what is there can't be read
   */
  loadAtStart(done: (error: Error | null) => void): void {
    loadAtStart(this.#host, this, done);
  }

  /** Loads anything in ticks, while commands are refused. */
  load(loading: Loading, done: (error: Error | null) => void): void {
    const host = this.#host;
    host.states |= LOADING;
    this.#loading = { loading, startedMs: host.clock.wallMs(), done };
    host.hasten(0);
  }

  /**
   * For a process that is the server's alone: once snapshots are to be expected, they are rehearsed. It takes 10 MB, which a mere
   * cache shall not pay for.
   */
  rehearse(): void {
    const { config } = this.#host;
    let isExpected = false;
    const expect = (isSaving: boolean): void => {
      if (isSaving && !isExpected) this.rehearsal = new Rehearsal(this.#host);
      isExpected ||= isSaving;
    };
    config.watch('save', (points) => expect(points.length > 0));
    config.watch('appendonly', expect);
  }

  /** @returns ms until there is more to do */
  tick(): number {
    if (this.#loading !== null) return this.#loadOn(this.#loading);
    const delayMs = this.snapshots.tick(SNAPSHOT_BUDGET_US);
    if (this.aof.tick()) return 0;
    if (this.snapshots.isBusy) return Math.max(delayMs, this.#restMs());
    if (this.#saveIfDue()) return 0;
    if (this.rehearsal === null) return delayMs;
    const restMs = this.rehearsal.tick();
    if (restMs === Number.POSITIVE_INFINITY) this.rehearsal = null;
    return Math.min(delayMs, restMs);
  }

  #restMs(): number {
    return ++this.#snapshotTurns % SNAPSHOT_TURNS_PER_REST === 0 ? SNAPSHOT_REST_MS : 0;
  }

  /**
   * The server is about to end: saves what is to be saved.
   * @returns false when that failed: the server is to go on
   */
  prepareExit({ saves, isForced }: ShutdownRequest): boolean {
    if (this.#isReadyToExit) return true;
    if (this.#isIncomplete) {
      this.#isReadyToExit = true;
      return true;
    }
    this.rdb.cancel();
    this.aof.log?.flush(true);
    const isWanted = saves === 'yes' || (saves === 'default' && this.#hasSavePoints);
    if (isWanted && !this.rdb.save() && !isForced) return false;
    this.#isReadyToExit = true;
    return true;
  }

  /** The server is about to end, and its data are none to keep. */
  abandon(): void {
    this.#isReadyToExit = true;
  }

  /** The server has ended, and nobody changes anything any more. @returns false when not everything could be kept */
  end(): boolean {
    return this.aof.end();
  }

  /** A file or a master's snapshot is being taken in: what is there is no data to keep. */
  get #isIncomplete(): boolean {
    return (this.#host.states & (LOADING | ASYNC_LOADING)) !== 0;
  }

  get #hasSavePoints(): boolean {
    return this.rdb.hasDisk && this.#host.config.get('save').length > 0;
  }

  #watchAof(): void {
    const { config } = this.#host;
    let isInitial = true;
    // What holds at the start is done once the data are there.
    config.watch('appendonly', (isWanted) => {
      if (!isInitial) this.aof.turn(isWanted);
    });
    isInitial = false;
    config.watch('appendfsync', (policy) => {
      this.aof.writing.syncPolicy = policy;
    });
    config.watch('aof-timestamp-enabled', (isWanted) => {
      this.aof.writing.notesTime = isWanted;
    });
  }

  #loadOn(now: LoadingNow): number {
    const { clock, keyspace } = this.#host;
    // At the start no batch has set it: what has expired by now, and times that may not lie ahead, go by it.
    keyspace.nowMs = clock.wallMs();
    const deadlineUs = clock.monotonicUs() + LOAD_BUDGET_US;
    try {
      while (!now.loading.step()) if (clock.monotonicUs() >= deadlineUs) return 0;
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      this.#endLoading(now, error);
      return 0;
    }
    this.#endLoading(now, null);
    return 0;
  }

  #endLoading({ loading, done }: LoadingNow, error: Error | null): void {
    this.#loading = null;
    this.#host.states &= ~LOADING;
    loading.close();
    done(error);
  }

  /** @returns true when a save began */
  #saveIfDue(): boolean {
    if (this.#isIncomplete) return false;
    if (this.#isScheduled) return this.saveInBackground();
    const { config, clock } = this.#host;
    const points = config.get('save');
    if (!this.#hasSavePoints || this.rdb.changesSinceSave === 0) return false;
    const { changesSinceSave, lastSaveMs, lastBackgroundStartMs, lastBackgroundSucceeded } = this.rdb;
    const state = {
      changesSinceSave,
      lastSaveMs,
      lastAttemptMs: lastBackgroundStartMs,
      lastAttemptSucceeded: lastBackgroundSucceeded,
    };
    const reached = reachedSavePoint(points, state, clock.wallMs());
    if (reached === undefined) return false;
    this.#host.log(NOTICE, `${reached.changes} changes in ${reached.seconds} seconds. Saving...`);
    return this.saveInBackground();
  }

  /** Whether writing is to be refused because what is written can't be saved. */
  #judge(): void {
    const { config } = this.#host;
    const isUnsaved =
      config.get('stop-writes-on-bgsave-error') && this.#hasSavePoints && !this.rdb.lastBackgroundSucceeded;
    if (isUnsaved) this.#host.states |= UNSAVED;
    else this.#host.states &= ~UNSAVED;
  }
}
