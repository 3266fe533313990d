/** Asks in a process of its own: the test's own thread stays as it is. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { askForShortSlices } from '../../src/native/scheduling.js';
import { ENOSYS, SystemError } from '../../src/native/system-error.js';
import { describeOnLinux } from '../v2/support/linux.js';

const PROGRAM = `
  import { getPriority } from 'node:os';
  import { askForShortSlices } from './src/native/scheduling.ts';
  const before = getPriority(process.pid);
  const isGranted = await askForShortSlices();
  console.log(JSON.stringify([isGranted, getPriority(process.pid) - before]));
`;

const TIMEOUT_MS = 20_000;

describeOnLinux('askForShortSlices', () => {
  const run = (file: string, words: readonly string[]): unknown =>
    JSON.parse(execFileSync(file, words, { encoding: 'utf8', timeout: TIMEOUT_MS }));
  const node = ['--import', 'tsx', '--input-type=module', '--eval', PROGRAM];

  it('is granted, and the priority stays what it is', function () {
    this.timeout(TIMEOUT_MS);
    assert.deepEqual(run(process.execPath, node), [true, 0]);
  });

  it('leaves alone a process that is scheduled in another way', function () {
    this.timeout(TIMEOUT_MS);
    assert.deepEqual(run('chrt', ['--batch', '0', process.execPath, ...node]), [false, 0]);
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
