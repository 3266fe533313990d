/** All data and all libraries of functions go: others are about to be loaded in their place. */
import type { Observers } from '../../commands/services/observers.js';
import type { Keyspace } from '../../engine/keyspace.js';
import type { FunctionLibraries } from '../../persistence/rdb/functions.js';

export interface EmptiedHost {
  readonly keyspace: Keyspace;
  readonly observers: Observers;
  readonly functions: FunctionLibraries | null;
}

export function dropAll({ keyspace, observers, functions }: EmptiedHost): void {
  if (observers.mask !== 0) for (const db of keyspace.databases) observers.databaseReplacing(db, null);
  keyspace.flushAll();
  functions?.flush();
}
