/**
 * Asks in a process of its own: the test's own thread stays as it is. A sandbox or an older kernel may refuse, or take no
 * notice: what it says about itself afterwards has to agree with what was answered.
 */
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { release } from 'node:os';
import { Scheduler } from '../../src/native/scheduling.js';
import { ENOSYS, SystemError } from '../../src/native/system-error.js';
import { describeOnLinux } from '../support/linux.js';

const PROGRAM = `
  import { readFileSync } from 'node:fs';
  import { getPriority } from 'node:os';
  import { Scheduler } from './src/native/scheduling.ts';
  const sliceNs = () => {
    try {
      const [, digits] = /^se\\.slice\\s*:\\s*(\\d+)$/m.exec(readFileSync('/proc/self/sched', 'latin1')) ?? [];
      return digits === undefined ? null : Number(digits);
    } catch (error) {
      if (error.code !== 'ENOENT' && error.code !== 'EACCES') throw error;
      return null;
    }
  };
  const scheduler = await Scheduler.load();
  const look = () => ({
    isOrdinary: scheduler.isOrdinary(0),
    niceness: getPriority(process.pid),
    sliceNs: sliceNs(),
  });
  const before = look();
  const niceness = Math.min(19, before.niceness + 1);
  const isGranted = scheduler.set(0, { isPatient: true, niceness, sliceMs: 7.5 });
  console.log(JSON.stringify({ isGranted, before, after: look() }));
`;

interface Outcome {
  readonly isGranted: boolean;
  readonly before: Scheduling;
  readonly after: Scheduling;
}

interface Scheduling {
  readonly isOrdinary: boolean;
  readonly niceness: number;
  /** Null: the kernel doesn't tell. */
  readonly sliceNs: number | null;
}

const TIMEOUT_MS = 20_000;
const SLICE_NS = 7_500_000;

/** Since Linux 6.12 a slice is what its thread asks for. */
function heedsSlices(): boolean {
  const [major, minor] = release().split('.').map(Number);
  return major > 6 || (major === 6 && minor >= 12);
}

describeOnLinux('Scheduler', () => {
  const run = (file: string, words: readonly string[]): Outcome =>
    JSON.parse(execFileSync(file, words, { encoding: 'utf8', timeout: TIMEOUT_MS }));
  const node = ['--import', 'tsx', '--input-type=module', '--eval', PROGRAM];

  it('makes a thread patient, less urgent, and its slices long, or says that it was refused', function () {
    this.timeout(TIMEOUT_MS);
    const { isGranted, before, after } = run(process.execPath, node);
    if (!isGranted) {
      assert.deepEqual(after, before);
      return;
    }
    assert.equal(after.isOrdinary, false);
    assert.equal(after.niceness, Math.min(19, before.niceness + 1));
    if (heedsSlices() && after.sliceNs !== null) assert.equal(after.sliceNs, SLICE_NS);
  });

  it('knows a process that is scheduled in another way, where there may be one', function () {
    this.timeout(TIMEOUT_MS);
    const batch = ['--batch', '0', process.execPath];
    if (spawnSync('chrt', [...batch, '--version']).status !== 0) return;
    assert.equal(run('chrt', [...batch, ...node]).before.isOrdinary, false);
    assert.equal(run(process.execPath, node).before.isOrdinary, true);
  });
});

describe('Scheduler elsewhere', () => {
  it('says that libc cannot be called', async () => {
    await assert.rejects(
      Scheduler.load('darwin', 'arm64'),
      (error) => error instanceof SystemError && error.errno === ENOSYS,
    );
  });
});
