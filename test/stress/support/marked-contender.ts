/** Contenders whose processes can be found, for tests of whether any is left. */
import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { faultyCommand } from './faulty-trial.js';

/** A contender that makes the mistake, and a mark by which its process is found. */
export function faulty(mistake: string): { option: string[]; mark: string } {
  const mark = `mark-${randomBytes(6).toString('hex')}`;
  return { option: ['--contender', `own=${faultyCommand(mistake)} ${mark}`, '--contenders', 'own'], mark };
}

/** The command itself has the mark among its arguments too, and so has, for a moment, every child it forks. */
export function serversWith(mark: string): string[] {
  return readdirSync('/proc').filter((pid) => {
    if (!/^\d+$/.test(pid)) return false;
    try {
      const words = readFileSync(`/proc/${pid}/cmdline`, 'latin1');
      return words.includes(mark) && !words.includes('--contender');
    } catch (error) {
      // It ended while we looked.
      if (['ENOENT', 'ESRCH'].includes((error as NodeJS.ErrnoException).code ?? '')) return false;
      throw error;
    }
  });
}
