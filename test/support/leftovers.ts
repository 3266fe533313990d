/**
 * Root hooks: no test leaves a process behind. Every process that a test starts, itself or through others, inherits a mark in
 * its environment. When the last test is over (with `--parallel`, the last of each file), whatever still has it is killed and
 * named, as a failure. Needs /proc, and does nothing elsewhere.
 */
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

const MARK = `JANUSKV_TESTED_BY=${process.pid}`;
/** Whoever was told to end may take this long. */
const GRACE_MS = 3000;
const POLL_MS = 20;
/** tsx keeps its compiler running. */
const OURS = /\/esbuild --service=/;

interface Leftover {
  readonly pid: number;
  readonly command: string;
}

let current: Mocha.Runnable | undefined;

export const mochaHooks: Mocha.RootHookObject = {
  beforeAll() {
    const [name, value] = MARK.split('=');
    process.env[name] = value;
    process.once('SIGTERM', cutOff);
  },
  beforeEach(this: Mocha.Context) {
    current = this.currentTest;
  },
  afterEach() {
    current = undefined;
  },
  async afterAll() {
    process.off('SIGTERM', cutOff);
    let left = leftovers();
    for (let waitedMs = 0; left.length > 0 && waitedMs < GRACE_MS; waitedMs += POLL_MS) {
      await sleep(POLL_MS);
      left = leftovers();
    }
    for (const { pid } of left) kill(pid);
    const names = left.map(({ pid, command }) => `${pid} ${command}`);
    assert.equal(left.length, 0, `processes were left running, and are killed now:\n${names.join('\n')}`);
  },
};

/** The run is stopped from outside, which is when one wants to know what it hung in. */
function cutOff(): void {
  if (current !== undefined) console.error(`cut off: ${current.file}: ${current.fullTitle()}`);
  for (const { pid } of leftovers()) kill(pid);
  process.exit(1);
}

/** Zombies have no environment, and don't count. */
function leftovers(): Leftover[] {
  if (!existsSync('/proc/self/environ')) return [];
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .filter((pid) => read(pid, 'environ').split('\0').includes(MARK))
    .map((pid) => ({ pid: Number(pid), command: read(pid, 'cmdline').replaceAll('\0', ' ').trim() }))
    .filter(({ command }) => command !== '' && !OURS.test(command));
}

/** @returns nothing of a process that has ended, or is another user's */
function read(pid: string, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'latin1');
  } catch {
    return '';
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    // It ended meanwhile.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
