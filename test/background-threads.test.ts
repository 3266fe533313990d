/** Whose priority is lowered, in a process of its own: there is no way back. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { workerCount } from '../src/background-threads.js';
import { describeOnLinux } from './v2/support/linux.js';

const PROGRAM = `
  import { readdirSync } from 'node:fs';
  import { getPriority } from 'node:os';
  import { makeV8GiveWay } from './src/background-threads.ts';
  const before = getPriority(process.pid);
  makeV8GiveWay();
  makeV8GiveWay();
  const priorities = readdirSync('/proc/self/task').map((thread) => getPriority(Number(thread)));
  const lowered = priorities.filter((priority) => priority === Math.min(19, before + 5));
  console.log(JSON.stringify([getPriority(process.pid) - before, lowered.length >= 5]));
`;

describe('workerCount', () => {
  it('is what Node was told, or four', () => {
    assert.equal(workerCount([]), 4);
    assert.equal(workerCount(['--no-warnings', '--v8-pool-size=1']), 1);
    assert.equal(workerCount(['--v8-pool-size', '2', '--no-warnings']), 2);
    assert.equal(workerCount(['--trace-gc --v8-pool-size=3', '--v8-pool-size=1']), 1);
  });
});

describeOnLinux('makeV8GiveWay', () => {
  it('lowers the priority of five threads, and not of the one that serves', function () {
    this.timeout(30_000);
    const words = ['--import', 'tsx', '--input-type=module', '--eval', PROGRAM];
    const output = execFileSync(process.execPath, words, { encoding: 'utf8', timeout: 20_000 });
    assert.deepEqual(JSON.parse(output), [0, true]);
  });
});
