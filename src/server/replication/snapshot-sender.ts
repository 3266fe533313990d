/** One snapshot for all replicas that wait for one. */
import type { AuxField, SnapshotConsumer, SnapshotFilter, Snapshots } from '../persistence/snapshots.js';
import type { Replica } from './replica.js';

/** So much may wait for a replica's socket before the snapshot waits. */
export const PENDING_BYTES_MAX = 8 * 1024 * 1024;

const ALIVE = Buffer.from('\n');

export interface SnapshotSenderHost {
  /** The stream begins anew for them: what comes from here on is not in the snapshot. @returns its offset */
  snapshotBegins(): number;
  readonly id: string;
  /** The database that the stream goes on with. */
  readonly streamDatabase: number;
  /** 40 characters that are in no snapshot. */
  newEndMark(): string;
  disconnect(replica: Replica): void;
  /** Null: all went well. */
  ended(error: Error | null): void;
}

export class SnapshotSender implements SnapshotConsumer {
  readonly #host: SnapshotSenderHost;
  readonly #replicas: Set<Replica>;
  readonly #endMark: string;
  /** Filled in when the snapshot begins. */
  readonly #aux: AuxField[] = [];

  constructor(host: SnapshotSenderHost, replicas: readonly Replica[]) {
    this.#host = host;
    this.#replicas = new Set(replicas);
    this.#endMark = host.newEndMark();
  }

  /** @param filter that all of its replicas asked for */
  start(snapshots: Snapshots, filter: SnapshotFilter): void {
    if (filter === 'all') {
      snapshots.begin(this, this.#aux);
      return;
    }
    this.begun();
    snapshots.takeWithoutData((piece) => this.write(piece), this.#aux, filter);
    this.completed();
  }

  get isCongested(): boolean {
    for (const { session } of this.#replicas) {
      if (session.transport.pendingBytes > PENDING_BYTES_MAX) return true;
    }
    return false;
  }

  /** It goes on by itself: snapshots are taken in ticks of their own. */
  proceed(): void {}

  /** What comes keeps the connection alive, but who has to know its length gets nothing until it is whole. */
  keepAlive(): void {
    for (const replica of this.#replicas) {
      if (replica.state === 'receiving' && !replica.takesEndMark) replica.send(ALIVE);
    }
  }

  /** A replica is gone. @returns true when none is left that wants the snapshot */
  forget(replica: Replica): boolean {
    return this.#replicas.delete(replica) && this.#replicas.size === 0;
  }

  begun(): void {
    const host = this.#host;
    const offset = host.snapshotBegins();
    this.#aux.push(['repl-stream-db', host.streamDatabase], ['repl-id', host.id], ['repl-offset', offset]);
    for (const replica of this.#replicas) {
      replica.state = 'receiving';
      replica.acknowledgedOffset = offset;
      if (!replica.isOld) replica.sendText(`+FULLRESYNC ${host.id} ${offset}\r\n`);
      if (replica.takesEndMark) replica.sendText(`$EOF:${this.#endMark}\r\n`);
    }
  }

  write(piece: Buffer): void {
    for (const replica of this.#replicas) replica.sendSnapshot(piece);
  }

  completed(): void {
    for (const replica of this.#replicas) {
      replica.endSnapshot(this.#endMark);
      // It sends no acknowledgements, and gets nothing else.
      if (replica.wantsSnapshotOnly) replica.session.transport.close(false);
      else if (replica.isOld) replica.goOnline();
    }
    this.#host.ended(null);
  }

  failed(error: Error): void {
    for (const replica of this.#replicas) this.#host.disconnect(replica);
    this.#host.ended(error);
  }
}
