/**
 * The server's services that commands may use, each an interface of its own in this folder. The server
 * implements them; commands never see how.
 */

import type { CommandKeys } from '../keys.js';
import type { CommandTable } from '../table.js';
import type { Authentication } from './authentication.js';
import type { Blocking } from './blocking.js';
import type { Clients } from './clients.js';
import type { Limits } from './limits.js';
import type { Observers } from './observers.js';
import type { PubSub } from './pubsub.js';
import type { Transactions } from './transactions.js';

export interface Services {
  readonly commands: CommandTable;
  readonly keys: CommandKeys;
  readonly blocking: Blocking;
  readonly pubsub: PubSub;
  readonly transactions: Transactions;
  readonly authentication: Authentication;
  readonly clients: Clients;
  readonly observers: Observers;
  readonly limits: Limits;
}
