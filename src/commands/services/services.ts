/**
 * The server's services that commands may use, each an interface of its own in this folder. The server
 * implements them; commands never see how.
 */

import type { CommandKeys } from '../keys.js';
import type { CommandTable } from '../table.js';
import type { AccessControl } from './access.js';
import type { AppendOnlyFile } from './append-only-file.js';
import type { Authentication } from './authentication.js';
import type { Blocking } from './blocking.js';
import type { Clients } from './clients.js';
import type { Configuration } from './configuration.js';
import type { Debugging } from './debugging.js';
import type { Dumps } from './dumps.js';
import type { Functions } from './functions.js';
import type { Information } from './information.js';
import type { Latency } from './latency.js';
import type { Lifecycle } from './lifecycle.js';
import type { Limits } from './limits.js';
import type { Memory } from './memory.js';
import type { Migration } from './migration.js';
import type { Monitors } from './monitors.js';
import type { Observers } from './observers.js';
import type { Persistence } from './persistence.js';
import type { Propagation } from './propagation.js';
import type { PubSub } from './pubsub.js';
import type { Replication } from './replication.js';
import type { Scripting } from './scripting.js';
import type { Secrets } from './secrets.js';
import type { SlowLog } from './slow-log.js';
import type { Tracking } from './tracking.js';
import type { Transactions } from './transactions.js';

export interface Services {
  readonly appendOnlyFile: AppendOnlyFile;
  readonly commands: CommandTable;
  readonly keys: CommandKeys;
  readonly blocking: Blocking;
  readonly propagation: Propagation;
  readonly persistence: Persistence;
  readonly pubsub: PubSub;
  readonly functions: Functions;
  readonly replication: Replication;
  readonly scripting: Scripting;
  readonly tracking: Tracking;
  readonly transactions: Transactions;
  readonly access: AccessControl;
  readonly authentication: Authentication;
  readonly clients: Clients;
  readonly configuration: Configuration;
  readonly debugging: Debugging;
  readonly dumps: Dumps;
  readonly observers: Observers;
  readonly limits: Limits;
  readonly information: Information;
  readonly latency: Latency;
  readonly lifecycle: Lifecycle;
  readonly memory: Memory;
  readonly migration: Migration;
  readonly monitors: Monitors;
  readonly secrets: Secrets;
  readonly slowLog: SlowLog;
}
