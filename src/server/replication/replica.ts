/** A client that follows this server: how far it is, and what it has yet to get. */
import type { SnapshotFilter } from '../persistence/snapshots.js';
import type { Session } from '../session.js';
import type { ReplicationTraffic } from './replication-traffic.js';

/**
 * waiting: for a snapshot to begin. receiving: the snapshot. loading: it has all of it, and says so when it is ready.
 * online: it gets the stream as it comes.
 */
export type ReplicaState = 'waiting' | 'receiving' | 'loading' | 'online';

/** As INFO and logs name them. */
export const STATE_NAMES: Readonly<Record<ReplicaState, string>> = {
  waiting: 'wait_bgsave',
  receiving: 'send_bulk',
  loading: 'send_bulk',
  online: 'online',
};

export class Replica {
  state: ReplicaState | null = null;
  /** From REPLCONF. */
  listeningPort = 0;
  announcedAddress = '';
  /** It takes a snapshot whose length isn't known before. */
  takesEndMark = false;
  /** It knows of histories that continue others: its CONTINUE names the history. */
  takesNewHistory = false;
  /** It wants a snapshot and nothing else. */
  wantsSnapshotOnly = false;
  filter: SnapshotFilter = 'all';
  /** It asked with SYNC: no line says what comes. */
  isOld = false;

  /** What it has acknowledged of the stream, and when. */
  acknowledgedOffset = 0;
  acknowledgedMs = 0;
  /** What it has of the stream on its disk; 0 while it keeps no append-only file. */
  syncedOffset = 0;
  /** Since when it waits for a snapshot. */
  readonly sinceMs: number;

  /** Of the stream since its snapshot, until it is online. Pieces are shared with others. */
  #held: Buffer[] = [];
  heldBytes = 0;
  /** The snapshot, when it has to know the length before. */
  #snapshot: Buffer[] = [];

  constructor(
    readonly session: Session,
    nowMs: number,
    readonly traffic: ReplicationTraffic,
  ) {
    this.sinceMs = nowMs;
    this.acknowledgedMs = nowMs;
  }

  /** What it says of itself by REPLCONF. */
  configure(option: string, value: string): void {
    if (option === 'listening-port') this.listeningPort = Number(value);
    else if (option === 'ip-address') this.announcedAddress = value;
    else if (option === 'rdb-only') this.wantsSnapshotOnly = value === '1';
    else if (option === 'rdb-filter-only') this.filter = value === 'functions' ? 'functions' : 'nothing';
    else if (option === 'capa' && value.toLowerCase() === 'eof') this.takesEndMark = true;
    else if (option === 'capa' && value.toLowerCase() === 'psync2') this.takesNewHistory = true;
  }

  get address(): string {
    if (this.announcedAddress !== '') return this.announcedAddress;
    const { peerAddress } = this.session;
    return peerAddress.slice(0, peerAddress.lastIndexOf(':')).replace(/^\[|\]$/g, '');
  }

  get pendingBytes(): number {
    return this.heldBytes + this.session.transport.pendingBytes;
  }

  /** `repl-disable-tcp-nodelay`: fewer and larger packets, which come up to 40 ms later. Of no matter if it can't be. */
  gatherPackets(): void {
    const { transport } = this.session;
    if (!transport.peerAddress.startsWith('/')) transport.setNoDelay?.(false);
  }

  send(bytes: Buffer, start = 0, end = bytes.length): void {
    this.traffic.pushedBytes += end - start;
    this.session.transport.write(bytes, start, end);
  }

  sendText(text: string): void {
    this.send(Buffer.from(text, 'latin1'));
  }

  hold(piece: Buffer): void {
    this.#held.push(piece);
    this.heldBytes += piece.length;
  }

  /** A piece of its snapshot, which it copies or sends at once. */
  sendSnapshot(piece: Buffer): void {
    if (this.takesEndMark) this.send(piece);
    else this.#snapshot.push(Buffer.from(piece));
  }

  /** The snapshot is whole. @param endMark that was announced */
  endSnapshot(endMark: string): void {
    if (this.takesEndMark) {
      this.sendText(endMark);
    } else {
      const length = this.#snapshot.reduce((sum, piece) => sum + piece.length, 0);
      this.sendText(`$${length}\r\n`);
      for (const piece of this.#snapshot) this.send(piece);
      this.#snapshot = [];
    }
    this.state = 'loading';
  }

  goOnline(): void {
    this.state = 'online';
    for (const piece of this.#held) this.send(piece);
    this.#held = [];
    this.heldBytes = 0;
  }
}
