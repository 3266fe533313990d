import { describeCommand } from '../../support/describe-command.js';

/** With replicas: test/server/replication. */
describeCommand('WAIT', ({ wire, refused, since }) => {
  it('answers at once when enough replicas have acknowledged: none, or fewer than none', async () => {
    await wire('WAIT 0 0', ':0\r\n');
    await wire('WAIT -1 0', ':0\r\n');
  });

  it('does not wait in a transaction', async () => {
    await wire('MULTI', '+OK\r\n');
    await wire('WAIT 1 0', '+QUEUED\r\n');
    await wire('EXEC', '*1\r\n:0\r\n');
  });

  it('does not wait in a script, where 7.2 allows it', async () => {
    since('7.2', 'refuses it in scripts');
    await wire(['EVAL', "return redis.call('wait', 1, 0)", 0], ':0\r\n');
  });

  it('refuses a time whose end is out of range, as 7.2 does', async () => {
    since('7.2', 'takes it');
    await refused('ERR timeout is out of range', 'WAIT', '0', '9223372036854775807');
    await refused(
      'ERR timeout is out of range',
      'XREAD',
      'BLOCK',
      '9223372036854775807',
      'STREAMS',
      's',
      '$',
    );
  });

  it('refuses what is no count and no time', async () => {
    await refused('ERR value is not an integer or out of range', 'WAIT', 'x', '0');
    await refused('ERR timeout is not an integer or out of range', 'WAIT', '1', 'x');
    await refused('ERR timeout is negative', 'WAIT', '1', '-1');
  });
});
