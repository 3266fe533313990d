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

export type Group = KeyValueGroup;

export interface Workload {
  readonly groups: readonly Group[];
}

/** Connections that the workload opens, all groups together. */
export function countClients(workload: Workload): number {
  return workload.groups.reduce((sum, group) => sum + group.clients, 0);
}
