/** node-redis: what it does with commands. What it does with connections has a suite of its own. */
import assert from 'node:assert/strict';
import { createClient, defineScript, RESP_TYPES, type RedisClientOptions, WatchError } from 'redis';
import { describeServed } from '../support/describe-served.js';

const addTwice = defineScript({
  SCRIPT: `return redis.call('INCRBY', KEYS[1], ARGV[1] * 2)`,
  NUMBER_OF_KEYS: 1,
  parseCommand(parser, key: string, increment: number) {
    parser.pushKey(key);
    parser.push(String(increment));
  },
  transformReply: (reply: number) => reply,
});

describeServed('node-redis', (served) => {
  for (const RESP of [2, 3] as const) {
    describe(`in RESP${RESP}`, () => {
      async function connected(options: Pick<RedisClientOptions, 'database'> = {}) {
        const client = createClient({ url: served.url, RESP, scripts: { addTwice }, ...options });
        served.atEnd(() => client.close());
        await client.connect();
        return client;
      }

      it('reads what it wrote, the same in both protocols', async () => {
        const client = await connected();
        assert.equal(await client.set('key', 'välue', { expiration: { type: 'EX', value: 100 } }), 'OK');
        assert.equal(await client.set('key', 'other', { condition: 'NX' }), null);
        assert.equal(await client.get('key'), 'välue');
        assert.equal(await client.ttl('key'), 100);
        assert.equal(await client.hSet('hash', { one: '1', two: '2' }), 2);
        assert.deepEqual({ ...(await client.hGetAll('hash')) }, { one: '1', two: '2' });
        assert.equal(
          await client.zAdd('scores', [
            { score: 1.5, value: 'a' },
            { score: Infinity, value: 'b' },
          ]),
          2,
        );
        assert.deepEqual(await client.zRangeWithScores('scores', 0, -1), [
          { score: 1.5, value: 'a' },
          { score: Infinity, value: 'b' },
        ]);
        assert.equal(await client.zScore('scores', 'a'), 1.5);
        assert.deepEqual(await client.sMembers('none'), []);
        assert.deepEqual(
          await client.configGet('maxmemory-*').then((all) => all['maxmemory-policy']),
          'noeviction',
        );
      });

      it('maps types as it is asked to', async () => {
        const client = await connected();
        const bytes = client.withTypeMapping({ [RESP_TYPES.BLOB_STRING]: Buffer });
        const value = Buffer.from([0, 255, 13, 10]);
        await client.hSet('hash', 'bytes', value);
        assert.deepEqual(await bytes.hGet('hash', 'bytes'), value);
      });

      it('runs a transaction, and a pipeline that is none', async () => {
        const client = await connected();
        assert.deepEqual(await client.multi().set('a', '1').incr('a').lRange('none', 0, -1).exec(), [
          'OK',
          2,
          [],
        ]);
        assert.deepEqual(await client.multi().incr('a').get('a').execAsPipeline(), [3, '3']);
        await assert.rejects(
          client.multi().set('a', 'text').incr('a').exec(),
          (error: Error & { replies: unknown[] }) => {
            assert.equal(error.replies[0], 'OK');
            assert.match(String(error.replies[1]), /ERR value is not an integer/);
            return true;
          },
        );
        await assert.rejects(client.multi().addCommand(['NOSUCH']).exec(), /ERR unknown command 'NOSUCH'/);
        assert.equal(await client.get('a'), 'text');
      });

      it('refuses a transaction whose watched key changed', async () => {
        const client = await connected();
        const other = await connected();
        await client.watch('a');
        await other.set('a', 'theirs');
        await assert.rejects(client.multi().set('a', 'ours').exec(), WatchError);
        assert.equal(await client.get('a'), 'theirs');
        await client.watch('a');
        await client.unwatch();
        await other.set('a', 'again');
        assert.deepEqual(await client.multi().set('a', 'ours').exec(), ['OK']);
      });

      it('iterates over keys, fields and members', async () => {
        const client = await connected();
        const names = Array.from({ length: 500 }, (_, index) => `name:${index}`).sort();
        await client.mSet(names.map((name) => [name, 'x'] as [string, string]));
        await client.hSet('hash', Object.fromEntries(names.map((name) => [name, 'x'])));
        await client.sAdd('set', names);
        await client.zAdd(
          'zset',
          names.map((value, score) => ({ value, score })),
        );
        assert.deepEqual(await gathered(client.scanIterator({ MATCH: 'name:*', COUNT: 100 })), names);
        assert.deepEqual(await gathered(client.scanIterator({ TYPE: 'hash' })), ['hash']);
        assert.deepEqual(await gathered(client.sScanIterator('set', { COUNT: 50 })), names);
        const fields = [];
        for await (const batch of client.hScanIterator('hash'))
          fields.push(...batch.map(({ field }) => field));
        assert.deepEqual([...new Set(fields)].sort(), names);
        const members = [];
        for await (const batch of client.zScanIterator('zset', { MATCH: 'name:49?' })) members.push(...batch);
        assert.equal(new Set(members.map(({ value }) => value)).size, 10);
      });

      it('runs scripts, also after the server forgot them', async () => {
        const client = await connected();
        assert.equal(await client.addTwice('sum', 2), 4);
        await client.scriptFlush();
        assert.equal(await client.addTwice('sum', 1), 6);
        assert.deepEqual(await client.multi().addTwice('sum', 1).get('sum').exec(), [8, '8']);
        assert.deepEqual(
          await client.eval('return {KEYS[1], ARGV[1], false, 3.9}', { keys: ['k'], arguments: ['a'] }),
          ['k', 'a', null, 3],
        );
      });

      it('runs functions that the server keeps', async () => {
        const client = await connected();
        served.atEnd(() => served.control.call('FUNCTION', 'FLUSH'));
        const library = `#!lua name=sums
          redis.register_function('add', function(keys, args) return redis.call('INCRBY', keys[1], args[1]) end)`;
        assert.equal(await client.functionLoad(library), 'sums');
        assert.equal(await client.functionLoad(library, { REPLACE: true }), 'sums');
        assert.equal(await client.fCall('add', { keys: ['sum'], arguments: ['5'] }), 5);
        const [{ library_name, engine, functions }] = await client.functionList();
        assert.deepEqual({ library_name, engine }, { library_name: 'sums', engine: 'LUA' });
        assert.deepEqual(
          functions.map(({ name }) => name),
          ['add'],
        );
        const dump = await client.withTypeMapping({ [RESP_TYPES.BLOB_STRING]: Buffer }).functionDump();
        await client.functionDelete('sums');
        await client.functionRestore(dump);
        assert.equal(await client.fCall('add', { keys: ['sum'], arguments: ['2'] }), 7);
      });

      it('works on a stream in a group', async () => {
        const client = await connected();
        const reader = await connected();
        await client.xGroupCreate('log', 'group', '$', { MKSTREAM: true });
        const awaited = reader.xReadGroup('group', 'me', { key: 'log', id: '>' }, { BLOCK: 0, COUNT: 1 });
        await served.untilInfo('blocked_clients', 1);
        const id = await client.xAdd('log', '*', { name: 'first' });
        const read = (await awaited) as { name: string; messages: { id: string; message: object }[] }[];
        assert.equal(read[0].name, 'log');
        assert.equal(read[0].messages[0].id, id);
        assert.deepEqual({ ...read[0].messages[0].message }, { name: 'first' });
        assert.equal((await client.xPending('log', 'group')).pending, 1);
        const claimed = await client.xAutoClaim('log', 'group', 'other', 0, '0');
        assert.deepEqual(
          claimed.messages.map((message) => message?.id),
          [id],
        );
        const [pending] = await client.xPendingRange('log', 'group', '-', '+', 10);
        assert.deepEqual([pending.id, pending.consumer, pending.deliveriesCounter], [id, 'other', 2]);
        assert.equal(await client.xAck('log', 'group', id), 1);
        const [group] = await client.xInfoGroups('log');
        assert.deepEqual([group.name, group.consumers, group.pending], ['group', 2, 0]);
        assert.equal((await client.xInfoStream('log'))['last-generated-id'], id);
        assert.equal(await client.xLen('log'), 1);
        assert.equal((await client.xRange('log', '-', '+'))?.length, 1);
        assert.equal(await client.xRead({ key: 'log', id }), null);
      });

      it('follows its place in another database', async () => {
        const client = await connected({ database: 3 });
        await client.set('key', 'three');
        assert.equal(await client.dbSize(), 1);
        await client.select(4);
        assert.equal(await client.dbSize(), 0);
        assert.equal(await client.move('key', 5).catch((error: Error) => error.message), 0);
      });

      it('says what the server said of a mistake', async () => {
        const client = await connected();
        await client.set('text', 'x');
        await assert.rejects(client.lPush('text', 'y'), {
          message: 'WRONGTYPE Operation against a key holding the wrong kind of value',
        });
        await assert.rejects(client.sendCommand(['GET']), {
          message: "ERR wrong number of arguments for 'get' command",
        });
      });
    });
  }
});

async function gathered(batches: AsyncIterable<string[]>): Promise<string[]> {
  const found = new Set<string>();
  for await (const batch of batches) for (const each of batch) found.add(each);
  return [...found].sort();
}
