/**
 * The end of an append-only file: what was passed on gathers in memory, is written when the frontends had their turn,
 * and reaches the disk as `appendfsync` says.
 *
 *     append → pending → written (survives the process) → synced (survives the machine)
 *
 * `always`: written and synced at once; a failure ends the server, because clients would be told of what may be lost.
 * `everysec`: synced once a second by another thread; while it is at that, writing waits for two seconds at most.
 * A failure to write keeps what is pending and is tried again every second; meanwhile the owner refuses writes.
 *
 * Source: redis.io/docs/management/persistence, "How durable is the append only file?"
 */
import { copyBytes } from '../../base/bytes.js';
import type { Clock } from '../../base/clock.js';
import { WARNING } from '../log-levels.js';
import type { AppendedFile } from './disk.js';

const INITIAL_BYTES = 64 * 1024;
/** A buffer that grew beyond this is given back. */
const KEPT_BYTES_MAX = 1024 * 1024;
/** How long writing waits for a disk that is busy syncing. */
const POSTPONED_MS_MAX = 2000;
const RETRY_MS = 1000;
const SYNC_INTERVAL_MS = 1000;
/** Failures are told of no more often. */
const TOLD_INTERVAL_MS = 30_000;

export type SyncPolicy = 'always' | 'everysec' | 'no';

export interface AofLogHost {
  readonly clock: Clock;
  readonly syncPolicy: SyncPolicy;
  /** False while a rewrite is under way that is not to be disturbed. */
  readonly maySync: boolean;
  log(level: number, message: string): void;
  /** What is pending is about to be written. */
  beforeWrite(): void;
  /** Writing or syncing failed, or goes again: `error` says which. */
  healthChanged(): void;
  /** More is on the disk than before. */
  synced(): void;
  /** What clients are about to be told can't be kept: the server has to end. */
  fail(message: string): void;
}

export class AofLog {
  /** Why the last write failed; null: it didn't. */
  writeError: Error | null = null;
  /** Why the last sync in the background failed. */
  syncError: Error | null = null;
  /** How often writing waited too long for a sync. */
  delayedSyncs = 0;
  /** Numbers of units (propagation/propagation.ts): all up to these were appended, written, synced. */
  appendedUnit = 0;
  writtenUnit = 0;
  syncedUnit = 0;
  sizeBytes: number;

  readonly #host: AofLogHost;
  #file: AppendedFile;
  #pending: Buffer = Buffer.from(new ArrayBuffer(INITIAL_BYTES));
  #pendingBytes = 0;
  #isSyncing = false;
  #isClosed = false;
  #unsyncedBytes = 0;
  /** Syncs under way of files that don't grow any more. */
  #oldSyncCount = 0;
  #notedSecond = 0;
  /** Monotonic clock, as all of these; −∞: it isn't, or never. */
  #postponedSinceMs = Number.NEGATIVE_INFINITY;
  #syncedAtMs = Number.NEGATIVE_INFINITY;
  #triedAtMs = Number.NEGATIVE_INFINITY;
  #toldAtMs = Number.NEGATIVE_INFINITY;

  constructor(host: AofLogHost, file: AppendedFile) {
    this.#host = host;
    this.#file = file;
    this.sizeBytes = file.sizeBytes;
  }

  get error(): Error | null {
    return this.writeError ?? this.syncError;
  }

  get pendingBytes(): number {
    return this.#pendingBytes;
  }

  get isSyncing(): boolean {
    return this.#isSyncing;
  }

  /** Everything appended is on the disk. */
  get isSynced(): boolean {
    const isIdle = !this.#isSyncing && this.#oldSyncCount === 0 && this.error === null;
    return isIdle && this.#pendingBytes === 0 && this.#unsyncedBytes === 0;
  }

