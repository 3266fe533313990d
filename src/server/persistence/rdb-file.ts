/**
 * `dbfilename` in `dir`: written by SAVE and BGSAVE, at save points and at the end, read at the start. A file is written
 * beside the one there is and takes its place when it is whole and on the disk; so there is always one that is whole.
 */

import type { Clock } from '../../base/clock.js';
import type { ReloadRequest } from '../../commands/services/persistence.js';
import type { Keyspace } from '../../engine/keyspace.js';
import type { EncodingLimits } from '../../engine/types/encoding-limits.js';
import { RdbFileLoader } from '../../persistence/rdb/file-loader.js';
import type { FunctionLibraries } from '../../persistence/rdb/functions.js';
import { BadFormat } from '../../persistence/rdb/reader.js';
import type { Config } from '../config/config.js';
import { pathIn } from '../config/families/persistence.js';
import { NOTICE, WARNING } from '../log-levels.js';
import type { Disk, SourceFile } from './disk.js';
import { DraftWriter } from './draft-writer.js';
import { FileLoading } from './file-loading.js';
import { type KeyspaceTarget, type LoadOptions, targetOf } from './rdb-target.js';
import { ReceivedFile } from './received-file.js';
import { type AuxField, SnapshotCancelled, type Snapshots } from './snapshots.js';

export interface RdbFileHost {
  readonly clock: Clock;
  readonly config: Config;
  readonly keyspace: Keyspace;
  readonly context: { readonly dirty: number; readonly encodingLimits: EncodingLimits };
  readonly functions: FunctionLibraries | null;
  readonly process: { readonly pid: number };
  readonly introspection: { readonly runId: string };
  log(level: number, message: string): void;
  hasten(delayMs: number): void;
  sleep(ms: number): void;
}

/** Who wants the file of a background save, too: replicas. */
export interface SaveWatcher {
  /** What the file shows is as of now. */
  begun(): void;
  /** Null: the file is in its place. */
  ended(error: Error | null): void;
}

interface BackgroundSave {
  readonly watcher: SaveWatcher | null;
  readonly startedMs: number;
  readonly changesBefore: number;
  readonly writer: DraftWriter;
}

/** A file being read. */
export interface RdbLoad {
  readonly target: KeyspaceTarget;
  readonly loading: FileLoading;
}

export class RdbFile {
  lastSaveMs: number;
  lastBackgroundStartMs = 0;
  lastBackgroundSucceeded = true;
  /** -1: none yet. */
  lastBackgroundSeconds = -1;
  /** Begun, as Redis counts them. */
  saveCount = 0;
  loadedCount = 0;
  expiredCount = 0;

  readonly #host: RdbFileHost;
  readonly #disk: Disk | null;
  readonly #snapshots: Snapshots;
  /** Fields that replication adds. */
  readonly #aux: () => readonly AuxField[];
  /** Told when a background save ended, well or not. */
  readonly #settled: () => void;
  #background: BackgroundSave | null = null;
  /** `context.dirty` as of the last save. */
  #changesSaved = 0;

  constructor(
    host: RdbFileHost,
    disk: Disk | null,
    snapshots: Snapshots,
    aux: () => readonly AuxField[],
    settled: () => void,
  ) {
    this.#host = host;
    this.#disk = disk;
    this.#snapshots = snapshots;
    this.#aux = aux;
    this.#settled = settled;
    this.lastSaveMs = host.clock.wallMs();
  }

  get changesSinceSave(): number {
    return this.#host.context.dirty - this.#changesSaved;
  }

  /** Without one, nothing is saved unless a client asks for it, in vain. */
  get hasDisk(): boolean {
    return this.#disk !== null;
  }

  get isSaving(): boolean {
    return this.#background !== null;
  }

  /** When the save under way began; -1: there is none. */
  get startedMs(): number {
    return this.#background?.startedMs ?? -1;
  }

  get path(): string {
    const { config } = this.#host;
    return pathIn(config.get('dir'), config.get('dbfilename'));
  }

  /** SAVE. @returns false when that failed */
  save(): boolean {
    this.saveCount++;
    try {
      const draft = this.#require().draft(this.path, this.#draftPath('save'));
      try {
        this.#snapshots.takeNow((piece) => draft.writeNow(piece), this.#aux());
        draft.completeNow();
      } catch (error) {
        draft.discard();
        throw error;
      }
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      this.#host.log(WARNING, `Error saving the DB on disk: ${error.message}`);
      return false;
    }
    this.#host.log(NOTICE, 'DB saved on disk');
    this.#saved(this.#host.context.dirty);
    this.lastBackgroundSucceeded = true;
    this.#settled();
    return true;
  }

