/** MEMORY DOCTOR: what is wrong with the memory, in words. */
import type { MemoryFigures } from '../services/memory.js';

/** With less than this the runtime outweighs the data, and ratios say nothing. */
const TOO_LITTLE_BYTES = 5 * 1024 * 1024;
const PEAK_RATIO_MAX = 1.5;
const ARENA_RATIO_MAX = 1.5;
const CLIENT_BYTES_SHARE_MAX = 0.25;

function complaints(figures: MemoryFigures): string[] {
  const { used, peak, arenaUsed, arenaReserved, clients } = figures;
  const found: string[] = [];
  if (peak > used * PEAK_RATIO_MAX) {
    found.push('The peak was much higher than what is used now: the resident size may still show it.');
  }
  if (arenaReserved > arenaUsed * ARENA_RATIO_MAX) {
    found.push(
      'Much of the arena is unused: values of other sizes were removed. It fills up again as data comes, and pages that become wholly free go back.',
    );
  }
  if (clients > used * CLIENT_BYTES_SHARE_MAX) {
    found.push(
      'Clients make the server keep much: CLIENT LIST tells who sends large requests (qbuf), queues many (multi-mem) or does not take its replies (omem).',
    );
  }
  return found;
}

export function diagnoseMemory(figures: MemoryFigures): string {
  if (figures.used < TOO_LITTLE_BYTES) {
    return 'The server is empty, or nearly so: its figures say nothing yet.\n';
  }
  const found = complaints(figures);
  if (found.length === 0) return 'No memory problem was found.\n';
  return found.map((text, index) => `${index + 1}. ${text}\n`).join('');
}
