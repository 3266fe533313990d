/**
 * Asks in a process of its own: the test's own thread stays as it is. A sandbox or an older kernel may refuse, or take no
 * notice: what it says about itself afterwards has to agree with what was answered.
 */
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { release } from 'node:os';
import { askForShortSlices } from '../../src/native/scheduling.js';
import { ENOSYS, SystemError } from '../../src/native/system-error.js';
import { describeOnLinux } from '../v2/support/linux.js';

const PROGRAM = `
  import { readFileSync } from 'node:fs';
  import { getPriority } from 'node:os';
  import { askForShortSlices } from './src/native/scheduling.ts';
  const sliceNs = () => {
    try {
      const [, digits] = /^se\\.slice\\s*:\\s*(\\d+)$/m.exec(readFileSync('/proc/self/sched', 'latin1')) ?? [];
      return digits === undefined ? null : Number(digits);
    } catch (error) {
      if (error.code !== 'ENOENT' && error.code !== 'EACCES') throw error;
      return null;
    }
  };
  const before = { niceness: getPriority(process.pid), sliceNs: sliceNs() };
  const isGranted = await askForShortSlices();
  const after = { niceness: getPriority(process.pid), sliceNs: sliceNs() };
  console.log(JSON.stringify({ isGranted, before, after }));
`;

interface Outcome {
  readonly isGranted: boolean;
  readonly before: Scheduling;
  readonly after: Scheduling;
}

interface Scheduling {
  readonly niceness: number;
  /** Null: the kernel doesn't tell. */
  readonly sliceNs: number | null;
}

const TIMEOUT_MS = 20_000;
const SHORT_SLICE_NS = 100_000;

/** Since Linux 6.12 a slice is what its thread asks for. */
function heedsSlices(): boolean {
  const [major, minor] = release().split('.').map(Number);
  return major > 6 || (major === 6 && minor >= 12);
}

describeOnLinux('askForShortSlices', () => {
  const run = (file: string, words: readonly string[]): Outcome =>
    JSON.parse(execFileSync(file, words, { encoding: 'utf8', timeout: TIMEOUT_MS }));
  const node = ['--import', 'tsx', '--input-type=module', '--eval', PROGRAM];

  it('says whether slices are short from now on, and leaves the priority what it is', function () {
    this.timeout(TIMEOUT_MS);
    const { isGranted, before, after } = run(process.execPath, node);
    assert.equal(after.niceness, before.niceness);
    const isSet = after.sliceNs === SHORT_SLICE_NS && isGranted;
    assert.ok(isSet || after.sliceNs === before.sliceNs, `${before.sliceNs} became ${after.sliceNs}`);
    if (isGranted && heedsSlices() && after.sliceNs !== null) assert.ok(isSet);
  });

  it('leaves alone a process that is scheduled in another way, where there may be one', function () {
    this.timeout(TIMEOUT_MS);
    const batch = ['--batch', '0', process.execPath];
    if (spawnSync('chrt', [...batch, '--version']).status !== 0) return;
    const { isGranted, before, after } = run('chrt', [...batch, ...node]);
    assert.equal(isGranted, false);
    assert.deepEqual(after, before);
  });
});

describe('askForShortSlices elsewhere', () => {
  it('says that libc cannot be called', async () => {
    await assert.rejects(
      askForShortSlices('darwin', 'arm64'),
      (error) => error instanceof SystemError && error.errno === ENOSYS,
    );
  });
});