  /** BGSAVE; no snapshot may be under way. @returns false when it can't even begin: the watcher isn't told then */
  saveInBackground(watcher: SaveWatcher | null = null): boolean {
    const host = this.#host;
    this.lastBackgroundStartMs = host.clock.wallMs();
    this.saveCount++;
    try {
      const syncsOnTheWay = host.config.get('rdb-save-incremental-fsync');
      const draft = this.#require().draft(this.path, this.#draftPath('bgsave'), syncsOnTheWay);
      const writer = new DraftWriter(
        draft,
        () => host.hasten(0),
        (error) => this.#ended(error),
      );
      this.#background = {
        startedMs: this.lastBackgroundStartMs,
        changesBefore: host.context.dirty,
        writer,
        watcher,
      };
      const aux: AuxField[] = [];
      // Where the stream is when the snapshot begins, which may be later than it was asked for.
      writer.begun = () => {
        watcher?.begun();
        aux.push(...this.#aux());
      };
      this.#snapshots.begin(writer, aux);
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      host.log(WARNING, `Can't save in background: ${error.message}`);
      this.lastBackgroundSucceeded = false;
      this.#background = null;
      this.#settled();
      return false;
    }
    host.log(NOTICE, 'Background saving started');
    return true;
  }

  /** What was saved in the background so far is dropped. */
  cancel(): void {
    if (this.#background !== null) this.#snapshots.cancel();
  }

  /** @returns null when there is no file @throws Error of the system */
  open(options: LoadOptions): RdbLoad | null {
    const { config } = this.#host;
    const source = this.#disk?.open(this.path) ?? null;
    if (source === null) return null;
    const target = targetOf(this.#host, options);
    const loader = new RdbFileLoader(target, config.get('rdbchecksum'));
    const stepBytes = config.get('loading-process-events-interval-bytes');
    return { target, loading: new FileLoading(source, loader, stepBytes) };
  }

  /** The file that was saved last. @throws Error of the system, or when it is gone */
  openSaved(): SourceFile {
    const source = this.#require().open(this.path);
    if (source === null) throw new Error('the file is gone');
    return source;
  }

  /**
   * A master's snapshot goes to the disk before it is loaded.
   * @param finished told once: null when it is on the disk
   * @throws Error of the system
   */
  receive(finished: (error: Error | null) => void): ReceivedFile {
    return new ReceivedFile(this.#require(), this.#draftPath('sync'), this.path, finished);
  }

  /** `rdb-del-sync-files`: a file that was saved for replicas goes, where nothing else is to be kept. */
  dropIfUnwanted(): void {
    const { config } = this.#host;
    const keepsData = config.get('save').length > 0 || config.get('appendonly');
    if (config.get('rdb-del-sync-files') && !keepsData) this.#require().remove(this.path);
  }

  /** A file was read whole: the data are as if they had just been saved. */
  loaded({ target }: RdbLoad): void {
    this.loadedCount = target.loadedCount;
    this.expiredCount = target.expiredCount;
    this.#changesSaved = this.#host.context.dirty;
  }

  /** DEBUG RELOAD's second half. @returns false when the file can't be read */
  loadNow(request: ReloadRequest): boolean {
    let load: RdbLoad | null = null;
    try {
      load = this.open({ replaces: request.merges });
      if (load === null) throw new BadFormat('there is no file');
      while (!load.loading.step()) {}
      this.loaded(load);
      return true;
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      this.#host.log(WARNING, `Error loading the DB: ${error.message}`);
      return false;
    } finally {
      load?.loading.close();
    }
  }

  #ended(error: Error | null): void {
    const background = this.#background;
    this.#background = null;
    if (background === null) return;
    const host = this.#host;
    const seconds = Math.floor((host.clock.wallMs() - background.startedMs) / 1000);
    if (error === null) {
      host.log(NOTICE, 'Background saving terminated with success');
      this.#saved(background.changesBefore);
      this.lastBackgroundSucceeded = true;
      this.lastBackgroundSeconds = seconds;
    } else {
      // Whatever it is: the snapshot is to end, too.
      this.#snapshots.cancel();
      if (error instanceof SnapshotCancelled) {
        host.log(WARNING, 'Background saving called off');
      } else {
        host.log(WARNING, `Background saving error: ${error.message}`);
        this.lastBackgroundSucceeded = false;
        this.lastBackgroundSeconds = seconds;
      }
    }
    this.#settled();
    background.watcher?.ended(error);
  }

  #saved(changes: number): void {
    this.#changesSaved = changes;
    this.lastSaveMs = this.#host.clock.wallMs();
  }

  /** @param use two drafts of one server may be there at once */
  #draftPath(use: string): string {
    const { config, process, introspection } = this.#host;
    return pathIn(config.get('dir'), `temp-${use}-${process.pid}-${introspection.runId.slice(0, 8)}.rdb`);
  }

  #require(): Disk {
    if (this.#disk === null) throw new Error('this server has no disk');
    return this.#disk;
  }
}
