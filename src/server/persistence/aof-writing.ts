/**
 * Writes what is passed on (propagation/propagation.ts) to the end of the append-only file, and tells who waits for it: the outbox, whose
 * replies go when a turn's effects are written; gates, which refuse writes while nothing can be kept; WAITAOF.
 *
 * It knows the file that grows, and not which others there are.
 */
import type { Clock } from '../../base/clock.js';
import type { Config } from '../config/config.js';
import type { Propagation } from '../propagation/propagation.js';
import { type PropagationSink, TO_FILE } from '../propagation/sink.js';
import type { Outbox } from '../requests/outbox.js';
import { UNWRITTEN } from './aof-gate.js';
import { AofLog, type SyncPolicy } from './aof-log.js';
import type { AppendedFile } from './disk.js';
import { SyncWaiters, type SyncWaitersHost } from './sync-waiters.js';

export interface AofWritingHost extends SyncWaitersHost {
  readonly clock: Clock;
  readonly config: Config;
  readonly keyspace: { readonly nowMs: number };
  readonly propagation: Propagation;
  readonly outbox: Outbox;
  states: number;
  readonly debugging: { delayWrite(): void };
  /** Runs something when the frontends had their turn. */
  defer(work: () => void): void;
  /** The server can't go on: nobody gets a reply any more. */
  fail(message: string): void;
  log(level: number, message: string): void;
}

export class AofWriting implements PropagationSink {
  readonly target = TO_FILE;
  selectedDb = -1;
  /** The end of the file; null while nothing is written. */
  log: AofLog | null = null;
  /** `appendfsync`, `aof-timestamp-enabled`. */
  syncPolicy: SyncPolicy = 'everysec';
  notesTime = false;
  /** WAITAOF. */
  readonly waiters: SyncWaiters;
  /** Called when more is on the disk. */
  reachedDisk: () => void = () => {};

  readonly #host: AofWritingHost;
  /** A rewrite is under way, which a sync may disturb. */
  readonly #isRewriting: () => boolean;
  #isDeferred = false;
  readonly #settle = (): void => this.settle();

  constructor(host: AofWritingHost, isRewriting: () => boolean) {
    this.#host = host;
    this.#isRewriting = isRewriting;
    this.waiters = new SyncWaiters(host);
    host.outbox.hurry = this.#settle;
  }

  beginUnit(): void {
    const { log } = this;
    if (log === null) return;
    log.appendedUnit = this.#host.propagation.unitCount;
    if (this.notesTime) log.noteTime(Math.floor(this.#host.keyspace.nowMs / 1000));
    if (this.#isDeferred) return;
    this.#isDeferred = true;
    this.#host.outbox.isHolding = true;
    this.#host.defer(this.#settle);
  }

  write(bytes: Buffer, start: number, end: number): void {
    this.log?.append(bytes, start, end);
  }

  /** Writes what was passed on, and lets the replies go. */
  settle(): void {
    this.#isDeferred = false;
    this.log?.flush();
    this.#host.outbox.release();
  }

  /** What is passed on from now on goes to this file. */
  begin(file: AppendedFile): AofLog {
    const { propagation } = this.#host;
    const log = new AofLog(this.#logHost(), file);
    log.appendedUnit = propagation.unitCount;
    log.writtenUnit = propagation.unitCount;
    log.syncedUnit = propagation.unitCount;
    this.log = log;
    this.selectedDb = -1;
    propagation.attach(this);
    return log;
  }

  /** What is passed on from now on goes to another file: nothing may be pending. */
  continueIn(file: AppendedFile): void {
    this.log?.continueIn(file);
    this.selectedDb = -1;
  }

  end(): void {
    const { log } = this;
    if (log === null) return;
    this.#host.propagation.detach(this);
    log.close();
    this.log = null;
    this.#host.outbox.release();
    this.#judge();
  }

  #logHost(): ConstructorParameters<typeof AofLog>[0] {
    const writing = this;
    const host = this.#host;
    return {
      clock: host.clock,
      get syncPolicy() {
        return writing.syncPolicy;
      },
      get maySync() {
        return !writing.#isRewriting() || !host.config.get('no-appendfsync-on-rewrite');
      },
      log: (level, message) => host.log(level, message),
      beforeWrite: () => host.debugging.delayWrite(),
      healthChanged: () => this.#judge(),
      synced: () => {
        this.reachedDisk();
        this.waiters.wake();
      },
      fail: (message) => host.fail(message),
    };
  }

  /** Whether writes are to be refused because they can't be kept. */
  #judge(): void {
    if (this.log?.error) this.#host.states |= UNWRITTEN;
    else this.#host.states &= ~UNWRITTEN;
  }
}
