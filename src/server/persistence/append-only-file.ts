/**
 * The append-only file of a server: what changes (aof-writing.ts) is written behind a base that holds the data of one moment,
 * and read again at the start. It decides which files there are: when they are opened, read, and written anew.
 *
 * A rewrite begins with a snapshot and, in the same moment, a new increment: the base that the snapshot becomes holds
 * what was before, the increment what comes after. Until the base is whole the manifest names the old files, and the
 * new increment behind them; so nothing is lost when a rewrite fails.
 *
 * Source: redis.io/docs/management/persistence of Redis 7.
 */
import type { AppendOnlyFile as AppendOnlyFileService } from '../../commands/services/append-only-file.js';
import type { Client } from '../../commands/services/client.js';
import { RdbFileLoader } from '../../persistence/rdb/file-loader.js';
import { ConfigMistake } from '../config/mistake.js';
import { NOTICE, WARNING } from '../log-levels.js';
import { AofFiles } from './aof-files.js';
import { AofLoading, type LoadedFile } from './aof-loading.js';
import type { AofLog } from './aof-log.js';
import type { ManifestFile } from './aof-manifest.js';
import { AofReplay, type ReplayHost } from './aof-replay.js';
import type { AofRewrite } from './aof-rewrite.js';
import { AofRewriting, type RewritingHost } from './aof-rewriting.js';
import { AofWriting, type AofWritingHost } from './aof-writing.js';
import type { Disk } from './disk.js';
import { dropAll, type EmptiedHost } from './drop-all.js';
import type { Loading } from './loading.js';
import type { RdbFileHost } from './rdb-file.js';
import { targetOf } from './rdb-target.js';
import type { SnapshotFormat, Snapshots } from './snapshots.js';

export interface AppendOnlyFileHost extends RdbFileHost, ReplayHost, AofWritingHost, EmptiedHost {
  readonly context: RdbFileHost['context'] & ReplayHost['context'];
  readonly keyspace: RdbFileHost['keyspace'];
}

export class AppendOnlyFile implements AppendOnlyFileService {
  /** `appendonly`. */
  isOn = false;
  readonly writing: AofWriting;
  readonly rewriting: AofRewriting;
  /** Of all files, when they were last opened or written anew: automatic rewrites go by it. */
  baseBytes = 0;

  readonly #host: AppendOnlyFileHost;
  readonly #files: AofFiles | null;
  readonly #snapshots: Snapshots;
  /** Bytes of the files before the one that grows. */
  #olderBytes = 0;
  /** `appendonly` was set while the server runs, and there is no base yet. */
  #awaitsBase = false;

  constructor(host: AppendOnlyFileHost, disk: Disk | null, snapshots: Snapshots) {
    this.#host = host;
    this.#files = disk === null ? null : new AofFiles(disk, host.config);
    this.#snapshots = snapshots;
    this.writing = new AofWriting(host, () => this.isRewriting);
    this.rewriting = new AofRewriting(this.#rewritingHost());
  }

  /** The end of the file; null while nothing is written. */
  get log(): AofLog | null {
    return this.writing.log;
  }

  get isRewriting(): boolean {
    return this.rewriting.isUnderWay;
  }

  get isBusyOtherwise(): boolean {
    return this.#snapshots.isBusy && !this.rewriting.isUnderWay;
  }

  get currentBytes(): number {
    return this.#olderBytes + (this.log?.sizeBytes ?? 0);
  }

  /** What is on the disk, to be read before `start`; null: nothing is. @throws Error */
  open(): Loading | null {
    const files = this.#require();
    files.open();
    return files.all.length === 0 ? null : this.#makeLoading(files.all);
  }

  /** Begins to write, behind what was read; at the very first start behind a base of the data there are. @throws Error */
  start(): void {
    const files = this.#require();
    files.makeDirectory();
    if (files.all.length === 0) this.#createBase(files);
    const file = files.openToAppend((message) => this.#host.log(NOTICE, message));
    this.isOn = true;
    this.baseBytes = files.totalBytes;
    this.#olderBytes = this.baseBytes - this.writing.begin(file).sizeBytes;
  }

  /** `appendonly` while the server runs. @throws ConfigMistake when it can't be turned on */
  turn(isWanted: boolean): void {
    if (isWanted === this.isOn) return;
    if (!isWanted) {
      this.end();
      return;
    }
    try {
      const files = this.#require();
      files.makeDirectory();
      files.open();
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      this.#host.log(WARNING, `Can't turn on the append-only file: ${error.message}`);
      throw new ConfigMistake('Unable to turn on AOF. Check server logs.');
    }
    this.isOn = true;
    this.#awaitsBase = true;
    this.scheduleRewrite();
  }

  /** Everything goes to the disk, and nothing more is written. @returns false when that failed */
  end(): boolean {
    this.isOn = false;
    this.#awaitsBase = false;
    this.rewriting.abandon();
    const { log } = this;
    if (log === null) return true;
    let isKept = true;
    try {
      this.#host.log(NOTICE, 'Calling fsync() on the AOF file.');
      log.syncNow();
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      this.#host.log(WARNING, `Error writing the AOF file: ${error.message}`);
      isKept = false;
    }
    this.writing.end();
    return isKept;
  }

  /** @returns true when a rewrite began */
  tick(): boolean {
    this.log?.tick();
    // Data that aren't whole yet are none to be shown.
    return this.#host.keyspace.replacement === null && this.rewriting.tick();
  }

  rewrite(): boolean {
    return this.rewriting.begin();
  }

  scheduleRewrite(): void {
    this.rewriting.schedule();
  }

  reload(): boolean {
    const host = this.#host;
    try {
      const files = this.#require();
      this.log?.flush(true);
      if (!this.isOn) files.open();
      // redis-server would end; the data are worth more than that.
      if (files.all.length === 0) throw new Error('There is no append-only file to load');
      const loading = this.#makeLoading(files.all);
      dropAll(host);
      try {
        while (!loading.step()) {}
      } finally {
        loading.close();
      }
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      host.log(WARNING, error.message);
      return false;
    }
    return true;
  }

  hasSynced(lastUnit: number): boolean {
    const { log } = this;
    // Without its base an increment is of no use.
    return log !== null && !this.#awaitsBase && (log.syncedUnit >= lastUnit || log.isSynced);
  }

  wakeWhen({ id }: Client, offset: number, isDone: () => boolean): void {
    this.writing.waiters.add(id, offset, isDone);
  }

  offsetWaitedFor({ id }: Client): number {
    return this.writing.waiters.offsetOf(id);
  }

  /** More is on a disk, here or at a replica. */
  wakeWaiters(): void {
    this.writing.waiters.wake();
  }

  #require(): AofFiles {
    if (this.#files === null) throw new Error('this server has no disk');
    return this.#files;
  }

  get #format(): SnapshotFormat {
    return this.#host.config.get('aof-use-rdb-preamble') ? 'rdb' : 'commands';
  }

  #makeLoading(files: readonly LoadedFile[]): AofLoading {
    const host = this.#host;
    const { config } = host;
    return new AofLoading(
      {
        disk: this.#require().disk,
        clock: host.clock,
        replay: new AofReplay(host),
        mayTruncate: config.get('aof-load-truncated'),
        stepBytes: config.get('loading-process-events-interval-bytes'),
        makeRdbLoader: () =>
          new RdbFileLoader(targetOf(host, { keepsExpired: true }), config.get('rdbchecksum')),
        log: (level, message) => host.log(level, message),
      },
      files,
    );
  }

