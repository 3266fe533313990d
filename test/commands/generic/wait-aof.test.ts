import assert from 'node:assert/strict';
import { TO_REPLICAS } from '../../../src/server/propagation/sink.js';
import { startAof } from '../../server/persistence/aof-server.js';

describe('WAITAOF', () => {
  it('answers at once when everything is on the disk', async () => {
    const { client } = startAof();
    await client.call('SET', 'a', '1');
    assert.deepEqual(await client.call('WAITAOF', '1', '0', '0'), [1, 0]);
  });

  it('waits for the disk under everysec', async () => {
    const { disk, client, memory } = startAof({ appendfsync: 'everysec' });
    memory.advance(2000);
    disk.isSlow = true;
    await client.call('SET', 'a', '1');
    client.send('WAITAOF 1 0 0\r\n');
    assert.equal(client.takeReply(), null);
    disk.proceed();
    assert.equal(String(await client.reply()), '*2\r\n:1\r\n:0\r\n');
  });

  it('waits for no message, which no file keeps', async () => {
    const { client, memory } = startAof();
    const { propagation } = memory.server;
    propagation.attach({ target: TO_REPLICAS, selectedDb: -1, beginUnit() {}, write() {} });
    await client.call('PUBLISH', 'channel', 'message');
    assert.deepEqual(await client.call('WAITAOF', '1', '0', '0'), [1, 0]);
  });

  it('gives up after its time', async () => {
    const { client, memory } = startAof({ appendfsync: 'no' });
    await client.call('SET', 'a', '1');
    client.send('WAITAOF 1 0 100\r\n');
    assert.equal(client.takeReply(), null);
    memory.advance(101);
    memory.tick();
    assert.equal(String(await client.reply()), '*2\r\n:0\r\n:0\r\n');
  });

  it('refuses to wait for a file that there isn’t', async () => {
    const { client } = startAof({ appendonly: false });
    await client.refused(
      'ERR WAITAOF cannot be used when numlocal is set but appendonly is disabled.',
      'WAITAOF',
      '1',
      '0',
      '0',
    );
    await client.refused('ERR value is out of range, value must between 0 and 1', 'WAITAOF', '2', '0', '0');
    assert.deepEqual(await client.call('WAITAOF', '0', '0', '0'), [0, 0]);
  });
});
