/** What becomes of a run whose tests leave something behind, seen from outside: a mocha of its own runs a planted file. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { endOf } from './child-process.js';

const MOCHA = fileURLToPath(new URL('../../node_modules/mocha/bin/mocha.js', import.meta.url));

const describeWithProc = process.platform === 'linux' ? describe : describe.skip;

describeWithProc('A run of tests (looked at in /proc)', function () {
  this.timeout(60_000);
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'januskv-planted-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  /** @param stopAt what it prints before it is told to end */
  async function run(
    text: string,
    words: readonly string[] = [],
    stopAt?: string,
  ): Promise<{ readonly status: unknown; readonly output: string; readonly last: string | undefined }> {
    const file = join(folder, 'planted.test.mjs');
    writeFileSync(file, `import { spawn } from 'node:child_process';\n${text}`);
    const child = spawn(process.execPath, [MOCHA, ...words, file], {
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    // As `timeout` does: to all of its processes, once.
    let stop = (): void => {
      stop = () => {};
      process.kill(-child.pid!, 'SIGTERM');
    };
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (chunk: string) => {
        output += chunk;
        if (stopAt !== undefined && output.includes(stopAt)) stop();
      });
    }
    await once(child, 'close');
    return { status: await endOf(child), output, last: output.trim().split('\n').at(-1) };
  }

  it('kills a process that a test left, and fails for it', async () => {
    const { status, output, last } = await run(
      `it('leaves one', () => { spawn('sleep', ['1000'], { stdio: 'inherit', detached: true }); });`,
    );
    assert.match(output, /processes were left running, and are killed now:\n\d+ sleep 1000/);
    assert.equal(last, '1 passed, 1 failed');
    assert.equal(status, 1);
  });

  it('is cut off by SIGTERM with a summary, though a test never ends, and names it', async () => {
    const { status, output, last } = await run(
      `it('is well', () => {});
      it('waits', (done) => { spawn('sleep', ['1000'], { stdio: 'inherit' }); console.error('waiting'); }).timeout(0);`,
      ['--parallel', '--jobs', '2'],
      'waiting',
    );
    assert.match(output, /cut off: .*planted\.test\.mjs: waits/);
    // What a file found is told when the file ends.
    assert.equal(last, '0 passed, 1 failed');
    assert.notEqual(status, 0);
  });
});

describe('endOf', () => {
  it('kills who does not end in time, and says so', async () => {
    const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
    await assert.rejects(endOf(child, 1), /it had not ended after 1 ms, and was killed: .*setInterval/);
    assert.equal(child.signalCode, 'SIGKILL');
  });
});
