/**
 * `repl-diskless-sync no`: the data are saved as BGSAVE saves them, and then the file goes to all replicas that waited for it.
 * What changes meanwhile is held back for them, as with a snapshot that goes to them as it is taken.
 */
import type { SourceFile } from '../persistence/disk.js';
import type { RdbFile } from '../persistence/rdb-file.js';
import type { Replica } from './replica.js';
import { PENDING_BYTES_MAX, type SnapshotSenderHost } from './snapshot-sender.js';

const PIECE_BYTES = 64 * 1024;
/** Keeps a connection alive while there is nothing to send. */
const ALIVE = Buffer.from('\n');

export class FileSender {
  readonly #host: SnapshotSenderHost;
  readonly #replicas: Set<Replica>;
  readonly #rdb: RdbFile;
  readonly #piece: Buffer = Buffer.from(new ArrayBuffer(PIECE_BYTES));
  /** Null until the file is there. */
  #source: SourceFile | null = null;

  constructor(host: SnapshotSenderHost, replicas: readonly Replica[], rdb: RdbFile) {
    this.#host = host;
    this.#replicas = new Set(replicas);
    this.#rdb = rdb;
  }

  start(): void {
    const isBegun = this.#rdb.saveInBackground({
      begun: () => this.#begun(),
      ended: (error) => this.#saved(error),
    });
    if (!isBegun) this.#failed(new Error('the data can not be saved'));
  }

  /** A replica is gone. @returns false: what is being saved is of use without it */
  forget(replica: Replica): boolean {
    this.#replicas.delete(replica);
    return false;
  }

  /** As much of the file goes out as the replicas take. Called at each tick. */
  proceed(): void {
    const source = this.#source;
    if (source === null) return;
    try {
      while (!this.#isCongested()) {
        const bytes = this.#replicas.size === 0 ? 0 : source.read(this.#piece, 0);
        if (bytes === 0) {
          this.#sent();
          return;
        }
        for (const replica of this.#replicas) replica.send(this.#piece.subarray(0, bytes));
      }
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      this.#close();
      this.#failed(error);
    }
  }

  keepAlive(): void {
    if (this.#source !== null) return;
    for (const replica of this.#replicas) if (replica.state === 'receiving') replica.send(ALIVE);
  }

  #begun(): void {
    const host = this.#host;
    const offset = host.snapshotBegins();
    for (const replica of this.#replicas) {
      replica.state = 'receiving';
      replica.acknowledgedOffset = offset;
      if (!replica.isOld) replica.sendText(`+FULLRESYNC ${host.id} ${offset}\r\n`);
    }
  }

  #saved(error: Error | null): void {
    if (error !== null) {
      this.#failed(error);
      return;
    }
    try {
      this.#source = this.#rdb.openSaved();
    } catch (thrown) {
      if (!(thrown instanceof Error)) throw thrown;
      this.#failed(thrown);
      return;
    }
    for (const replica of this.#replicas) replica.sendText(`$${this.#source.sizeBytes}\r\n`);
    this.proceed();
  }

  #isCongested(): boolean {
    for (const { session } of this.#replicas) {
      if (session.transport.pendingBytes > PENDING_BYTES_MAX) return true;
    }
    return false;
  }

  #sent(): void {
    this.#close();
    for (const replica of this.#replicas) {
      replica.state = 'loading';
      if (replica.wantsSnapshotOnly) replica.session.transport.close(false);
      else if (replica.isOld) replica.goOnline();
    }
    this.#rdb.dropIfUnwanted();
    this.#host.ended(null);
  }

  #failed(error: Error): void {
    for (const replica of this.#replicas) this.#host.disconnect(replica);
    this.#host.ended(error);
  }

  #close(): void {
    this.#source?.close();
    this.#source = null;
  }
}