  #createBase(files: AofFiles): void {
    const format = this.#format;
    const base = files.nextBase(format === 'rdb');
    this.#host.log(NOTICE, `Creating AOF base file ${base.name} on server start`);
    files.createBase(base, (emit) => {
      this.#snapshots.takeNow(emit, [['aof-base', 1]], format);
    });
  }

  #rewritingHost(): RewritingHost {
    const aof = this;
    const host = this.#host;
    return {
      clock: host.clock,
      config: host.config,
      snapshots: this.#snapshots,
      get format() {
        return aof.#format;
      },
      prepare: () => this.#prepareRewrite(),
      begun: (rewrite) => this.#beginIncrement(rewrite),
      succeeded: (rewrite) => this.#useBase(rewrite),
      failed: (increment) => this.#undoIncrement(increment),
      get growthPercentage() {
        return aof.#growthPercentage;
      },
      hasten: (delayMs) => host.hasten(delayMs),
      log: (level, message) => host.log(level, message),
    };
  }

  /** Since the files were last opened or written anew; 0 while they are too small to be looked at. */
  get #growthPercentage(): number {
    if (!this.isOn || this.currentBytes <= this.#host.config.get('auto-aof-rewrite-min-size')) return 0;
    return Math.floor((this.currentBytes * 100) / Math.max(1, this.baseBytes)) - 100;
  }

  #prepareRewrite(): AofFiles {
    const files = this.#require();
    files.makeDirectory();
    if (!this.isOn) files.open();
    return files;
  }

  /** What comes goes to a new increment, if anything is written at all. */
  #beginIncrement(rewrite: AofRewrite): void {
    if (!this.isOn) return;
    const files = this.#require();
    this.log?.drain();
    const increment = files.nextIncrement();
    this.#host.log(NOTICE, `Creating AOF incr file ${increment.name} on background rewrite`);
    const file = files.create(increment);
    rewrite.increment = increment;
    if (this.log === null) {
      this.writing.begin(file);
      return;
    }
    files.save(files.manifest.withIncrement(increment));
    this.#olderBytes += this.log.sizeBytes;
    this.writing.continueIn(file);
  }

  /** An increment without a base in front of it is of no use. @returns true while there has to be a base */
  #undoIncrement(increment: ManifestFile | null): boolean {
    const files = this.#require();
    if (increment !== null && !files.manifest.increments.includes(increment)) {
      if (this.#awaitsBase) this.writing.end();
      files.disk.remove(files.pathOf(increment.name));
    }
    return this.#awaitsBase;
  }

  /** The new base is in its place: from now on it counts. */
  #useBase({ base, increment, writtenBytes }: AofRewrite): void {
    const files = this.#require();
    const { manifest } = files;
    const whole = this.#awaitsBase && increment !== null ? manifest.withIncrement(increment) : manifest;
    files.save(whole.withBase(base, increment?.sequence ?? Number.POSITIVE_INFINITY));
    this.#awaitsBase = false;
    this.#olderBytes = writtenBytes;
    this.baseBytes = this.currentBytes;
    this.wakeWaiters();
    try {
      files.removeHistory();
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      // They are removed at the next start.
      this.#host.log(WARNING, `Can't remove old files of the append-only file: ${error.message}`);
    }
  }
}
