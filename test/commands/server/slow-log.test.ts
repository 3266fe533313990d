import assert from 'node:assert/strict';
import { describeCommand } from '../../support/describe-command.js';

describeCommand('SLOWLOG', ({ call, refused }) => {
  beforeEach(async () => {
    await call('CONFIG', 'SET', 'slowlog-log-slower-than', 10_000, 'slowlog-max-len', 128);
    await call('SLOWLOG', 'RESET');
  });

  it('remembers requests that took long, newest first', async () => {
    await call('CLIENT', 'SETNAME', 'sleeper');
    await call('DEBUG', 'SLEEP', '0.01');
    await call('DEBUG', 'SLEEP', '0.02');
    assert.equal(await call('SLOWLOG', 'LEN'), 2);
    const [newest, oldest] = (await call('SLOWLOG', 'GET')) as [
      number,
      number,
      number,
      string[],
      string,
      string,
    ][];
    assert.equal(newest[0], oldest[0] + 1);
    assert.ok(newest[2] >= 20_000 && oldest[2] >= 10_000);
    assert.deepEqual(newest[3], ['DEBUG', 'SLEEP', '0.02']);
    assert.match(newest[4], /^127\.0\.0\.1:\d+$/);
    assert.equal(newest[5], 'sleeper');
    assert.equal(((await call('SLOWLOG', 'GET', 1)) as unknown[]).length, 1);
    assert.equal(((await call('SLOWLOG', 'GET', 0)) as unknown[]).length, 0);
    assert.equal(((await call('SLOWLOG', 'GET', -1)) as unknown[]).length, 2);
  });

  it('remembers no more than it may', async () => {
    await call('CONFIG', 'SET', 'slowlog-max-len', 2);
    for (let count = 0; count < 3; count++) await call('DEBUG', 'SLEEP', '0.01');
    assert.equal(await call('SLOWLOG', 'LEN'), 2);
    await call('CONFIG', 'SET', 'slowlog-max-len', 1);
    await call('DEBUG', 'SLEEP', '0.01');
    assert.equal(await call('SLOWLOG', 'LEN'), 1);
  });

  it('shows the beginning of what is long', async () => {
    await call('CONFIG', 'SET', 'slowlog-log-slower-than', 0);
    await call('MSET', ...Array.from({ length: 40 }, (_, index) => `word${index}`));
    await call('SET', 'key', 'x'.repeat(200));
    await call('CONFIG', 'SET', 'slowlog-log-slower-than', -1);
    const words = ((await call('SLOWLOG', 'GET')) as string[][][]).map((request) => request[3]);
    const set = words.find(([name]) => name === 'SET') ?? [];
    assert.equal(set[2], `${'x'.repeat(128)}... (72 more bytes)`);
    const mset = words.find(([name]) => name === 'MSET') ?? [];
    assert.deepEqual([mset.length, mset.at(-2), mset.at(-1)], [32, 'word29', '... (10 more arguments)']);
  });

  it('keeps secrets', async () => {
    await call('CONFIG', 'SET', 'slowlog-log-slower-than', 0);
    await call('AUTH', 'default', 'secret');
    await call('HELLO', 2, 'AUTH', 'default', 'secret');
    await call('CONFIG', 'SET', 'slowlog-log-slower-than', -1);
    const words = ((await call('SLOWLOG', 'GET')) as string[][][]).map((request) => request[3].join(' '));
    assert.ok(words.includes('AUTH (redacted) (redacted)'));
    assert.ok(words.includes('HELLO 2 AUTH (redacted) (redacted)'));
  });

  it('logs what a transaction runs, and not EXEC', async () => {
    await call('MULTI');
    await call('DEBUG', 'SLEEP', '0.01');
    await call('EXEC');
    const words = ((await call('SLOWLOG', 'GET')) as string[][][]).map((request) => request[3][0]);
    assert.deepEqual(words, ['DEBUG']);
  });

  it('refuses what it does not understand', async () => {
    const message = 'ERR count should be greater than or equal to -1';
    await refused(message, 'SLOWLOG', 'GET', -2);
    await refused(message, 'SLOWLOG', 'GET', 'x');
    await refused(
      "ERR unknown subcommand or wrong number of arguments for 'GET'. Try SLOWLOG HELP.",
      ...['SLOWLOG', 'GET', '1', '2'],
    );
  });
});

describeCommand(
  'SLOWLOG RESET',
  ({ call, connect, advance }) => {
    it('does not count the time that a client waited', async () => {
      const waiting = await connect();
      const popped = waiting.call('BLPOP', 'list', 0);
      advance(60_000);
      await call('RPUSH', 'list', 'x');
      await popped;
      assert.equal(await call('SLOWLOG', 'LEN'), 0);
    });
  },
  { ourOwn: 'it moves the clock' },
);
