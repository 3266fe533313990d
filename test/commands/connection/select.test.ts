import assert from 'node:assert/strict';
import { describeCommand } from '../../support/describe-command.js';

describeCommand('SELECT', ({ call, refused }) => {
  it('keeps databases apart', async () => {
    await call('SET', 'key', 'zero');
    assert.equal(await call('SELECT', 15), 'OK');
    assert.equal(await call('GET', 'key'), null);
    await call('SELECT', 0);
    assert.equal(await call('GET', 'key'), 'zero');
  });

  it('refuses what is no database', async () => {
    await refused('ERR DB index is out of range', 'SELECT', 16);
    await refused('ERR DB index is out of range', 'SELECT', -1);
    await refused('ERR value is not an integer or out of range', 'SELECT', 'x');
    await refused(
      'ERR value is out of range, value must between -2147483648 and 2147483647',
      ...['SELECT', '2147483648'],
    );
  });
});
