/**
 * Every client takes a descriptor, and the system limits how many a process may have. `maxclients` is kept below that
 * limit, so that surplus clients are told so instead of being cut off.
 */
import { readFileSync } from 'node:fs';
import type { Config } from './server/config/config.js';
import { ConfigMistake } from './server/config/mistake.js';

/** For files, listeners and the runtime's own: what Redis keeps back. */
const RESERVED_DESCRIPTORS = 32;

/** How many this process may have open; Infinity where the system doesn't say. Node has raised it as far as it may. */
export function descriptorsMax(): number {
  if (process.platform !== 'linux') return Number.POSITIVE_INFINITY;
  const limits = readFileSync('/proc/self/limits', 'latin1');
  const soft = /^Max open files +([0-9]+)/m.exec(limits)?.[1];
  return soft === undefined ? Number.POSITIVE_INFINITY : Number(soft);
}

/** Lowers `maxclients` to what `descriptors` allow, and has CONFIG SET refuse more. */
export function heedDescriptorLimit(config: Config, descriptors: number): void {
  const clientsMax = Math.max(1, descriptors - RESERVED_DESCRIPTORS);
  if (config.get('maxclients') > clientsMax) config.set([['maxclients', String(clientsMax)]]);
  config.watch('maxclients', (count) => {
    if (count <= clientsMax) return;
    throw new ConfigMistake(
      `The operating system is not able to handle the specified number of clients, try with ${clientsMax}`,
    );
  });
}
