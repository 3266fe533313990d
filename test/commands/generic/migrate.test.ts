import assert from 'node:assert/strict';
import { describeCommand } from '../../support/describe-command.js';

/** Requests that end before anything is sent anywhere. */
describeCommand('MIGRATE', ({ call, refused, wire }) => {
  const migrate = (...rest: (string | number)[]) => ['MIGRATE', '127.0.0.1', 1, ...rest];

  it('says NOKEY when none of the keys exists', async () => {
    await wire(migrate('missing', 0, 1000).join(' '), '+NOKEY\r\n');
    await wire(migrate('', 0, 1000, 'KEYS', 'missing', 'too').map(String), '+NOKEY\r\n');
    await wire(migrate('', 0, 1000, 'KEYS').map(String), '+NOKEY\r\n');
  });

  it('refuses a timeout and a database that are no integers', async () => {
    await call('SET', 'key', 'value');
    await refused('ERR value is not an integer or out of range', ...migrate('key', 0, 'soon'));
    await refused('ERR value is not an integer or out of range', ...migrate('key', 'first', 1000));
  });

  it('refuses options that it has not, and AUTH and AUTH2 without what belongs to them', async () => {
    for (const options of [['MOVE'], ['AUTH'], ['AUTH2', 'name'], ['COPY', 'REPLACE', 'x']]) {
      await refused('ERR syntax error', ...migrate('missing', 0, 'soon', ...options));
    }
  });

  it('refuses a key beside KEYS', () =>
    refused(
      'ERR When using MIGRATE KEYS option, the key argument must be set to the empty string',
      ...migrate('key', 0, 1000, 'COPY', 'KEYS', 'other'),
    ));

  it('tells COMMAND GETKEYS its keys', async () => {
    const keysOf = (...rest: (string | number)[]) => call('COMMAND', 'GETKEYS', ...migrate(...rest));
    assert.deepEqual(await keysOf('key', 0, 1000, 'COPY'), ['key']);
    assert.deepEqual(await keysOf('', 0, 1000, 'REPLACE', 'KEYS', 'a', 'b'), ['a', 'b']);
    assert.deepEqual(await keysOf('key', 0, 1000, 'AUTH', 'KEYS'), ['key']);
    assert.deepEqual(await keysOf('', 0, 1000, 'AUTH2', 'KEYS', 'KEYS', 'KEYS', 'a'), ['a']);
  });
});

describeCommand(
  'MIGRATE',
  ({ call, raw, refused }) => {
    it('is refused where it can not wait, before anything is sent', async () => {
      await call('SET', 'key', 'value');
      const error = 'ERR MIGRATE is not allowed in transactions and scripts';
      await call('MULTI');
      await call('MIGRATE', '127.0.0.1', 1, 'key', 0, 1000);
      assert.equal(String(await raw('EXEC')), `*1\r\n-${error}\r\n`);
      const script = "return redis.pcall('MIGRATE', '127.0.0.1', 1, 'key', 0, 1000)";
      await refused(error, 'EVAL', script, 0);
    });
  },
  { ourOwn: 'Redis holds the whole server up meanwhile, in transactions and scripts, too' },
);
