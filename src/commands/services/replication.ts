/** This server among others: who follows it, and whom it follows. Implemented by the server. */
import type { Client } from './client.js';

export type Role =
  | {
      readonly kind: 'master';
      readonly offset: number;
      readonly replicas: readonly {
        readonly address: string;
        readonly port: number;
        readonly offset: number;
      }[];
    }
  | {
      readonly kind: 'slave';
      readonly address: string;
      readonly port: number;
      readonly state: string;
      readonly offset: number;
    };

/** What a client that wants to follow gets: `nothing` for now, for a snapshot comes. */
export type SyncAnswer =
  | { readonly kind: 'nothing' }
  /** The server follows one that it can't reach. */
  | { readonly kind: 'no-master' }
  /** The client hasn't taken all that it was told before. */
  | { readonly kind: 'pending-output' }
  /** @property id the name of the history; empty for clients that don't know of names */
  | { readonly kind: 'continue'; readonly id: string; readonly missed: Buffer };

export interface FailoverRequest {
  /** Null: whoever has everything first. */
  readonly target: { readonly address: string; readonly port: number } | null;
  /** When the time is up it takes over whether it has everything or not. */
  readonly isForced: boolean;
  /** 0: for ever. */
  readonly timeoutMs: number;
}

export interface Replication {
  readonly isReplica: boolean;
  /** FAILOVER is under way: who follows whom is its business. */
  readonly isFailingOver: boolean;
  /** @returns false when it follows that one already */
  follow(address: string, port: number): boolean;
  /** It follows nobody from now on. */
  lead(): void;
  role(): Role;
  /** REPLCONF: what a replica tells of itself. */
  configure(client: Client, option: string, value: string): void;
  /** A replica has taken in so much of the stream, and has so much of it on its disk. */
  acknowledged(client: Client, offset: number, syncedOffset: number): void;
  /** The master wants to know how far this server is; from anybody else it means nothing. */
  acknowledgeToMaster(client: Client): void;
  /** @param id `?` for none, empty for SYNC @param offset the first byte it wants, counted from 1 */
  /** @param hasReplies what the client asked before, in the same batch, is answered and not yet sent */
  synchronize(client: Client, id: string, offset: number, hasReplies: boolean): SyncAnswer;
  /** FAILOVER. @throws ReplyError */
  failOver(request: FailoverRequest): void;
  /** @throws ReplyError */
  abortFailover(): void;
  /** A master wants this replica to take its place. @throws ReplyError */
  takeOver(id: string): void;
  /** Where in the stream what a client wrote so far ends. */
  offsetOf(client: Client): number;
  /** Replicas that have the stream up to there on their disks. */
  syncedCount(offset: number): number;
  /** Replicas are to say how far they are. */
  askForAcknowledgement(): void;
  /** Replicas that have acknowledged the stream up to there. */
  acknowledgedCount(offset: number): number;
  /** Ends the client's waiting when so many have. */
  wakeWhenAcknowledged(client: Client, offset: number, count: number): void;
}
