import assert from 'node:assert/strict';
import { describeCommand } from '../../support/describe-command.js';

describeCommand('DEL UNLINK', ({ call, wire }) => {
  it('remove keys and count those that were there', async () => {
    for (const command of ['DEL', 'UNLINK']) {
      await call('MSET', 'a', '1', 'b', '2', 'c', '3');
      await wire(`${command} a nothing b a`, ':2\r\n');
      assert.deepEqual(await call('MGET', 'a', 'b', 'c'), [null, null, '3']);
    }
  });

  it('remove keys of any type', async () => {
    await call('RPUSH', 'list', 'a', 'b');
    await call('SET', 'string', 'x'.repeat(100_000));
    await wire('DEL list string', ':2\r\n');
    await wire('DBSIZE', ':0\r\n');
  });
});

describeCommand('EXISTS TOUCH', ({ call, wire, advance }) => {
  it('count each key as often as it is named', async () => {
    await call('MSET', 'a', '1', 'b', '2');
    for (const command of ['EXISTS', 'TOUCH']) {
      await wire(`${command} a nothing b a`, ':3\r\n');
      await wire(`${command} nothing`, ':0\r\n');
    }
  });

  it('see no key whose time has come', async () => {
    await call('SET', 'key', 'value', 'PX', 5);
    advance(6);
    await wire('EXISTS key', ':0\r\n');
  });

  it('touch, or leave untouched', async () => {
    await call('SET', 'key', 'value');
    advance(20_000);
    await call('EXISTS', 'key');
    await call('TYPE', 'key');
    await call('TTL', 'key');
    await wire('OBJECT IDLETIME key', ':20\r\n');
    await call('TOUCH', 'key');
    await wire('OBJECT IDLETIME key', ':0\r\n');
  });
});

describeCommand('TYPE', ({ call, wire }) => {
  it('names the type', async () => {
    await wire('TYPE nothing', '+none\r\n');
    await call('SET', 'string', '1');
    await wire('TYPE string', '+string\r\n');
    await call('RPUSH', 'list', 'a');
    await wire('TYPE list', '+list\r\n');
  });
});
