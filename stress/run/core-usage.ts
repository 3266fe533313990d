/**
 * How long cores were busy with anything: what other processes and the hypervisor took of a core that a trial
 * believes to have for itself. Interrupts are left out: on the server's core they are the server's own packets.
 */
import { readFileSync } from 'node:fs';

/** Source: USER_HZ, proc(5). */
const TICK_US = 10_000;

/** Busy time of the cores together; 0 when there are none to look at. */
export function readCoreBusyUs(cores: readonly number[]): number {
  if (cores.length === 0) return 0;
  const stat = readFileSync('/proc/stat', 'latin1');
  let ticks = 0;
  for (const core of cores) {
    const line = new RegExp(`^cpu${core} (.*)$`, 'm').exec(stat)?.[1] ?? '';
    // proc(5): user, nice, system, idle, iowait, irq, softirq, steal.
    const [user, nice, system, , , , , steal] = line.split(' ').map(Number);
    ticks += user + nice + system + steal;
  }
  return ticks * TICK_US;
}
