/** `januskv echo` from outside: what it prints, refuses, and how it ends. */
import assert from 'node:assert/strict';
import { echo } from '../../../v2/echo/program.js';
import { UsageError } from '../../../v2/program/arguments.js';
import { programsNamed } from '../../cli/support/programs.js';
import { describeOnLinux } from '../../support/linux.js';
import { NetClient } from '../support/net-client.js';

describeOnLinux('januskv echo', () => {
  const run = programsNamed('echo');

  it('says where it listens, takes PORT and MAX_LISTENERS, and ends well on SIGTERM', async () => {
    const program = run(['--host', '127.0.0.1'], { PORT: '0', MAX_LISTENERS: '2' });
    const [, port] = await program.printed(/^echo: 127\.0\.0\.1:(\d+), 2 listeners, pid \d+\n/);
    const client = await NetClient.connect({ host: '127.0.0.1', port: Number(port) });
    client.write('hello');
    assert.equal((await client.read(5)).toString(), 'hello');
    program.signal('SIGTERM');
    await client.readToEnd();
    client.destroy();
    assert.equal(await program.end(), 0);
    assert.equal(program.stderr, '');
  });

  it('explains itself', async () => {
    const program = run(['--help']);
    assert.equal(await program.end(), 0);
    assert.match(program.stdout, /^Usage: januskv echo/);
  });

  const refusals: readonly [words: string[], environment: Record<string, string>, reason: RegExp][] = [
    [['--port', 'http'], {}, /--port: 'http' is not a whole number from 0 to 65535/],
    [['--port', '65536'], {}, /--port: '65536' is not a whole number/],
    [[], { PORT: '-1' }, /PORT: '-1' is not a whole number/],
    [['--maxListeners', '0'], {}, /--maxListeners: '0' is not a whole number from 1 to 128/],
    [[], { MAX_LISTENERS: 'many' }, /MAX_LISTENERS: 'many' is not a whole number/],
    [['--maxPending=-5'], {}, /--maxPending: '-5' is not a whole number/],
    [['--loud'], {}, /Unknown option '--loud'/],
    [['8080'], {}, /unexpected '8080'/],
    [['--host', 'no.such.host.invalid'], {}, /--host: 'no\.such\.host\.invalid' is not an address/],
  ];
  for (const [words, environment, reason] of refusals) {
    it(`refuses ${JSON.stringify([...words, environment])}, with the reason`, async () => {
      await assert.rejects(echo.start(words, environment), (error: unknown) => {
        assert.ok(error instanceof UsageError);
        assert.match(error.message, reason);
        return true;
      });
    });
  }

  it('ends with a refusal and where to find help', async () => {
    const program = run(['--loud']);
    assert.equal(await program.end(), 1);
    assert.equal(program.stderr, "januskv echo: Unknown option '--loud'\nTry: januskv echo --help\n");
  });
});
