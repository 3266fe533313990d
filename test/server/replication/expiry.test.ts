/**
 * Keys whose time has come, on a replica: it hides those of its master, whose DEL removes them. One that clients may write
 * to lets go what they wrote. As redis-server 7.0.15 answers, asked the same.
 */
import assert from 'node:assert/strict';
import { Random } from '../../../src/base/random.js';
import { Config } from '../../../src/server/config/config.js';
import type { Client } from '../../support/client.js';
import { MemoryServer } from '../../support/memory-server.js';
import { MemoryNetwork } from './memory-network.js';

const MASTER_PORT = 6379;
const KEYS = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];

describe('keys whose time has come on a replica', () => {
  let network: MemoryNetwork;
  let master: MemoryServer;
  let replica: MemoryServer;
  let writer: Client;
  let client: Client;

  const start = (options: ConstructorParameters<typeof MemoryServer>[0] = {}): MemoryServer =>
    new MemoryServer({ config: new Config({ save: '', 'repl-diskless-sync-delay': 0 }), ...options });

  const pass = (): void => {
    for (const server of [master, replica]) {
      server.advance(1);
      server.server.tick();
    }
    network.step();
  };

  const until = (holds: () => boolean): void => {
    for (let round = 0; !holds(); round++) {
      assert.ok(round < 10_000, 'it is reached');
      pass();
    }
  };

  const caughtUp = (): void =>
    until(() => {
      const { replication } = replica.server;
      return (
        replication.master?.isConnected === true && replication.offset === master.server.replication.offset
      );
    });

  /** The replica's clock goes on, and the master's doesn't. */
  const late = (ms: number): void => {
    replica.advance(ms);
    replica.server.tick();
  };

  const stats = async (): Promise<string[]> => {
    const text = String(await client.call('INFO', 'stats'));
    return ['expired_keys', 'slave_expires_tracked_keys'].map(
      (field) => new RegExp(`^${field}:(.*)\r$`, 'm').exec(text)?.[1] ?? '',
    );
  };

  beforeEach(async () => {
    network = new MemoryNetwork(new Random(1));
    master = start();
    replica = start({ connect: network.connect });
    network.listen(MASTER_PORT, master.server);
    [writer, client] = [master.connect(), replica.connect()];
    for (const key of KEYS) await writer.call('SET', key, '1', 'PX', '10000');
    await writer.call('RPUSH', 'list', '1');
    await writer.call('PEXPIRE', 'list', '10000');
    await writer.call('SET', 'lasting', '1');
    await client.call('CONFIG', 'SET', 'replica-read-only', 'no');
    await client.call('REPLICAOF', '127.0.0.1', `${MASTER_PORT}`);
    caughtUp();
  });

  afterEach(() => {
    master.dispose();
    replica.dispose();
  });

  it("are hidden and stay when they are the master's", async () => {
    late(11_000);
    assert.equal(await client.call('DBSIZE'), KEYS.length + 2);
    assert.equal(await client.call('GET', 'a'), null);
    assert.equal(await client.call('EXISTS', 'a'), 0);
    assert.equal(await client.call('TTL', 'a'), -2);
    assert.equal(await client.call('RANDOMKEY'), 'lasting');
    assert.deepEqual(await client.call('SCAN', '0', 'COUNT', '1000'), ['0', ['lasting']]);
    assert.deepEqual(await client.call('KEYS', '*'), ['lasting']);
    assert.equal(await client.call('DBSIZE'), KEYS.length + 2);
    assert.deepEqual(await stats(), ['0', '0']);
    master.advance(11_000);
    until(() => master.server.keyspace.databases[0].size === 1);
    caughtUp();
    assert.equal(await client.call('DBSIZE'), 1);
    assert.deepEqual(await stats(), ['0', '0']);
  });

  it('go when they got their time here, wherever the key came from', async () => {
    await client.call('SET', 'mine', '1', 'PX', '100');
    await client.call('PEXPIRE', 'lasting', '100');
    await client.call('SELECT', '3');
    await client.call('SET', 'mine', '1', 'PX', '200');
    assert.deepEqual(await stats(), ['0', '2']);
    late(101);
    assert.deepEqual(await stats(), ['2', '1']);
    assert.equal(await client.call('DBSIZE'), 1);
    late(100);
    assert.deepEqual(await stats(), ['3', '0']);
    assert.equal(await client.call('DBSIZE'), 0);
    await client.call('SELECT', '0');
    assert.equal(await client.call('DBSIZE'), KEYS.length + 1);
  });

  it('are removed at once neither here nor by the master, when their time lies behind them', async () => {
    assert.equal(await client.call('EXPIRE', 'a', '-1'), 1);
    assert.equal(await client.call('DBSIZE'), KEYS.length + 2);
    assert.equal(await client.call('GET', 'a'), null);
    late(1);
    assert.equal(await client.call('DBSIZE'), KEYS.length + 1);
    assert.deepEqual(await stats(), ['1', '0']);
  });

  it('are forgotten when they last, and with all data', async () => {
    await client.call('SET', 'mine', '1', 'PX', '100');
    await client.call('SET', 'other', '1', 'PX', '100000');
    await client.call('PERSIST', 'mine');
    assert.deepEqual(await stats(), ['0', '2']);
    late(1000);
    assert.deepEqual(await stats(), ['0', '1']);
    assert.equal(await client.call('GET', 'mine'), '1');
    await client.call('FLUSHALL');
    assert.deepEqual(await stats(), ['0', '0']);
  });

  it('give way to what is written, and no key is there twice', async () => {
    late(11_000);
    assert.equal(await client.call('INCR', 'a'), 1);
    assert.equal(await client.call('APPEND', 'b', 'x'), 1);
    assert.equal(await client.call('SET', 'c', '7', 'KEEPTTL'), 'OK');
    assert.equal(await client.call('SETNX', 'd', '7'), 1);
    assert.equal(await client.call('INCRBYFLOAT', 'e', '1.5'), '1.5');
    assert.equal(await client.call('SET', 'f', '7', 'XX'), null);
    assert.equal(await client.call('COPY', 'lasting', 'g'), 1);
    assert.equal(await client.call('LPUSH', 'list', '9'), 1);
    assert.deepEqual(await stats(), ['8', '0']);
    for (const key of ['a', 'b', 'c', 'd', 'e', 'g', 'list']) assert.equal(await client.call('TTL', key), -1);
    const keys = (await client.call('KEYS', '*')) as string[];
    assert.deepEqual(keys.sort(), ['a', 'b', 'c', 'd', 'e', 'g', 'lasting', 'list']);
    assert.equal(await client.call('DBSIZE'), keys.length + 1);
  });

  it('go by DEL, UNLINK and GETDEL as keys that are there', async () => {
    late(11_000);
    assert.equal(await client.call('DEL', 'a'), 1);
    assert.equal(await client.call('UNLINK', 'b'), 1);
    assert.equal(await client.call('GETDEL', 'c'), null);
    assert.equal(await client.call('DBSIZE'), KEYS.length - 1);
    assert.deepEqual(await stats(), ['0', '0']);
  });

  it('go once the replica is a master', async () => {
    late(11_000);
    await client.call('REPLICAOF', 'NO', 'ONE');
    late(1);
    assert.equal(await client.call('DBSIZE'), 1);
    assert.deepEqual(await stats(), [`${KEYS.length + 1}`, '0']);
  });

  it("stay for a PERSIST of the master's, however late a RESTORE arrives", async () => {
    const dumped = await writer.raw('DUMP', 'lasting');
    const payload = dumped.subarray(dumped.indexOf('\n') + 1, -2);
    const atMs = `${master.clock.wallMs() + 500}`;
    await writer.call('RESTORE', 'restored', atMs, payload, 'ABSTTL');
    await writer.call('PERSIST', 'restored');
    replica.advance(1000);
    caughtUp();
    assert.equal(await client.call('GET', 'restored'), '1');
  });
});
