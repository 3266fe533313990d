/** Waiting in XREAD and XREADGROUP, in memory and on a clock that moves when told to. */
import assert from 'node:assert/strict';
import type { Client } from '../../support/client.js';
import { describeCommand } from '../../support/describe-command.js';
import { type Plain, parseReply, plain } from '../../support/reply-node.js';

const WRONG_TYPE = '-WRONGTYPE Operation against a key holding the wrong kind of value\r\n';

describeCommand('XREAD XREADGROUP', ({ resp, call, raw, connect }) => {
  /** Sends a request that will wait. The server has it when it answered another one. */
  const wait = async (client: Client, command: string) => {
    client.send(`${command}\r\n`);
    await call('PING');
  };
  /** `key: id id, key: …` of the next reply. */
  const ids = async (client: Client) => {
    const reply = plain(parseReply(await client.reply())) as Plain[];
    const flat = resp === 2 ? reply.flat() : reply;
    const texts: string[] = [];
    for (let index = 0; index < flat.length; index += 2) {
      const entries = flat[index + 1] as [string, Plain][];
      texts.push(`${flat[index]}: ${entries.map(([id]) => id).join(' ')}`);
    }
    return texts.join(', ');
  };

  describe('XREAD', () => {
    it('answers at once when there is something', async () => {
      await call('XADD', 's', '1-1', 'a', 'b');
      const client = await connect();
      client.send('XREAD BLOCK 0 STREAMS s t 0 0\r\n');
      assert.equal(await ids(client), 's: 1-1');
    });

    it('waits for what comes behind the last id, of a key that is not there too', async () => {
      const client = await connect();
      await call('XADD', 's', '1-1', 'a', 'b');
      await wait(client, 'XREAD BLOCK 0 STREAMS s t $ $');
      await call('XADD', 't', '1-1', 'a', 'b');
      assert.equal(await ids(client), 't: 1-1');
      await wait(client, 'XREAD BLOCK 0 STREAMS s t $ $');
      await call('XADD', 's', '2-1', 'a', 'b');
      assert.equal(await ids(client), 's: 2-1');
    });

    it('goes on waiting for ids that are behind others', async () => {
      const client = await connect();
      await wait(client, 'XREAD BLOCK 0 STREAMS s 5-5');
      await call('XADD', 's', '5-5', 'a', 'b');
      await call('PING');
      assert.equal(client.unread, 0);
      await call('XADD', 's', '5-6', 'a', 'b');
      assert.equal(await ids(client), 's: 5-6');
    });

    it('gives every waiting client all that came', async () => {
      const [first, second] = [await connect(), await connect()];
      await wait(first, 'XREAD BLOCK 0 STREAMS s $');
      await wait(second, 'XREAD COUNT 1 BLOCK 0 STREAMS t s $ $');
      await call('MULTI');
      await call('XADD', 's', '1-1', 'a', 'b');
      await call('XADD', 's', '1-2', 'a', 'b');
      await call('EXEC');
      assert.equal(await ids(first), 's: 1-1 1-2');
      assert.equal(await ids(second), 's: 1-1');
    });

    it('is served after a script', async () => {
      const client = await connect();
      await wait(client, 'XREAD BLOCK 0 STREAMS s $');
      const script = "for i = 1, 3 do redis.call('XADD', KEYS[1], i .. '-0', 'a', 'b') end return 'done'";
      assert.equal(await call('EVAL', script, 1, 's'), 'done');
      assert.equal(await ids(client), 's: 1-0 2-0 3-0');
    });

    it('is woken by a stream that comes by RENAME, COPY, RESTORE or SWAPDB', async () => {
      const client = await connect();
      const serve = async (...arrival: (string | number | Buffer)[]) => {
        await wait(client, 'XREAD BLOCK 0 STREAMS s 0');
        await call(...arrival);
        assert.equal(await ids(client), 's: 1-1', String(arrival[0]));
        await call('DEL', 's');
      };
      await call('XADD', 'source', '1-1', 'a', 'b');
      const dump = await raw('DUMP', 'source');
      await serve('RESTORE', 's', 0, dump.subarray(dump.indexOf('\r\n') + 2, -2));
      await serve('COPY', 'source', 's');
      await serve('RENAME', 'source', 's');
      await call('SELECT', 1);
      await call('XADD', 's', '1-1', 'a', 'b');
      await serve('SWAPDB', 0, 1);
      await call('FLUSHALL');
    });

    it('goes on waiting while the key holds another type', async () => {
      const client = await connect();
      await wait(client, 'XREAD BLOCK 0 STREAMS s $');
      await call('LPUSH', 's', 'x');
      await call('DEL', 's');
      assert.equal(client.unread, 0);
      await call('XADD', 's', '1-1', 'a', 'b');
      assert.equal(await ids(client), 's: 1-1');
    });

    it('can be unblocked, as if time were up or with an error', async () => {
      const client = await connect();
      const id = Number(await client.call('CLIENT', 'ID'));
      await wait(client, 'XREAD BLOCK 0 STREAMS s $');
      assert.equal(await call('CLIENT', 'UNBLOCK', id), 1);
      assert.equal(String(await client.reply()), resp === 2 ? '*-1\r\n' : '_\r\n');
      await wait(client, 'XREAD BLOCK 0 STREAMS s $');
      assert.equal(await call('CLIENT', 'UNBLOCK', id, 'ERROR'), 1);
      assert.equal(String(await client.reply()), '-UNBLOCKED client unblocked via CLIENT UNBLOCK\r\n');
    });

    it('leaves nothing behind when it goes', async () => {
      const client = await connect();
      await wait(client, 'XREAD BLOCK 0 STREAMS s t $ $');
      client.close();
      assert.equal(await call('XADD', 's', '1-1', 'a', 'b'), '1-1');
    });
  });

  describe('XREADGROUP', () => {
    it('gives each entry to one client, in the order in which they came', async () => {
      const [first, second, third] = [await connect(), await connect(), await connect()];
      await call('XGROUP', 'CREATE', 's', 'g', '$', 'MKSTREAM');
      await wait(first, 'XREADGROUP GROUP g alice COUNT 1 BLOCK 0 STREAMS s >');
      await wait(second, 'XREADGROUP GROUP g bob COUNT 1 BLOCK 0 STREAMS s >');
      await wait(third, 'XREADGROUP GROUP g alice BLOCK 0 STREAMS s >');
      await call('MULTI');
      for (const id of ['1-1', '2-1', '3-1', '4-1']) await call('XADD', 's', id, 'a', 'b');
      await call('EXEC');
      assert.equal(await ids(first), 's: 1-1');
      assert.equal(await ids(second), 's: 2-1');
      assert.equal(await ids(third), 's: 3-1 4-1');
      const pending = (await call('XPENDING', 's', 'g')) as Plain[];
      assert.deepEqual(pending[3], [
        ['alice', '3'],
        ['bob', '1'],
      ]);
    });

    it('keeps the place of whoever finds nothing', async () => {
      const [first, second] = [await connect(), await connect()];
      await call('XGROUP', 'CREATE', 's', 'g', '$', 'MKSTREAM');
      await wait(first, 'XREADGROUP GROUP g alice BLOCK 0 STREAMS s >');
      await wait(second, 'XREADGROUP GROUP g bob BLOCK 0 STREAMS s >');
      await call('XADD', 's', '1-1', 'a', 'b');
      assert.equal(await ids(first), 's: 1-1');
      await call('XADD', 's', '2-1', 'a', 'b');
      assert.equal(await ids(second), 's: 2-1');
    });

    it('serves the clients of several groups and those of none', async () => {
      const [first, second, third] = [await connect(), await connect(), await connect()];
      await call('XGROUP', 'CREATE', 's', 'g', '$', 'MKSTREAM');
      await call('XGROUP', 'CREATE', 's', 'h', '$');
      await wait(first, 'XREADGROUP GROUP g alice BLOCK 0 STREAMS s >');
      await wait(second, 'XREAD BLOCK 0 STREAMS s $');
      await wait(third, 'XREADGROUP GROUP h alice NOACK BLOCK 0 STREAMS s >');
      await call('XADD', 's', '1-1', 'a', 'b');
      for (const client of [first, second, third]) assert.equal(await ids(client), 's: 1-1');
    });

    it('waits for several streams', async () => {
      const client = await connect();
      for (const key of ['s', 't']) await call('XGROUP', 'CREATE', key, 'g', '$', 'MKSTREAM');
      await wait(client, 'XREADGROUP GROUP g alice BLOCK 0 STREAMS s t > >');
      await call('XADD', 't', '1-1', 'a', 'b');
      assert.equal(await ids(client), 't: 1-1');
    });

    it('never waits for what is pending', async () => {
      const client = await connect();
      await call('XGROUP', 'CREATE', 's', 'g', '$', 'MKSTREAM');
      client.send('XREADGROUP GROUP g alice BLOCK 0 STREAMS s 0\r\n');
      assert.equal(await ids(client), 's: ');
    });

    it('goes on waiting when the group is set back', async () => {
      const client = await connect();
      await call('XADD', 's', '1-1', 'a', 'b');
      await call('XGROUP', 'CREATE', 's', 'g', '$');
      await wait(client, 'XREADGROUP GROUP g alice BLOCK 0 STREAMS s >');
      await call('XGROUP', 'SETID', 's', 'g', 0);
      await call('PING');
      assert.equal(client.unread, 0);
      await call('XADD', 's', '2-1', 'a', 'b');
      assert.equal(await ids(client), 's: 1-1 2-1');
    });
  });
});

