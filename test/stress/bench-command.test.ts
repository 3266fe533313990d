/** `npm run bench` as a process: that it ends in good order, and leaves no process behind. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { nodeCommand } from '../../stress/run/generator-process.js';
import { describeOnLinux } from '../support/linux.js';
import { faulty, serversWith } from './support/marked-contender.js';

const MAIN = fileURLToPath(new URL('../../stress/bench/main.ts', import.meta.url));

describeOnLinux('the bench command', function () {
  this.timeout(60_000);
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    it(`ends at ${signal}, and leaves no process`, async () => {
      const { option, mark } = faulty('none');
      const [file, ...options] = nodeCommand(MAIN);
      // More starts than anybody waits for, one after the other.
      const command = spawn(file, [...options, 'start', '--rounds', '1000', ...option], { stdio: 'ignore' });
      const ended = once(command, 'exit');
      while (serversWith(mark).length === 0) await new Promise((resolve) => setImmediate(resolve));
      command.kill(signal);
      assert.deepEqual(await ended, [130, null]);
      assert.deepEqual(serversWith(mark), []);
    });
  }
});
