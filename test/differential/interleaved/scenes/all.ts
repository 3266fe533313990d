/** Every scene there is. */
import type { Scene } from '../scene.js';
import { blocking, swapping } from './blocking.js';
import { leaving } from './leaving.js';
import { notifications } from './notifications.js';
import { publishing } from './publishing.js';
import { severalKeys } from './several-keys.js';
import { streams } from './streams.js';
import { tracking } from './tracking.js';
import { transactions } from './transactions.js';

export const scenes: readonly Scene[] = [
  transactions,
  blocking,
  swapping,
  severalKeys,
  notifications,
  publishing,
  tracking,
  streams,
  leaving,
];