describeCommand(
  'XREADGROUP',
  (kit) => {
    const { call, connect, advance, tick, resp } = kit;
    const NO_GROUP = "-NOGROUP No such key 's' or consumer group 'g' in XREADGROUP with GROUP option\r\n";
    const waiting = async () => {
      const client = await connect();
      await call('XGROUP', 'CREATE', 's', 'g', '$', 'MKSTREAM');
      client.send('XREADGROUP GROUP g alice BLOCK 0 STREAMS s >\r\n');
      assert.equal(client.unread, 0);
      return client;
    };

    it('is told that the group went', async () => {
      const client = await waiting();
      await call('XGROUP', 'DESTROY', 's', 'g');
      assert.equal(String(await client.reply()), NO_GROUP);
    });

    it('is told that the key went, however it went', async () => {
      const goings = [
        ['DEL', 's'],
        ['UNLINK', 's'],
        ['FLUSHALL'],
        ['FLUSHDB', 'ASYNC'],
        ['RENAME', 's', 't'],
      ];
      for (const going of [...goings, ['SWAPDB', 0, 5], ['MOVE', 's', 7]]) {
        const client = await waiting();
        await call(...going);
        assert.equal(String(await client.reply()), NO_GROUP, going.join(' '));
        await call('FLUSHALL');
      }
    });

    it('is told that the key expired', async () => {
      const client = await waiting();
      await call('PEXPIRE', 's', 10);
      advance(11);
      tick();
      assert.equal(String(await client.reply()), NO_GROUP);
    });

    it('is told that the key holds another type, or another stream', async () => {
      let client = await waiting();
      await call('SET', 's', 'text');
      assert.equal(String(await client.reply()), WRONG_TYPE);
      await call('DEL', 's');
      client = await waiting();
      await call('SELECT', 5);
      await call('SET', 's', 'text');
      await call('SWAPDB', 0, 5);
      assert.equal(String(await client.reply()), WRONG_TYPE);
      await call('FLUSHALL');
      await call('SELECT', 0);
      client = await waiting();
      await call('XADD', 'other', '1-1', 'a', 'b');
      await call('RENAME', 'other', 's');
      assert.equal(String(await client.reply()), NO_GROUP);
    });

    it('goes on waiting when a transaction puts everything back', async () => {
      const client = await waiting();
      await call('MULTI');
      await call('DEL', 's');
      await call('XGROUP', 'CREATE', 's', 'g', '$', 'MKSTREAM');
      await call('EXEC');
      assert.equal(client.unread, 0);
      await call('XADD', 's', '1-1', 'a', 'b');
      assert.match(String(await client.reply()), /1-1/);
    });

    it('waits as long as it was told to, to the millisecond', async () => {
      const client = await connect();
      client.send('XREAD BLOCK 50 STREAMS nothing $\r\n');
      advance(49);
      tick();
      assert.equal(client.unread, 0);
      advance(1);
      tick();
      assert.equal(String(await client.reply()), resp === 2 ? '*-1\r\n' : '_\r\n');
      assert.equal(kit.memory.server.blocking.keyCount, 0);
    });

    it('is not woken by what a transaction takes away again', async () => {
      const client = await connect();
      client.send('XREAD BLOCK 0 STREAMS s $\r\n');
      await call('MULTI');
      await call('XADD', 's', '1-1', 'a', 'b');
      await call('XDEL', 's', '1-1');
      await call('EXEC');
      await call('PING');
      assert.equal(client.unread, 0);
      await call('XADD', 's', '1-2', 'a', 'b');
      assert.match(String(await client.reply()), /1-2/);
    });

    it('does not wait in transactions and scripts', async () => {
      await call('MULTI');
      await call('XREAD', 'BLOCK', 0, 'STREAMS', 's', '$');
      assert.deepEqual(await call('EXEC'), [null]);
      const script = "return redis.call('XREAD', 'BLOCK', 0, 'STREAMS', KEYS[1], '$')";
      assert.equal(await call('EVAL', script, 1, 's'), null);
    });

    it('was seen when it began to wait, and active when it got something', async () => {
      const client = await waiting();
      const consumer = async () => ((await call('XINFO', 'CONSUMERS', 's', 'g')) as Plain[][])[0].slice(5);
      advance(10);
      assert.deepEqual(await consumer(), [10, 'inactive', -1]);
      await call('XADD', 's', '1-1', 'a', 'b');
      await client.reply();
      advance(3);
      assert.deepEqual(await consumer(), [3, 'inactive', 3]);
    });
  },
  { ourOwn: '7.2 runs the command again and answers what it answers; 7.0 has texts of its own' },
);

describeCommand('XDEL and XTRIM', ({ call, connect }) => {
  it('leave those alone who wait, in their order', async () => {
    await call('XADD', 'stream', '1-0', 'f', 'v');
    await call('XGROUP', 'CREATE', 'stream', 'group', '$');
    const [first, second] = [await connect(), await connect()];
    const read = ['XREADGROUP', 'GROUP', 'group', 'consumer', 'BLOCK', 0, 'STREAMS', 'stream', '>'];
    const served: string[] = [];
    const waiting = [first, second].map(async (client, index) => {
      await client.raw(...read);
      served.push(index === 0 ? 'first' : 'second');
    });
    await call('XDEL', 'stream', '1-0');
    await call('XTRIM', 'stream', 'MAXLEN', 0);
    await call('XADD', 'stream', '2-0', 'f', 'v');
    await waiting[0];
    assert.deepEqual(served, ['first']);
    await call('XADD', 'stream', '3-0', 'f', 'v');
    await waiting[1];
    for (const client of [first, second]) client.close();
  });
});
