/** `daemonize yes`: the program goes on as a process of its own, without a terminal, and this one ends. */
import { spawn } from 'node:child_process';

/** Tells the process that was started so, which has the same command line, that it is the one to serve. */
const MARK = 'JANUSKV_IS_DAEMON';

export const isDaemon = (): boolean => process.env[MARK] !== undefined;

/** Starts the same program again, detached. */
export function startDaemon(): void {
  const child = spawn(process.execPath, [...process.execArgv, ...process.argv.slice(1)], {
    detached: true,
    stdio: 'ignore',
    env: { ...process.env, [MARK]: '1' },
  });
  child.unref();
}
