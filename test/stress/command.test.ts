/** `npm run stress` as a process: exit codes, the files it leaves, and that it leaves no process behind. */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Report } from '../../stress/report/model.js';
import { readReport } from '../../stress/report/write.js';
import { nodeCommand } from '../../stress/run/generator-process.js';
import { describeOnLinux } from '../support/linux.js';
import { faulty, serversWith } from './support/marked-contender.js';

const MAIN = fileURLToPath(new URL('../../stress/main.ts', import.meta.url));
const CLI = fileURLToPath(new URL('../../dist/cli.js', import.meta.url));

interface Ended {
  readonly code: number | null;
  readonly output: string;
}

class Command {
  readonly folder = mkdtempSync(join(tmpdir(), 'januskv-command-'));
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
  #output = '';

  constructor(args: readonly string[]) {
    const [file, ...options] = nodeCommand(MAIN);
    this.child = spawn(file, [...options, ...args, '--output', this.folder]);
    for (const stream of [this.child.stdout, this.child.stderr]) {
      stream?.on('data', (bytes: Buffer) => {
        this.#output += bytes.toString();
      });
    }
    this.ended = new Promise((resolve) => {
      this.child.once('close', (code) => resolve({ code, output: this.#output }));
    });
  }

  report(): Report {
    const name = readdirSync(this.folder).find((file) => file.endsWith('.json')) ?? 'no report';
    return readReport(join(this.folder, name));
  }

  remove(): void {
    rmSync(this.folder, { recursive: true });
  }
}

const SHORT = ['--rounds', '1', '--duration', '0.3', '--warmup', '0.1'];

describeOnLinux('the stress command', function () {
  this.timeout(60_000);
  it('exits with 0 and leaves a report in every form when all passed', async () => {
    const { option } = faulty('none');
    const command = new Command(['20', ...option, ...SHORT]);
    const { code, output } = await command.ended;
    assert.equal(code, 0, output);
    const forms = readdirSync(command.folder).map((name) => name.replace(/^[\dT-]+/, ''));
    assert.deepEqual(forms.sort(), ['.csv', '.html', '.json', '.md', 'charts']);
    assert.equal(command.report().isComplete, true);
    command.remove();
  });

  it('exits with 1 when a value was wrong', async () => {
    const { option } = faulty('wrong-value');
    const command = new Command(['20', ...option, ...SHORT]);
    const { code, output } = await command.ended;
    assert.equal(code, 1, output);
    assert.match(output, /FAILED.*wrong value \(1\); 1 of 20 clients were lost/);
    command.remove();
  });

  it('exits with 1 when a contender does not start, and runs the others', async () => {
    const { option } = faulty('none');
    const broken = [
      '--contender',
      'broken=echo {port} taken; false',
      ...option,
      '--contenders',
      'broken,own',
    ];
    const command = new Command(['20', ...broken, ...SHORT]);
    const { code, output } = await command.ended;
    assert.equal(code, 1, output);
    assert.match(output, /broken ended while starting: \d+ taken/);
    assert.deepEqual(
      command.report().trials.map((trial) => trial.contender),
      ['own'],
    );
    command.remove();
  });

  it('exits with 2 and says what is wrong when nothing can run', async () => {
    const command = new Command(['--contenders', 'nobody']);
    const { code, output } = await command.ended;
    assert.equal(code, 2);
    assert.match(output, /contender nobody: not known/);
    command.remove();
  });

  it('ends at SIGINT with a partial report, and leaves no process', async () => {
    const { option, mark } = faulty('none');
    const command = new Command([
      '20',
      '30',
      ...option,
      '--rounds',
      '1',
      '--duration',
      '60',
      '--warmup',
      '0',
    ]);
    // Where nothing can be rewritten, progress comes seldom: the server's process tells that the trial is on.
    while (serversWith(mark).length === 0) await new Promise((resolve) => setImmediate(resolve));
    command.child.kill('SIGINT');
    const { code, output } = await command.ended;
    assert.equal(code, 130, output);
    assert.match(output, /PARTIAL/);
    assert.equal(command.report().isComplete, false);
    assert.deepEqual(serversWith(mark), []);
    command.remove();
  });

  it('leaves no process when it is killed, whatever the moment', async () => {
    const { option, mark } = faulty('none');
    const command = new Command(['20', ...option, '--rounds', '1', '--duration', '60', '--warmup', '0']);
    while (serversWith(mark).length === 0) await new Promise((resolve) => setImmediate(resolve));
    command.child.kill('SIGKILL');
    await command.ended;
    while (serversWith(mark).length > 0) await new Promise((resolve) => setImmediate(resolve));
    command.remove();
  });

  it('passes with both frontends and redis-server under a small load', async function () {
    if (!existsSync(CLI)) {
      console.log('      skipped: dist/cli.js is not built (npm run build)');
      this.skip();
    }
    const command = new Command(['256', ...SHORT]);
    const { code, output } = await command.ended;
    assert.equal(code, 0, output);
    assert.ok(command.report().trials.length >= 2);
    command.remove();
  });
});
