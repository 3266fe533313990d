/** What commands may ask of a server, each part by the interface that they know (src/commands/services). */
import type { Services } from '../commands/services/services.js';
import type { JanusServer } from './server.js';

export function servicesOf(server: JanusServer): Services {
  return {
    commands: server.table,
    keys: server.keys,
    access: server.access,
    authentication: server.access,
    blocking: server.blocking,
    propagation: server.propagation,
    pubsub: server.pubsub,
    functions: server.functions,
    scripting: server.scripting,
    tracking: server.tracking,
    transactions: server.transactions,
    clients: server.clients,
    observers: server.observers,
    limits: server.limits,
    debugging: server.debugging,
    dumps: server.dumps,
    persistence: server.persistence,
    lifecycle: server.shutdown,
    migration: server.migrations,
    replication: server.replication,
    appendOnlyFile: server.persistence.aof,
    ...server.introspection.services(),
  };
}
