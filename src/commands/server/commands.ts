/** Every command about the server. */
import type { Declaration } from '../define.js';
import { bgrewriteaof } from './append-only-file.js';
import { asking, cluster, readonly, readwrite } from './cluster.js';
import { command } from './command.js';
import { config } from './config.js';
import { debug } from './debug.js';
import { failover } from './failover.js';
import { info, lolwut, time } from './info.js';
import { latency } from './latency.js';
import { memory } from './memory.js';
import { modules } from './modules.js';
import { monitor } from './monitor.js';
import { replicaof, role, slaveof } from './replication.js';
import { bgsave, lastsave, save } from './save.js';
import { shutdown } from './shutdown.js';
import { slowlog } from './slow-log.js';
import { psync, replconf, sync } from './sync.js';

export const serverCommands: readonly Declaration[] = [
  asking,
  bgrewriteaof,
  bgsave,
  cluster,
  command,
  config,
  debug,
  failover,
  info,
  lastsave,
  latency,
  lolwut,
  memory,
  modules,
  monitor,
  readonly,
  readwrite,
  psync,
  replconf,
  replicaof,
  role,
  save,
  shutdown,
  slaveof,
  slowlog,
  sync,
  time,
];
