/**
 * What a load consists of, as data: it travels to the generator's process and into the report, and a run
 * is repeated from it. Behaviour lives elsewhere: one file per kind of group, in this folder or in faults/.
 */
import type { ValueSize } from './key-values.js';

/** Clients that SET and GET keys of their own and check every reply. */
export interface KeyValueGroup {
  readonly kind: 'key-value';
  readonly clients: number;
  /** Requests that each client has in flight: always (closed loop), or at most (open loop). */
  readonly pipeline: number;
  readonly readPercent: number;
  readonly keysPerClient: number;
  readonly valueSizes: readonly ValueSize[];
  /**
   * Requests per second of all clients together, whatever the server does: an open loop, latency timed
   * from when each request was due. Null is a closed loop: each reply brings the next request.
   */
  readonly ratePerSecond: number | null;
}

/** Connections that do nothing. */
export interface IdleGroup {
  readonly kind: 'idle';
  readonly clients: number;
}

/** Clients that ask for much and never read a byte of it. */
export interface NeverReadsGroup {
  readonly kind: 'never-reads';
  readonly clients: number;
  /** GETs that each sends, and the size of the value that each asks for. */
  readonly requests: number;
  readonly valueBytes: number;
}

/** Clients that send a request one byte at a time and never come to its end. */
export interface TrickleGroup {
  readonly kind: 'trickle';
  readonly clients: number;
  readonly byteIntervalMs: number;
}

/** Clients that all connect at once, SET and GET one key, leave, and come again once the last has left. */
export interface StormGroup {
  readonly kind: 'storm';
  readonly clients: number;
  readonly valueBytes: number;
}

/** Publishers with a channel each, and subscribers that check that they get every message once and in order. */
export interface PubsubGroup {
  readonly kind: 'pubsub';
  /** Publishers and subscribers together. */
  readonly clients: number;
  readonly channels: number;
  readonly subscribersPerChannel: number;
  readonly messageBytes: number;
  /** Messages per second of all publishers; null: each publishes when all have got its last message. */
  readonly ratePerSecond: number | null;
}

export type Group = KeyValueGroup | IdleGroup | NeverReadsGroup | TrickleGroup | StormGroup | PubsubGroup;

export interface Workload {
  readonly groups: readonly Group[];
}

/** Connections that the workload opens, all groups together. */
export function countClients(workload: Workload): number {
  return workload.groups.reduce((sum, group) => sum + group.clients, 0);
}
