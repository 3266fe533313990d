/** `januskv reverse` from outside. */
import assert from 'node:assert/strict';
import { UsageError } from '../../../v2/program/arguments.js';
import { reverse } from '../../../v2/reverse/program.js';
import { programsNamed } from '../../cli/support/programs.js';
import { describeOnLinux } from '../../support/linux.js';
import { NetClient } from '../support/net-client.js';

describeOnLinux('januskv reverse', () => {
  const run = programsNamed('reverse');

  it('says where it listens, and ends when a client may and does say exit', async () => {
    const program = run(['0', '--host', '127.0.0.1', '--allow-shutdown']);
    const [, port] = await program.printed(/^reverse: 127\.0\.0\.1:(\d+), by line, pid \d+\n/);
    const client = await NetClient.connect({ host: '127.0.0.1', port: Number(port) });
    client.write('hello\nexit\n');
    assert.equal((await client.readToEnd()).toString(), 'olleh\n');
    client.destroy();
    assert.equal(await program.end(), 0);
    assert.equal(program.stderr, '');
  });

  it('refuses what it does not understand, with the reason', async () => {
    const refusals: readonly [words: string[], reason: RegExp][] = [
      [['http'], /PORT: 'http' is not a whole number from 0 to 65535/],
      [['0', '1'], /unexpected '1'/],
      [['0', '--framing', 'word'], /--framing: 'word' is not line, length or chunk/],
      [['0', '--timeout', '0'], /--timeout: '0' is not a whole number from 1/],
      [['0', '--maxMessage', '1G'], /--maxMessage: '1G' is not a whole number/],
    ];
    for (const [words, reason] of refusals) {
      await assert.rejects(reverse.start(words, {}), (error: unknown) => {
        assert.ok(error instanceof UsageError);
        assert.match(error.message, reason);
        return true;
      });
    }
  });
});
