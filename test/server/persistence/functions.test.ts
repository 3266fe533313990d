/** Libraries of functions go along with the data: where those are replaced, so are they. */
import assert from 'node:assert/strict';
import { Random } from '../../../src/base/random.js';
import { Config } from '../../../src/server/config/config.js';
import type { Client } from '../../support/client.js';
import { MemoryServer } from '../../support/memory-server.js';
import { MemoryNetwork } from '../replication/memory-network.js';
import { startAof } from './aof-server.js';

const library = (name: string, result: number): string =>
  `#!lua name=${name}\nredis.register_function('${name}', function() return ${result} end)`;

const librariesOf = async (client: Client): Promise<string[]> =>
  [...String(await client.raw('FUNCTION', 'LIST')).matchAll(/library_name\r\n\$\d+\r\n(\w+)/g)]
    .map(([, name]) => name)
    .sort();

describe('libraries of functions', () => {
  it('are loaded with the data by DEBUG RELOAD and DEBUG LOADAOF, which drop those there are', async () => {
    const { client } = startAof();
    await client.call('FUNCTION', 'LOAD', library('kept', 1));
    await client.call('SET', 'key', 'value');
    for (const request of [
      ['RELOAD'],
      ['RELOAD', 'NOSAVE'],
      ['RELOAD', 'NOFLUSH', 'MERGE', 'NOSAVE'],
      ['LOADAOF'],
    ]) {
      assert.equal(await client.call('DEBUG', ...request), 'OK', request.join(' '));
      assert.equal(await client.call('FCALL', 'kept', 0), 1);
      assert.equal(await client.call('GET', 'key'), 'value');
    }
    await client.call('DEBUG', 'RELOAD');
    await client.call('FUNCTION', 'LOAD', library('later', 2));
    await client.call('DEBUG', 'RELOAD', 'NOSAVE');
    assert.deepEqual(await librariesOf(client), ['kept']);
  });

  it('of a master replace those of its replica at each full synchronization', async () => {
    const network = new MemoryNetwork(new Random(3));
    const members = [6379, 6380].map((port) => {
      const config = new Config({
        save: '',
        'repl-diskless-sync-delay': 0,
        'enable-debug-command': true,
      });
      const memory = new MemoryServer({ config, connect: network.connect });
      network.listen(port, memory.server);
      return { memory, client: memory.connect() };
    });
    const [master, replica] = members;
    const { replication } = replica.memory.server;
    const synchronize = async (): Promise<void> => {
      await replica.client.call('REPLICAOF', '127.0.0.1', '6379');
      for (let round = 0; replication.master?.isConnected !== true; round++) {
        assert.ok(round < 2000, 'it never follows');
        for (const { memory } of members) {
          memory.advance(50);
          memory.server.tick();
        }
        network.step();
      }
    };
    await master.client.call('FUNCTION', 'LOAD', library('first', 1));
    await synchronize();
    assert.deepEqual(await librariesOf(replica.client), ['first']);

    await replica.client.call('REPLICAOF', 'NO', 'ONE');
    await replica.client.call('FUNCTION', 'LOAD', library('own', 2));
    await master.client.call('DEBUG', 'CHANGE-REPL-ID');
    await master.client.call('SET', 'key', 'value');
    await synchronize();
    assert.equal(master.memory.server.replication.replicas.fullCount, 2);
    assert.deepEqual(await librariesOf(replica.client), ['first']);
    assert.equal(await replica.client.call('GET', 'key'), 'value');
  });
});