  append(bytes: Buffer, start: number, end: number): void {
    const length = this.#pendingBytes + end - start;
    if (length > this.#pending.length) {
      const grown = Buffer.from(new ArrayBuffer(Math.max(length, this.#pending.length * 2)));
      this.#pending.copy(grown, 0, 0, this.#pendingBytes);
      this.#pending = grown;
    }
    copyBytes(bytes, start, end, this.#pending, this.#pendingBytes);
    this.#pendingBytes = length;
  }

  /** When what follows was written, for those who want the data of an earlier moment. */
  noteTime(second: number): void {
    if (second === this.#notedSecond) return;
    this.#notedSecond = second;
    const note = Buffer.from(`#TS:${second}\r\n`);
    this.append(note, 0, note.length);
  }

  /** Writes what is pending, and syncs as the policy says. @param isForced doesn't wait for a sync under way */
  flush(isForced = false): void {
    if (this.#isClosed) return;
    if (this.#pendingBytes > 0) {
      if (!isForced && this.#mustPostpone()) return;
      this.#postponedSinceMs = Number.NEGATIVE_INFINITY;
      if (!this.#write()) return;
    }
    if (this.#unsyncedBytes > 0 && this.#host.maySync) this.#syncByPolicy();
  }

  /** Called now and then: tries again what failed, and syncs what the last flush left. */
  tick(): void {
    if (this.#pendingBytes === 0 && this.#unsyncedBytes === 0) return;
    if (this.writeError !== null && this.#nowMs() - this.#triedAtMs < RETRY_MS) return;
    this.flush();
  }

  /** Writes and syncs everything, holding the thread up. @throws Error of the system */
  syncNow(): void {
    this.drain();
    this.#file.sync();
    this.#synced(this.writtenUnit);
  }

  /** Writes what is pending. @throws Error of the system */
  drain(): void {
    if (this.#pendingBytes > 0) this.#writePending();
  }

  /** Goes on in another file; nothing may be pending. The old one goes to the disk by and by. */
  continueIn(file: AppendedFile): void {
    if (this.#unsyncedBytes > 0 && this.#host.syncPolicy === 'always') this.#syncOrFail();
    const old = this.#file;
    const upTo = this.writtenUnit;
    const isSynced = this.#unsyncedBytes === 0 && !this.#isSyncing;
    this.#file = file;
    this.sizeBytes = file.sizeBytes;
    this.#unsyncedBytes = 0;
    this.#notedSecond = 0;
    if (!isSynced) {
      this.#oldSyncCount++;
      old.syncLater((error) => {
        this.#oldSyncCount--;
        if (error !== null) this.#syncFailed(error);
        else this.#reached(upTo);
      });
    }
    old.close();
  }

  #nowMs(): number {
    return this.#host.clock.monotonicUs() / 1000;
  }

  /** What is pending is dropped. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#file.close();
  }

  #mustPostpone(): boolean {
    if (this.#host.syncPolicy !== 'everysec' || !this.#isSyncing) return false;
    const nowMs = this.#nowMs();
    if (this.#postponedSinceMs === Number.NEGATIVE_INFINITY) this.#postponedSinceMs = nowMs;
    if (nowMs - this.#postponedSinceMs < POSTPONED_MS_MAX) return true;
    this.delayedSyncs++;
    this.#host.log(
      WARNING,
      'Asynchronous AOF fsync is taking too long (disk is busy?). Writing the AOF buffer without waiting for fsync to complete, this may slow down Redis.',
    );
    return false;
  }

  /** @returns false when not all was written */
  #write(): boolean {
    const host = this.#host;
    this.#triedAtMs = this.#nowMs();
    try {
      this.#writePending();
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      if (this.#triedAtMs - this.#toldAtMs >= TOLD_INTERVAL_MS) {
        this.#toldAtMs = this.#triedAtMs;
        host.log(WARNING, `Error writing to the AOF file: ${error.message}`);
      }
      if (host.syncPolicy === 'always') {
        host.fail("Can't recover from AOF write error when the AOF fsync policy is 'always'. Exiting...");
        return false;
      }
      this.writeError = error;
      host.healthChanged();
      return false;
    }
    if (this.writeError !== null) {
      this.writeError = null;
      this.#toldAtMs = Number.NEGATIVE_INFINITY;
      host.log(WARNING, 'AOF write error looks solved, Redis can write again.');
      host.healthChanged();
    }
    return true;
  }

  /** Writes all that is pending or, when that fails, as good as nothing: no part of a unit stays behind. */
  #writePending(): void {
    this.#host.beforeWrite();
    let written = 0;
    try {
      while (written < this.#pendingBytes) {
        written += this.#file.write(this.#pending, written, this.#pendingBytes);
      }
    } catch (error) {
      if (written > 0) this.#undo(written);
      throw error;
    }
    this.#wrote(written);
    this.writtenUnit = this.appendedUnit;
    if (this.#pending.length > KEPT_BYTES_MAX) this.#pending = Buffer.from(new ArrayBuffer(INITIAL_BYTES));
  }

  /** A part was written: takes it back, or else goes on behind it the next time. */
  #undo(written: number): void {
    try {
      this.#file.truncate(this.sizeBytes);
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      this.#host.log(
        WARNING,
        `Could not remove short write from the append-only file. Redis may refuse to load the AOF the next time it starts. ftruncate: ${error.message}`,
      );
      this.#wrote(written);
    }
  }

  #wrote(bytes: number): void {
    this.#pending.copyWithin(0, bytes, this.#pendingBytes);
    this.#pendingBytes -= bytes;
    this.sizeBytes += bytes;
    this.#unsyncedBytes += bytes;
  }

  #syncByPolicy(): void {
    const { syncPolicy } = this.#host;
    if (syncPolicy === 'always') {
      this.#syncOrFail();
    } else if (syncPolicy === 'everysec' && !this.#isSyncing) {
      if (this.#nowMs() - this.#syncedAtMs >= SYNC_INTERVAL_MS) this.#syncLater();
    }
  }

  #syncOrFail(): void {
    try {
      this.#file.sync();
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      this.#host.fail(
        `Can't persist AOF for fsync error when the AOF fsync policy is 'always': ${error.message}. Exiting...`,
      );
      return;
    }
    this.#synced(this.writtenUnit);
  }

  #syncLater(): void {
    const upTo = this.writtenUnit;
    this.#isSyncing = true;
    this.#unsyncedBytes = 0;
    this.#syncedAtMs = this.#nowMs();
    this.#file.syncLater((error) => {
      this.#isSyncing = false;
      if (error !== null) {
        this.#unsyncedBytes++;
        this.#syncFailed(error);
        return;
      }
      this.#reached(upTo);
    });
  }

  #syncFailed(error: Error): void {
    this.#host.log(WARNING, `Fail to fsync the AOF file: ${error.message}`);
    this.syncError = error;
    this.#host.healthChanged();
  }

  #synced(unit: number): void {
    this.#unsyncedBytes = 0;
    this.#syncedAtMs = this.#nowMs();
    this.#reached(unit);
  }

  #reached(unit: number): void {
    this.syncedUnit = Math.max(this.syncedUnit, unit);
    this.#host.synced();
    if (this.syncError === null) return;
    this.syncError = null;
    this.#host.healthChanged();
  }
}
