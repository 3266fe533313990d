/** Who gives way, in a process of its own: there is no way back. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { workerCount } from '../../src/process/background-threads.js';
import { describeOnLinux } from '../support/linux.js';

/** Nobody has a higher niceness. */
const LOWEST = 19;

const PROGRAM = `
  import { readdirSync } from 'node:fs';
  import { getPriority } from 'node:os';
  import { makeOthersGiveWay } from './src/process/background-threads.ts';
  import { Scheduler } from './src/native/scheduling.ts';
  const before = getPriority(process.pid);
  const workers = await makeOthersGiveWay();
  const scheduler = await Scheduler.load();
  const others = readdirSync('/proc/self/task').map(Number).filter((thread) => thread !== process.pid);
  console.log(JSON.stringify({
    before,
    change: getPriority(process.pid) - before,
    isOrdinary: scheduler.isOrdinary(process.pid),
    workers: workers.map((thread) => getPriority(thread)),
    othersLower: others.filter((thread) => getPriority(thread) > before).length,
    others: others.length,
    othersPatient: others.filter((thread) => !scheduler.isOrdinary(thread)).length,
  }));
`;

describe('workerCount', () => {
  it('is what Node was told, or four', () => {
    assert.equal(workerCount([]), 4);
    assert.equal(workerCount(['--no-warnings', '--v8-pool-size=1']), 1);
    assert.equal(workerCount(['--v8-pool-size', '2', '--no-warnings']), 2);
    assert.equal(workerCount(['--trace-gc --v8-pool-size=3', '--v8-pool-size=1']), 1);
  });
});

describeOnLinux('makeOthersGiveWay', () => {
  it('has all threads wait for the one that serves, unless that is refused', function () {
    this.timeout(30_000);
    const words = ['--v8-pool-size=3', '--import', 'tsx', '--input-type=module', '--eval', PROGRAM];
    const output = execFileSync(process.execPath, words, { encoding: 'utf8', timeout: 20_000 });
    const { before, change, isOrdinary, workers, others, othersLower, othersPatient } = JSON.parse(output);
    assert.deepEqual([change, isOrdinary], [0, true]);
    if (workers.length === 0) return;
    // V8's three, and libuv's.
    assert.ok(workers.length >= 3, output);
    assert.deepEqual(new Set(workers), new Set([LOWEST]));
    // Threads that came since, as koffi's, have the serving one's schedule.
    assert.ok(othersPatient >= 5 && othersPatient <= others, output);
    // Where these tests are as patient as can be, nobody is lower.
    assert.equal(othersLower, before === LOWEST ? 0 : othersPatient, output);
  });
});
