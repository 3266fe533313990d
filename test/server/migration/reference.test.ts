/** MIGRATE between januskv and a real redis-server, and between two januskv, over sockets. */
import assert from 'node:assert/strict';
import type { Client } from '../../support/client.js';
import { describeWithReference, startReference } from '../../support/reference-server.js';
import { FRONTENDS, startServer } from '../../support/running-server.js';

interface Party {
  readonly name: string;
  readonly port: number;
  readonly client: Client;
}

const CONFIG = { 'enable-debug-command': true };
const KEY_COUNT = 500;

async function fill(client: Client): Promise<string[]> {
  await client.call('FLUSHALL');
  await client.call('SET', 'number', '17');
  await client.call('SET', 'text\0\r\n', 'a\r\nb');
  await client.call('SET', 'fleeting', 'x', 'PX', '100000');
  await client.call('HSET', 'hash', 'a', '1', 'b', '2');
  await client.call('SADD', 'numbers', '1', '2', '3');
  await client.call('ZADD', 'scores', '1.5', 'a', '-inf', 'b');
  await client.call('XADD', 'stream', '1-1', 'field', 'value');
  await client.call('XGROUP', 'CREATE', 'stream', 'group', '0');
  await client.call('SETRANGE', 'large', '3000000', 'x');
  for (let index = 0; index < KEY_COUNT; index++) {
    await client.call(
      'RPUSH',
      `list:${index}`,
      ...Array.from({ length: 20 }, (_, item) => `item ${item * index}`),
    );
  }
  return (await client.call('KEYS', '*')) as string[];
}

describeWithReference('migration', () => {
  const parties: Party[] = [];
  const endings: (() => Promise<void>)[] = [];

  before(async () => {
    const reference = await startReference();
    const client = await reference.connect();
    parties.push({ name: 'redis-server', port: reference.port, client });
    endings.push(async () => {
      client.close();
      await reference.stop();
    });
    for (const frontend of FRONTENDS) {
      const server = await startServer({ frontend, config: CONFIG });
      const ours = await server.connect();
      parties.push({ name: `januskv ${frontend}`, port: server.port, client: ours });
      endings.push(async () => {
        ours.close();
        await server.stop();
      });
    }
  });

  after(async () => {
    for (const end of endings) await end();
  });

  for (const [from, to] of [
    [0, 1],
    [0, 2],
    [1, 0],
    [2, 0],
    [1, 2],
    [2, 1],
  ]) {
    const names = ['redis-server', ...FRONTENDS.map((frontend) => `januskv ${frontend}`)];
    if (from >= names.length || to >= names.length) continue;

    it(`moves data of every type from ${names[from]} to ${names[to]}`, async () => {
      const [source, target] = [parties[from], parties[to]];
      const keys = await fill(source.client);
      await target.client.call('FLUSHALL');
      const digest = await source.client.call('DEBUG', 'DIGEST');
      const migrate = (...rest: string[]) =>
        source.client.raw('MIGRATE', '127.0.0.1', target.port, '', '0', '5000', ...rest);
      assert.equal(String(await migrate('COPY', 'KEYS', ...keys)), '+OK\r\n');
      assert.equal(await target.client.call('DEBUG', 'DIGEST'), digest);
      assert.equal(
        String(await migrate('KEYS', ...keys)),
        '-ERR Target instance replied with error: BUSYKEY Target key name already exists.\r\n',
      );
      assert.equal(await source.client.call('DEBUG', 'DIGEST'), digest);
      assert.equal(String(await migrate('REPLACE', 'KEYS', ...keys)), '+OK\r\n');
      assert.equal(await source.client.call('DBSIZE'), 0);
      assert.equal(await target.client.call('DEBUG', 'DIGEST'), digest);
    });
  }
});
