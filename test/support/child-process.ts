/** What every process started by a test owes to it: an end. */
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';

/** Shorter than a test's timeout, which it leaves room for. */
const END_DEADLINE_MS = 10_000;

/** Whatever ends this process ends the child, too. */
export function endsWithUs(child: ChildProcess): void {
  const kill = (): void => {
    child.kill('SIGKILL');
  };
  process.once('exit', kill);
  child.once('exit', () => process.off('exit', kill));
}

/**
 * Waits for the end of a child that was told to end, or ends by itself.
 *
 * @returns its exit status, or the signal that ended it
 * @throws Error when it was there after the deadline; it is killed then
 */
export async function endOf(
  child: ChildProcess,
  deadlineMs = END_DEADLINE_MS,
): Promise<number | NodeJS.Signals | null> {
  if (child.exitCode === null && child.signalCode === null) {
    const deadline = AbortSignal.timeout(deadlineMs);
    try {
      await once(child, 'exit', { signal: deadline });
    } catch (error) {
      if (!deadline.aborted) throw error;
      child.kill('SIGKILL');
      await once(child, 'exit');
      throw new Error(
        `it had not ended after ${deadlineMs} ms, and was killed: ${child.spawnargs.join(' ')}`,
      );
    }
  }
  return child.exitCode ?? child.signalCode;
}
