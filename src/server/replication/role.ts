/** What ROLE says of a server. */
import type { Role } from '../../commands/services/replication.js';
import type { Master } from './master.js';
import type { Replicas } from './replicas.js';

export interface RoleHost {
  /** Null: it follows nobody. */
  readonly master: Master | null;
  readonly replicas: Replicas;
}

export function roleOf({ master, replicas }: RoleHost): Role {
  if (master !== null) {
    const { address, port, state } = master;
    return { kind: 'slave', address, port, state, offset: state === 'connected' ? replicas.offset : -1 };
  }
  return {
    kind: 'master',
    offset: replicas.offset,
    replicas: replicas.all
      .filter(({ state }) => state === 'online')
      .map(({ address, listeningPort, acknowledgedOffset }) => ({
        address,
        port: listeningPort,
        offset: acknowledgedOffset,
      })),
  };
}
