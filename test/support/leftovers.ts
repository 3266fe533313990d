/**
 * Root hooks: no test leaves a process behind. When the last test is over (with `--parallel`, the last of each file), whatever
 * was started by tests, directly or not, and still runs is killed and named, as a failure.
 */
import assert from 'node:assert/strict';
import { relative } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { killAll, mark, markedProcesses } from './marked-processes.js';

const MARK = 'JANUSKV_TESTED_BY';
/** Whoever was told to end may take this long. */
const GRACE_MS = 3000;
const POLL_MS = 20;

let current: Mocha.Runnable | undefined;

export const mochaHooks: Mocha.RootHookObject = {
  beforeAll(this: Mocha.Context) {
    mark(MARK);
    const file = this.test?.parent?.suites[0]?.file;
    // For whoever looks at processes, or has to kill this one.
    if (file !== undefined) process.title = `mocha ${relative(process.cwd(), file)}`;
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
    let left = markedProcesses(MARK);
    for (let waitedMs = 0; left.length > 0 && waitedMs < GRACE_MS; waitedMs += POLL_MS) {
      await sleep(POLL_MS);
      left = markedProcesses(MARK);
    }
    killAll(left);
    const names = left.map(({ pid, command }) => `${pid} ${command}`);
    assert.equal(left.length, 0, `processes were left running, and are killed now:\n${names.join('\n')}`);
  },
};

/** The run is stopped from outside, which is when one wants to know what it waited for. */
function cutOff(): void {
  if (current !== undefined) console.error(`cut off: ${current.file}: ${current.fullTitle()}`);
  killAll(markedProcesses(MARK));
}
