/** ioredis: what it does with commands. What it does with connections has a suite of its own. */
import assert from 'node:assert/strict';
import { Redis, type RedisOptions } from 'ioredis';
import { describeServed } from '../support/describe-served.js';

/** Custom commands are methods that nobody declared. */
interface WithScripts {
  addAndGet(key: string, increment: number): Promise<unknown>;
}

describeServed('ioredis', (served) => {
  for (const protocol of [2, 3] as const) {
    describe(`in RESP${protocol}`, () => {
      function client(options: Omit<RedisOptions, 'replyMapping'> = {}): Redis {
        const redis = new Redis(served.url, { protocol, ...options });
        served.atEnd(() => redis.quit());
        return redis;
      }

      it('reads what it wrote, bytes as bytes', async () => {
        const redis = client();
        const bytes = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte));
        await redis.set('bytes', bytes, 'EX', 100);
        assert.deepEqual(await redis.getBuffer('bytes'), bytes);
        await redis.hset('hash', { field: 'value', föld: 'wérte' });
        assert.deepEqual(await redis.hgetall('hash'), { field: 'value', föld: 'wérte' });
        assert.equal(await redis.ttl('bytes'), 100);
        assert.equal(await redis.get('nothing'), null);
      });

      it('puts its prefix before every key', async () => {
        const redis = client({ keyPrefix: 'app:' });
        await redis.mset('one', 1, 'two', 2);
        await redis.eval('return redis.call("SET", KEYS[1], ARGV[1])', 1, 'three', 3);
        assert.deepEqual((await redis.keys('*')).sort(), ['app:one', 'app:three', 'app:two']);
      });

      it('answers a pipeline in order, each command for itself', async () => {
        const redis = client();
        const pipeline = redis.pipeline();
        for (let index = 0; index < 1000; index++) pipeline.set(`key:${index}`, index);
        pipeline.lpush('key:0', 'no list');
        for (let index = 0; index < 1000; index++) pipeline.get(`key:${index}`);
        const results = await pipeline.exec();
        assert.equal(results?.length, 2001);
        assert.match(String(results[1000][0]), /WRONGTYPE Operation against a key/);
        results.slice(1001).forEach((result, index) => {
          assert.deepEqual(result, [null, String(index)]);
        });
      });

      it('makes pipelines by itself of what one turn of the loop asks for', async () => {
        const redis = client({ enableAutoPipelining: true });
        await redis.set('text', 'x');
        const asked = Array.from({ length: 200 }, (_, index) => redis.incr(`counter:${index % 10}`));
        const mistake = redis.incr('text');
        assert.equal(redis.autoPipelineQueueSize, 201);
        assert.deepEqual(
          await Promise.all(asked),
          Array.from({ length: 200 }, (_, index) => Math.floor(index / 10) + 1),
        );
        await assert.rejects(mistake, /ERR value is not an integer/);
      });

      it('runs a transaction, pipelined or step by step', async () => {
        const redis = client();
        assert.deepEqual(await redis.multi().set('a', 1).incr('a').lpush('a', 'x').exec().then(plain), [
          'OK',
          2,
          'WRONGTYPE Operation against a key holding the wrong kind of value',
        ]);
        await redis.multi({ pipeline: false });
        assert.equal(await redis.incr('a'), 'QUEUED');
        assert.deepEqual(await redis.exec().then(plain), [3]);
      });

      it('aborts a transaction with a command that is none, and one whose watched key changed', async () => {
        const redis = client();
        const other = client();
        await assert.rejects(
          redis.multi().call('SET', 'a').exec(),
          /EXECABORT Transaction discarded because of previous errors/,
        );
        await redis.watch('a');
        await other.set('a', 'theirs');
        assert.equal(await redis.multi().set('a', 'ours').exec(), null);
        assert.equal(await redis.get('a'), 'theirs');
      });

      it('streams every key, field and member by SCAN and its kin', async () => {
        const redis = client();
        const names = Array.from({ length: 1000 }, (_, index) => `name:${index}`);
        await redis.mset(Object.fromEntries(names.map((name) => [name, 1])));
        await redis.hset('hash', Object.fromEntries(names.map((name) => [name, 1])));
        await redis.sadd('set', names);
        await redis.zadd('zset', ...names.flatMap((name, index) => [index, name]));
        const sorted = [...names].sort();
        assert.deepEqual(await gathered(redis.scanStream({ match: 'name:*', count: 50 })), sorted);
        assert.deepEqual(await gathered(redis.scanStream({ type: 'zset' })), ['zset']);
        assert.deepEqual(await gathered(redis.sscanStream('set', { count: 100 })), sorted);
        assert.deepEqual(await gathered(redis.hscanStream('hash'), 2), sorted);
        assert.deepEqual(await gathered(redis.zscanStream('zset', { match: 'name:99?' }), 2), [
          ...Array.from({ length: 10 }, (_, digit) => `name:99${digit}`),
        ]);
      });

      it('runs custom commands in Lua, also after the server forgot them', async () => {
        const redis = client();
        redis.defineCommand('addAndGet', {
          numberOfKeys: 1,
          lua: `local before = redis.call('GET', KEYS[1])
                redis.call('INCRBY', KEYS[1], ARGV[1])
                return { before, redis.call('GET', KEYS[1]) }`,
        });
        const scripted = redis as Redis & WithScripts;
        assert.deepEqual(await scripted.addAndGet('sum', 5), [null, '5']);
        assert.deepEqual(await scripted.addAndGet('sum', 2), ['5', '7']);
        await redis.script('FLUSH');
        assert.deepEqual(await scripted.addAndGet('sum', 1), ['7', '8']);
        await redis.script('FLUSH');
        const pipeline = redis.pipeline();
        for (const increment of [1, 1]) (pipeline as unknown as WithScripts).addAndGet('sum', increment);
        assert.deepEqual(await pipeline.exec().then(plain), [
          ['8', '9'],
          ['9', '10'],
        ]);
      });

      it('runs functions that the server keeps', async () => {
        const redis = client();
        served.atEnd(() => served.control.call('FUNCTION', 'FLUSH'));
        const library = `#!lua name=greetings
          redis.register_function('greet', function(keys, args)
            redis.call('SET', keys[1], args[1])
            return redis.call('GET', keys[1])
          end)
          redis.register_function{
            function_name = 'peek',
            callback = function(keys) return redis.call('GET', keys[1]) end,
            flags = { 'no-writes' },
          }`;
        assert.equal(await redis.function('LOAD', library), 'greetings');
        assert.equal(await redis.fcall('greet', 1, 'key', 'hällo'), 'hällo');
        assert.equal(await redis.fcall_ro('peek', 1, 'key'), 'hällo');
        await assert.rejects(redis.function('LOAD', library), /ERR Library 'greetings' already exists/);
        await assert.rejects(
          redis.fcall_ro('greet', 1, 'key', 'x'),
          /ERR Can not execute a script with write flag using \*_ro command/,
        );
        const dump = await redis.functionBuffer('DUMP');
        await redis.function('DELETE', 'greetings');
        await assert.rejects(redis.fcall('greet', 1, 'key', 'x'), /ERR Function not found/);
        assert.equal(await redis.function('RESTORE', dump as Buffer), 'OK');
        assert.equal(await redis.fcall('peek', 1, 'key'), 'hällo');
      });

      it('reads a stream by itself and in a group', async () => {
        const redis = client();
        const reader = client();
        const awaited = reader.xread('BLOCK', 0, 'STREAMS', 'log', '$');
        await served.untilInfo('blocked_clients', 1);
        const first = await redis.xadd('log', '*', 'n', '1');
        assert.deepEqual(await awaited, [['log', [[first, ['n', '1']]]]]);
        await redis.xgroup('CREATE', 'log', 'group', '0');
        const second = await redis.xadd('log', '*', 'n', '2');
        assert.deepEqual(
          await reader.xreadgroup('GROUP', 'group', 'me', 'COUNT', 10, 'STREAMS', 'log', '>'),
          [
            [
              'log',
              [
                [first, ['n', '1']],
                [second, ['n', '2']],
              ],
            ],
          ],
        );
        assert.equal(await reader.xack('log', 'group', first ?? ''), 1);
        assert.deepEqual(await reader.xreadgroup('GROUP', 'group', 'me', 'STREAMS', 'log', '0'), [
          ['log', [[second, ['n', '2']]]],
        ]);
        assert.deepEqual(await redis.xpending('log', 'group'), [1, second, second, [['me', '1']]]);
        assert.deepEqual(await redis.xclaim('log', 'group', 'other', 0, second ?? '', 'JUSTID'), [second]);
        assert.deepEqual(await redis.xautoclaim('log', 'group', 'third', 0, '0'), [
          '0-0',
          [[second, ['n', '2']]],
          [],
        ]);
        const [group] = (await redis.xinfo('GROUPS', 'log')) as unknown[][];
        assert.deepEqual(group.slice(0, 6), ['name', 'group', 'consumers', 3, 'pending', 1]);
        assert.equal(await redis.xtrim('log', 'MAXLEN', 1), 1);
        assert.equal(await redis.xlen('log'), 1);
      });

      it('says with an error which command failed', async () => {
        const redis = client();
        await redis.set('text', 'x');
        await assert.rejects(redis.hgetall('text'), {
          name: 'ReplyError',
          message: 'WRONGTYPE Operation against a key holding the wrong kind of value',
          command: { name: 'hgetall', args: ['text'] },
        });
        await assert.rejects(redis.call('NOSUCH', 'a'), {
          message: "ERR unknown command 'NOSUCH', with args beginning with: 'a' ",
        });
      });
    });
  }

  it('has replies of RESP3 as what they are', async () => {
    const redis = new Redis(served.url, { protocol: 3, replyMapping: 'resp3' });
    served.atEnd(() => redis.quit());
    await redis.zadd('scores', 1.5, 'a', 2, 'b');
    await redis.hset('hash', { field: 'value' });
    assert.equal(await redis.zscore('scores', 'a'), 1.5);
    assert.deepEqual(await redis.call('HGETALL', 'hash'), { field: 'value' });
    assert.deepEqual(await redis.call('ZRANGE', 'scores', 0, -1, 'WITHSCORES'), [
      ['a', 1.5],
      ['b', 2],
    ]);
  });
});

/** The results of a transaction or pipeline, errors as their texts. */
function plain(results: [error: Error | null, result: unknown][] | null): unknown[] | undefined {
  return results?.map((result) => (Array.isArray(result) ? unpacked(result) : result));
}

function unpacked([error, result]: [error: Error | null, result: unknown]): unknown {
  return error === null ? result : error.message;
}

/** All that a scan stream brings, once each, sorted. @param step 2 for the first of pairs */
async function gathered(stream: AsyncIterable<unknown>, step = 1): Promise<string[]> {
  const found = new Set<string>();
  for await (const batch of stream) {
    (batch as string[]).forEach((each, index) => {
      if (index % step === 0) found.add(each);
    });
  }
  return [...found].sort();
}
