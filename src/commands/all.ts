/** Every command januskv has, family by family. A new family adds its line here. */
import { aclCommands } from './acl/commands.js';
import { bitmapCommands } from './bitmap/commands.js';
import { connectionCommands } from './connection/commands.js';
import type { Declaration } from './define.js';
import { genericCommands } from './generic/commands.js';
import { geoCommands } from './geo/commands.js';
import { hashCommands } from './hash/commands.js';
import { hyperloglogCommands } from './hyperloglog/commands.js';
import { listCommands } from './list/commands.js';
import { pubsubCommands } from './pubsub/commands.js';
import { scriptingCommands } from './scripting/commands.js';
import { serverCommands } from './server/commands.js';
import { setCommands } from './set/commands.js';
import { sortedSetCommands } from './sorted-set/commands.js';
import { streamCommands } from './stream/commands.js';
import { stringCommands } from './string/commands.js';
import { transactionCommands } from './transactions/commands.js';

export const allCommands: readonly Declaration[] = [
  ...connectionCommands,
  ...aclCommands,
  ...genericCommands,
  ...stringCommands,
  ...bitmapCommands,
  ...hyperloglogCommands,
  ...hashCommands,
  ...listCommands,
  ...setCommands,
  ...sortedSetCommands,
  ...geoCommands,
  ...streamCommands,
  ...pubsubCommands,
  ...scriptingCommands,
  ...serverCommands,
  ...transactionCommands,
];
