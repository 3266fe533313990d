/** What a server's part in replication keeps it from: decided whenever something changes, asked by gates. */
import type { Config } from '../config/config.js';
import { CUT_OFF, READ_ONLY, UNFOLLOWED } from './gates.js';

export interface RestrictedServer {
  readonly config: Config;
  readonly keyspace: { expiryLeftToMaster: boolean; isWrittenBesideMaster: boolean };
  readonly memoryLimit: { isLeftToMaster: boolean };
  states: number;
}

export interface Part {
  /** Null: it follows nobody. */
  readonly master: { readonly isConnected: boolean; readonly address: string; readonly port: number } | null;
  readonly replicas: { readonly goodCount: number };
}

/** It follows another, or nobody any more: that is its configuration from now on, which CONFIG REWRITE keeps. */
export function changePart(server: RestrictedServer, part: Part): void {
  const { master } = part;
  server.config.follow('replicaof', master === null ? ['no', 'one'] : [master.address, String(master.port)]);
  judge(server, part);
}

export function judge(server: RestrictedServer, { master, replicas }: Part): void {
  const { config, keyspace, memoryLimit } = server;
  const least = config.get('min-replicas-to-write');
  const isUnfollowed =
    master === null && least > 0 && config.get('min-replicas-max-lag') > 0 && replicas.goodCount < least;
  const isReadOnly = master !== null && config.get('replica-read-only');
  const isCutOff = master !== null && !master.isConnected && !config.get('replica-serve-stale-data');
  setState(server, UNFOLLOWED, isUnfollowed);
  setState(server, READ_ONLY, isReadOnly);
  setState(server, CUT_OFF, isCutOff);
  // Keys go when the master says so, but for what is written here.
  keyspace.expiryLeftToMaster = master !== null;
  keyspace.isWrittenBesideMaster = master !== null && !isReadOnly;
  memoryLimit.isLeftToMaster = master !== null && config.get('replica-ignore-maxmemory');
}

function setState(server: RestrictedServer, state: number, isSet: boolean): void {
  if (isSet) server.states |= state;
  else server.states &= ~state;
}
