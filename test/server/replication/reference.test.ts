/** Replication with a real redis-server: as our replica, and as our master. */
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Random } from '../../../src/base/random.js';
import type { CreateServerOptions } from '../../../src/index.js';
import type { Client } from '../../support/client.js';
import {
  describeWithReference,
  type ReferenceServer,
  startReference,
} from '../../support/reference-server.js';
import { FRONTENDS, startServer, type TestServer } from '../../support/running-server.js';

const CONFIG = { 'repl-diskless-sync-delay': 0, 'enable-debug-command': true };

/** A field of INFO replication. */
async function fieldOf(client: Client, field: string): Promise<string> {
  const text = String(await client.call('INFO', 'replication'));
  return new RegExp(`^${field}:(.*)\r$`, 'm').exec(text)?.[1] ?? '';
}

/** Asks again and again until it holds; the test's own time limit ends it. */
async function until(what: string, holds: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; !(await holds()); tries++) {
    assert.ok(tries < 1500, `in vain: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

const digest = async (client: Client): Promise<string> => String(await client.call('DEBUG', 'DIGEST'));

/** Random writes of many kinds, to several databases. */
async function write(client: Client, random: Random, count: number): Promise<void> {
  for (let left = count; left > 0; left--) {
    const key = `k${random.below(60)}`;
    const value = 'v'.repeat(random.below(60)) + random.below(1000);
    const requests = [
      ['SET', `s${key}`, value],
      ['INCRBYFLOAT', 'float', '0.1'],
      ['RPUSH', `l${key}`, value],
      ['LPOP', `l${key}`],
      ['SADD', `t${key}`, value, `${random.below(9)}`],
      ['SPOP', `t${key}`],
      ['HSET', `h${key}`, value.slice(-3), value],
      ['ZADD', `z${key}`, `${random.below(1000) / 8}`, value],
      ['DEL', `s${key}`],
      ['EXPIRE', `l${key}`, '1000'],
      ['SELECT', `${random.below(3)}`],
      ['EVAL', "redis.call('INCR', KEYS[1]); redis.call('INCR', KEYS[1])", '1', 'counter'],
    ];
    await client.call(...requests[random.below(requests.length)]);
  }
}

describeWithReference('replication with redis-server', () => {
  const cleanups: (() => Promise<void>)[] = [];
  afterEach(async () => {
    for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
  });

  async function ours(options: CreateServerOptions = {}): Promise<{ server: TestServer; client: Client }> {
    const server = await startServer({ ...options, config: { ...CONFIG, ...options.config } });
    const client = await server.connect();
    cleanups.push(async () => {
      client.close();
      await server.stop();
    });
    return { server, client };
  }

  async function theirs(
    directives: readonly string[] = [],
  ): Promise<{ server: ReferenceServer; client: Client }> {
    const server = await startReference(['--repl-diskless-sync-delay', '0', ...directives]);
    const client = await server.connect();
    cleanups.push(async () => {
      client.close();
      await server.stop();
    });
    return { server, client };
  }

  const follows = (replica: Client, port: number): Promise<unknown> =>
    replica.call('REPLICAOF', '127.0.0.1', `${port}`);

  async function caughtUp(master: Client, replica: Client): Promise<void> {
    await until('the replica catches up', async () => {
      if ((await fieldOf(replica, 'master_link_status')) !== 'up') return false;
      return (await fieldOf(master, 'master_repl_offset')) === (await fieldOf(replica, 'slave_repl_offset'));
    });
  }

  /** Master and replica have the same data once the replica has caught up. */
  async function agree(master: Client, replica: Client): Promise<void> {
    await caughtUp(master, replica);
    assert.equal(await digest(replica), await digest(master));
  }

  for (const frontend of FRONTENDS) {
    it(`redis-server follows us (${frontend}): a snapshot, then the stream`, async () => {
      const { server, client } = await ours({ frontend });
      const random = new Random(1);
      await write(client, random, 500);
      const replica = await theirs();
      await follows(replica.client, server.port);
      // While the snapshot is on its way.
      await write(client, random, 300);
      await until('it is up', async () => (await fieldOf(replica.client, 'master_link_status')) === 'up');
      await write(client, random, 300);
      await agree(client, replica.client);
      assert.match(
        await fieldOf(client, 'slave0'),
        new RegExp(`^ip=127.0.0.1,port=${replica.server.port},state=online,offset=\\d+,lag=[01]$`),
      );
      const [role, , [[address, port]]] = (await client.call('ROLE')) as [string, number, string[][]];
      assert.deepEqual([role, address, port], ['master', '127.0.0.1', `${replica.server.port}`]);
      assert.match(String(await client.call('CLIENT', 'LIST', 'TYPE', 'replica')), / flags=S /);
    });

    it(`we follow redis-server (${frontend}): a snapshot, then the stream`, async () => {
      const master = await theirs();
      const random = new Random(2);
      await write(master.client, random, 500);
      const { client } = await ours({ frontend });
      await client.call('SET', 'of my own', 'goes');
      await follows(client, master.server.port);
      await until('it is up', async () => (await fieldOf(client, 'master_link_status')) === 'up');
      await write(master.client, random, 300);
      await agree(master.client, client);
      assert.equal(
        (await client.raw('SET', 'a', 'b')).toString(),
        "-READONLY You can't write against a read only replica.\r\n",
      );
      assert.equal(
        (await client.raw('EVAL', "return redis.call('SET', 'a', 'b')", '0')).toString().slice(0, 9),
        '-READONLY',
      );
      const [role, address, port, state] = (await client.call('ROLE')) as string[];
      assert.deepEqual([role, address, port, state], ['slave', '127.0.0.1', master.server.port, 'connected']);
      const line = String(await client.call('CLIENT', 'LIST', 'TYPE', 'master'));
      assert.match(line, / flags=M /);
      assert.match(line, new RegExp(` addr=127.0.0.1:${master.server.port} laddr=127.0.0.1:[1-9]\\d* `));
      const [, laddr] = / laddr=(\S+) /.exec(line) ?? [];
      assert.match(
        String(await master.client.call('CLIENT', 'LIST', 'TYPE', 'replica')),
        new RegExp(` addr=${laddr} `),
      );
    });
  }

  it('by a file: redis-server and januskv get what was saved, then the stream', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'januskv-replication-'));
    cleanups.push(async () => rmSync(folder, { recursive: true, force: true }));
    const { server, client } = await ours({ config: { 'repl-diskless-sync': false, dir: folder } });
    const random = new Random(4);
    await write(client, random, 500);
    // More than a socket takes at once.
    for (let index = 0; index < 12; index++) {
      await client.call('SET', `large ${index}`, `${index}`.repeat(1_000_000));
    }
    await client.call('CONFIG', 'SET', 'rdbcompression', 'no');
    const replica = await theirs();
    const second = await ours();
    await follows(replica.client, server.port);
    await follows(second.client, server.port);
    await write(client, random, 300);
    await agree(client, replica.client);
    await agree(client, second.client);
    assert.ok(existsSync(join(folder, 'dump.rdb')));
    await write(client, random, 100);
    await agree(client, replica.client);
  });

  it('by a file that nobody else wants: it goes when it was sent', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'januskv-replication-'));
    cleanups.push(async () => rmSync(folder, { recursive: true, force: true }));
    const config = { 'repl-diskless-sync': false, 'rdb-del-sync-files': true, save: '', dir: folder };
    const { server, client } = await ours({ config });
    await write(client, new Random(5), 100);
    const replica = await theirs();
    await follows(replica.client, server.port);
    await agree(client, replica.client);
    assert.ok(!existsSync(join(folder, 'dump.rdb')));
  });

  it('a replica whose connection broke goes on where it was, in both directions', async () => {
    const master = await ours();
    const replica = await theirs();
    const random = new Random(3);
    await follows(replica.client, master.server.port);
    await write(master.client, random, 100);
    await agree(master.client, replica.client);
    await master.client.call('CLIENT', 'KILL', 'TYPE', 'replica');
    await write(master.client, random, 100);
    await agree(master.client, replica.client);
    assert.equal(await infoOf(master.client, 'stats', 'sync_partial_ok'), '1');
    assert.equal(await infoOf(master.client, 'stats', 'sync_full'), '1');

    const other = await ours();
    await follows(other.client, replica.server.port);
    await agree(replica.client, other.client);
    await replica.client.call('CLIENT', 'KILL', 'TYPE', 'replica');
    await write(master.client, random, 100);
    await agree(master.client, replica.client);
    await agree(replica.client, other.client);
    assert.equal(await infoOf(replica.client, 'stats', 'sync_partial_ok'), '1');
  });

  it('a chain: redis-server follows us, who follow redis-server; and the middle becomes a master', async () => {
    const first = await theirs();
    const middle = await ours();
    const last = await theirs();
    const random = new Random(4);
    await write(first.client, random, 100);
    await follows(middle.client, first.server.port);
    await agree(first.client, middle.client);
    await follows(last.client, middle.server.port);
    await agree(middle.client, last.client);
    await write(first.client, random, 200);
    await agree(first.client, middle.client);
    await agree(first.client, last.client);
    assert.equal(await middle.client.call('REPLICAOF', 'NO', 'ONE'), 'OK');
    await write(middle.client, random, 100);
    await agree(middle.client, last.client);
    // It knew the history that ours continues.
    assert.equal(await infoOf(middle.client, 'stats', 'sync_full'), '1');
    assert.equal(await fieldOf(middle.client, 'role'), 'master');
    assert.equal(
      await fieldOf(middle.client, 'master_replid2'),
      await fieldOf(first.client, 'master_replid'),
    );
  });

  it('roles change: the old master follows the new one without a snapshot', async () => {
    const us = await ours();
    const them = await theirs();
    const random = new Random(5);
    await write(us.client, random, 100);
    await follows(them.client, us.server.port);
    await agree(us.client, them.client);
    await them.client.call('REPLICAOF', 'NO', 'ONE');
    await follows(us.client, them.server.port);
    await write(them.client, random, 100);
    await agree(them.client, us.client);
    assert.equal(await infoOf(them.client, 'stats', 'sync_partial_ok'), '1');
  });

  it('FAILOVER hands over without losing a write, in both directions', async () => {
    const us = await ours();
    const them = await theirs();
    const random = new Random(6);
    await write(us.client, random, 50);
    await follows(them.client, us.server.port);
    await agree(us.client, them.client);
    await us.client.call('SET', 'last', 'write');
    assert.equal(await us.client.call('FAILOVER', 'TIMEOUT', '10000'), 'OK');
    const writer = await us.server.connect();
    // Held back until it is clear whose it is to take.
    assert.match((await writer.raw('SET', 'a', 'b')).toString(), /^-READONLY/);
    writer.close();
    await until('we follow', async () => (await fieldOf(us.client, 'master_link_status')) === 'up');
    assert.equal(await fieldOf(them.client, 'role'), 'master');
    assert.equal(await them.client.call('GET', 'last'), 'write');
    assert.equal(await infoOf(them.client, 'stats', 'sync_partial_ok'), '1');
    await until('they know us', async () => (await fieldOf(them.client, 'connected_slaves')) === '1');
    await agree(them.client, us.client);

    await them.client.call('FAILOVER', 'TO', '127.0.0.1', `${us.server.port}`);
    await until('they follow', async () => (await fieldOf(them.client, 'master_link_status')) === 'up');
    assert.equal(await fieldOf(us.client, 'role'), 'master');
    await write(us.client, random, 20);
    await agree(us.client, them.client);
  });

  it('FAILOVER that can not be leaves everything as it was', async () => {
    const us = await ours();
    assert.match((await us.client.raw('FAILOVER')).toString(), /^-ERR FAILOVER requires connected replicas/);
    const them = await theirs();
    await follows(them.client, us.server.port);
    await agree(us.client, them.client);
    assert.match(
      (await us.client.raw('FAILOVER', 'TO', '127.0.0.1', '1')).toString(),
      /^-ERR FAILOVER target HOST and PORT is not a replica/,
    );
    // A replica that is held up can't catch up.
    const sleeping = them.client.call('DEBUG', 'SLEEP', '0.5');
    await us.client.call('SET', 'a', '1');
    assert.equal(await us.client.call('FAILOVER', 'TIMEOUT', '50'), 'OK');
    await until(
      'time is up',
      async () => (await fieldOf(us.client, 'master_failover_state')) === 'no-failover',
    );
    assert.equal(await us.client.call('SET', 'a', '2'), 'OK');
    assert.equal(await fieldOf(us.client, 'role'), 'master');
    await sleeping;
    await agree(us.client, them.client);
  });

  it('WAIT counts who has acknowledged, at once or in time', async () => {
    const { server, client } = await ours();
    await client.call('SET', 'a', '1');
    assert.equal(await client.call('WAIT', '1', '10'), 0);
    const replica = await theirs();
    await follows(replica.client, server.port);
    await agree(client, replica.client);
    await client.call('SET', 'a', '2');
    assert.equal(await client.call('WAIT', '1', '0'), 1);
    await client.call('SET', 'a', '3');
    assert.equal(await client.call('WAIT', '2', '20'), 1);
  });

  it('too few replicas refuse writes', async () => {
    const { server, client } = await ours({ config: { ...CONFIG, 'min-replicas-to-write': 1 } });
    assert.equal(
      (await client.raw('SET', 'a', '1')).toString(),
      '-NOREPLICAS Not enough good replicas to write.\r\n',
    );
    const replica = await theirs();
    await follows(replica.client, server.port);
    await until('it is good', async () => (await fieldOf(client, 'min_slaves_good_slaves')) === '1');
    assert.equal(await client.call('SET', 'a', '1'), 'OK');
  });

  it('a master that asks for a password gets it, in both directions', async () => {
    const us = await ours({ config: { ...CONFIG, requirepass: 'secret' } });
    await us.client.call('AUTH', 'secret');
    await us.client.call('SET', 'a', '1');
    const them = await theirs(['--masterauth', 'secret', '--requirepass', 'other']);
    await them.client.call('AUTH', 'other');
    await follows(them.client, us.server.port);
    await agree(us.client, them.client);
    const third = await ours({ config: { ...CONFIG, masterauth: 'other' } });
    await follows(third.client, them.server.port);
    await agree(them.client, third.client);
    assert.equal(await third.client.call('GET', 'a'), '1');
  });

  it('keys of a replica go when the master says so', async () => {
    const master = await theirs();
    const { client } = await ours();
    await follows(client, master.server.port);
    await agree(master.client, client);
    await master.client.call('DEBUG', 'SET-ACTIVE-EXPIRE', '0');
    await master.client.call('SET', 'a', '1', 'PX', '30');
    await master.client.call('SET', 'b', '1');
    await caughtUp(master.client, client);
    await until('its time comes', async () => (await client.call('GET', 'a')) === null);
    assert.equal(await client.call('DBSIZE'), 2);
    await master.client.call('GET', 'a');
    await agree(master.client, client);
    assert.equal(await client.call('DBSIZE'), 1);
  });

  it('stale data are refused when they are not to be served', async () => {
    const { client } = await ours({ config: { ...CONFIG, 'replica-serve-stale-data': false } });
    await follows(client, 1);
    assert.match((await client.raw('GET', 'a')).toString(), /^-MASTERDOWN Link with MASTER is down/);
    assert.equal(await fieldOf(client, 'master_link_status'), 'down');
    await client.call('REPLICAOF', 'NO', 'ONE');
    assert.equal(await client.call('GET', 'a'), null);
  });

  it('a large value and many keys come over whole', async () => {
    const us = await ours();
    await us.client.call('SET', 'large', 'x'.repeat(2_000_000));
    await us.client.call('DEBUG', 'POPULATE', '5000');
    await us.client.call('SADD', 'set', ...Array.from({ length: 5000 }, (_, index) => `m${index}`));
    const them = await theirs(['--rdbcompression', 'no']);
    await follows(them.client, us.server.port);
    await agree(us.client, them.client);
    const third = await ours();
    await follows(third.client, them.server.port);
    await agree(them.client, third.client);
    // Within the stream, too.
    await us.client.call('SET', 'larger', 'y'.repeat(3_000_000));
    await agree(us.client, them.client);
    await agree(them.client, third.client);
  });
});

async function infoOf(client: Client, section: string, field: string): Promise<string> {
  const text = String(await client.call('INFO', section));
  return new RegExp(`^${field}:(.*)\r$`, 'm').exec(text)?.[1] ?? '';
}
