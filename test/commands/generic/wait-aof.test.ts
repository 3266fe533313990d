import assert from 'node:assert/strict';
import { Random } from '../../../src/base/random.js';
import { TO_REPLICAS } from '../../../src/server/propagation/sink.js';
import { startAof } from '../../server/persistence/aof-server.js';
import { MemoryNetwork } from '../../server/replication/memory-network.js';

const IS_REPLICA =
  'ERR WAITAOF cannot be used with replica instances. Please also note that writes to replicas are just local and are not propagated.';

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

  it('waits no longer for a replica than for its disk', async () => {
    const network = new MemoryNetwork(new Random(2));
    const settings = { appendfsync: 'always', 'repl-diskless-sync-delay': 0 };
    const master = startAof(settings);
    network.listen(6379, master.memory.server);
    const replica = startAof(settings, undefined, { connect: network.connect });
    const pass = (rounds: number, ms: number): void => {
      for (let round = 0; round < rounds; round++) {
        for (const { memory } of [master, replica]) {
          memory.advance(ms);
          memory.server.tick();
        }
        network.step();
      }
    };
    await replica.client.call('REPLICAOF', '127.0.0.1', '6379');
    pass(500, 20);
    // Its regular word, of every second, comes in one of these at most.
    for (let round = 0; round < 4; round++) {
      master.client.send(`SET a ${round}\r\nWAITAOF 1 1 0\r\n`);
      assert.equal(String(master.client.takeReply()), '+OK\r\n');
      pass(200, 1);
      assert.equal(String(master.client.takeReply()), '*2\r\n:1\r\n:1\r\n', `round ${round}`);
    }
  });

  it('waits for the disks of replicas, too', async () => {
    const random = new Random(1);
    const network = new MemoryNetwork(random);
    const settings = { appendfsync: 'everysec', 'repl-diskless-sync-delay': 0 };
    const master = startAof(settings);
    network.listen(6379, master.memory.server);
    const replica = startAof(settings, undefined, { connect: network.connect });
    const pass = (ms: number): void => {
      for (const { memory } of [master, replica]) {
        memory.advance(ms);
        memory.server.tick();
      }
      network.step();
    };
    await replica.client.call('REPLICAOF', '127.0.0.1', '6379');
    for (let round = 0; round < 500; round++) pass(20);
    await replica.client.refused(IS_REPLICA, 'WAITAOF', '0', '0', '0');
    await master.client.call('SET', 'a', '1');
    replica.disk.isSlow = true;
    master.client.send('WAITAOF 1 1 0\r\n');
    for (let round = 0; round < 500; round++) pass(20);
    assert.equal(await replica.client.call('GET', 'a'), '1');
    assert.equal(master.client.takeReply(), null);
    replica.disk.isSlow = false;
    replica.disk.proceed();
    for (let round = 0; round < 500; round++) pass(20);
    assert.equal(String(master.client.takeReply()), '*2\r\n:1\r\n:1\r\n');
    assert.deepEqual(await master.client.call('WAITAOF', '0', '1', '0'), [1, 1]);
  });
});
