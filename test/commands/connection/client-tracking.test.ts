import assert from 'node:assert/strict';
import type { Client } from '../../support/client.js';
import { describeCommand } from '../../support/describe-command.js';
import { plain } from '../../support/reply-node.js';

/** The invalidations that came until now: an exchange with the server comes after them. */
async function invalidated(client: Client): Promise<unknown[]> {
  await client.call('PING');
  return client.pushes.splice(0).map((push) => (plain(push) as unknown[])[1]);
}

async function idOf(client: Client): Promise<number> {
  return Number(await client.call('CLIENT', 'ID'));
}

async function resp3(connect: () => Promise<Client>): Promise<Client> {
  const client = await connect();
  if (client.resp === 2) await client.hello3();
  return client;
}

describeCommand('CLIENT TRACKING', ({ call, refused, connect }) => {
  it('tells a client once that a key it read was changed', async () => {
    const reader = await resp3(connect);
    await reader.call('CLIENT', 'TRACKING', 'ON');
    await reader.call('MGET', 'a', 'b');
    await call('SET', 'a', 1);
    await call('SET', 'a', 2);
    await call('SET', 'other', 1);
    await call('DEL', 'b');
    assert.deepEqual(await invalidated(reader), [['a']]);
    await reader.call('GET', 'a');
    await call('DEL', 'a');
    assert.deepEqual(await invalidated(reader), [['a']]);
    reader.close();
  });

  it('tells it of its own changes after the reply, or not at all with NOLOOP', async () => {
    const reader = await resp3(connect);
    await reader.call('CLIENT', 'TRACKING', 'ON');
    await reader.call('GET', 'a');
    await reader.call('SET', 'a', 1);
    assert.deepEqual(await invalidated(reader), [['a']]);
    await reader.call('CLIENT', 'TRACKING', 'ON', 'NOLOOP');
    await reader.call('GET', 'a');
    await reader.call('SET', 'a', 2);
    assert.deepEqual(await invalidated(reader), []);
    reader.close();
  });

  it('tells of a flush that all keys changed', async () => {
    const reader = await resp3(connect);
    await reader.call('CLIENT', 'TRACKING', 'ON');
    await call('SET', 'a', 1);
    await call('FLUSHALL');
    assert.deepEqual(await invalidated(reader), [null]);
    reader.close();
  });

  it('remembers what a transaction reads, and tells after EXEC', async () => {
    const reader = await resp3(connect);
    await reader.call('CLIENT', 'TRACKING', 'ON');
    for (const words of [['MULTI'], ['GET', 'a'], ['SET', 'a', 1], ['GET', 'b']]) await reader.call(...words);
    assert.deepEqual(await reader.call('EXEC'), [null, 'OK', null]);
    await call('SET', 'b', 1);
    assert.deepEqual(await invalidated(reader), [['a'], ['b']]);
    reader.close();
  });

  it('asks for CLIENT CACHING YES in mode OPTIN, before each command', async () => {
    const reader = await resp3(connect);
    await reader.call('CLIENT', 'TRACKING', 'ON', 'OPTIN');
    await reader.call('GET', 'a');
    await reader.call('CLIENT', 'CACHING', 'YES');
    await reader.call('GET', 'b');
    await reader.call('GET', 'c');
    for (const key of ['a', 'b', 'c']) await call('SET', key, 1);
    assert.deepEqual(await invalidated(reader), [['b']]);
    reader.close();
  });

  it('remembers all that a script reads after CLIENT CACHING YES', async () => {
    const reader = await resp3(connect);
    await reader.call('CLIENT', 'TRACKING', 'ON', 'OPTIN');
    await reader.call('CLIENT', 'CACHING', 'YES');
    await reader.call('EVAL', "redis.call('GET', 'a') redis.call('GET', 'b')", 2, 'a', 'b');
    await reader.call('GET', 'c');
    for (const key of ['a', 'b', 'c']) await call('SET', key, 1);
    assert.deepEqual(await invalidated(reader), [['a'], ['b']]);
    reader.close();
  });

  it('leaves out what follows CLIENT CACHING NO in mode OPTOUT', async () => {
    const reader = await resp3(connect);
    await reader.call('CLIENT', 'TRACKING', 'ON', 'OPTOUT');
    await reader.call('CLIENT', 'CACHING', 'NO');
    await reader.call('GET', 'a');
    await reader.call('GET', 'b');
    for (const key of ['a', 'b']) await call('SET', key, 1);
    assert.deepEqual(await invalidated(reader), [['b']]);
    reader.close();
  });

  it('broadcasts every change to keys with the prefixes, in one message', async () => {
    const reader = await resp3(connect);
    await reader.call('CLIENT', 'TRACKING', 'ON', 'BCAST', 'PREFIX', 'user:', 'PREFIX', 'item:');
    await call('MSET', 'user:2', 'x', 'other', 'x', 'user:1', 'x');
    assert.deepEqual(await invalidated(reader), [['user:1', 'user:2']]);
    await reader.call('CLIENT', 'TRACKING', 'OFF');
    await call('SET', 'user:1', 'y');
    assert.deepEqual(await invalidated(reader), []);
    reader.close();
  });

  it('broadcasts to all but the one who changed the key, with NOLOOP', async () => {
    const [first, second] = [await resp3(connect), await resp3(connect)];
    for (const client of [first, second]) await client.call('CLIENT', 'TRACKING', 'ON', 'BCAST', 'NOLOOP');
    await first.call('SET', 'a', 1);
    assert.deepEqual(await invalidated(second), [['a']]);
    assert.deepEqual(await invalidated(first), []);
    first.close();
    second.close();
  });

  it('broadcasts what a script changed to the client that runs it, too, with NOLOOP', async () => {
    const reader = await resp3(connect);
    await reader.call('CLIENT', 'TRACKING', 'ON', 'BCAST', 'NOLOOP');
    await reader.call('EVAL', "redis.call('SET', 'a', 1)", 0);
    assert.deepEqual(await invalidated(reader), [['a']]);
    await reader.call('EVAL', "redis.call('SET', 'a', 2)", 0);
    await reader.call('SET', 'a', 3);
    assert.deepEqual(await invalidated(reader), [['a']]);
    reader.close();
  });

  it('sends messages to another client, as publications in RESP2', async () => {
    const [reader, target] = [await connect(), await connect()];
    const targetId = await idOf(target);
    await reader.call('CLIENT', 'TRACKING', 'ON', 'REDIRECT', targetId);
    if (target.resp === 2) {
      target.send('SUBSCRIBE __redis__:invalidate\r\n');
      await target.reply();
    }
    await reader.call('GET', 'a');
    await call('SET', 'a', 1);
    if (target.resp === 2) {
      const message = '*3\r\n$7\r\nmessage\r\n$20\r\n__redis__:invalidate\r\n*1\r\n$1\r\na\r\n';
      assert.equal((await target.reply()).toString(), message);
      await call('FLUSHALL');
      assert.equal((await target.reply()).toString(), message.replace('*1\r\n$1\r\na', '$-1'));
    } else {
      assert.deepEqual(await invalidated(target), [['a']]);
    }
    assert.equal(await reader.call('CLIENT', 'GETREDIR'), targetId);
    reader.close();
    target.close();
  });

  it('refuses options that do not go together', async () => {
    const other = await idOf(await connect());
    const cases: [string, (string | number)[]][] = [
      ['ERR syntax error', ['MAYBE']],
      ['ERR syntax error', ['ON', 'FOO']],
      ['ERR syntax error', ['ON', 'REDIRECT']],
      ['ERR value is not an integer or out of range', ['ON', 'REDIRECT', 'x']],
      ['ERR The client ID you want redirect to does not exist', ['ON', 'REDIRECT', 999_999]],
      [
        'ERR A client can only redirect to a single other client',
        ['ON', 'REDIRECT', other, 'REDIRECT', other],
      ],
      ['ERR PREFIX option requires BCAST mode to be enabled', ['ON', 'PREFIX', 'a']],
      ['ERR OPTIN and OPTOUT are not compatible with BCAST', ['ON', 'BCAST', 'OPTIN']],
      ["ERR You can't specify both OPTIN mode and OPTOUT mode", ['ON', 'OPTIN', 'OPTOUT']],
      [
        "ERR Prefix 'a' overlaps with another provided prefix 'ab'. Prefixes for a single client must not overlap.",
        ['ON', 'BCAST', 'PREFIX', 'a', 'PREFIX', 'ab'],
      ],
    ];
    for (const [message, words] of cases) await refused(message, 'CLIENT', 'TRACKING', ...words);
  });

  it('refuses another mode while it is on', async () => {
    await call('CLIENT', 'TRACKING', 'ON', 'BCAST', 'PREFIX', 'b');
    await refused(
      "ERR You can't switch BCAST mode on/off before disabling tracking for this client, and then re-enabling it with a different mode.",
      ...['CLIENT', 'TRACKING', 'ON'],
    );
    await refused(
      "ERR Prefix 'bc' overlaps with an existing prefix 'b'. Prefixes for a single client must not overlap.",
      ...['CLIENT', 'TRACKING', 'ON', 'BCAST', 'PREFIX', 'bc'],
    );
    await call('CLIENT', 'TRACKING', 'OFF');
    await call('CLIENT', 'TRACKING', 'ON', 'OPTIN');
    await refused(
      "ERR You can't switch OPTIN/OPTOUT mode before disabling tracking for this client, and then re-enabling it with a different mode.",
      ...['CLIENT', 'TRACKING', 'ON', 'OPTOUT'],
    );
  });
});

describeCommand('CLIENT CACHING', ({ call, refused }) => {
  it('is for the modes OPTIN and OPTOUT alone', async () => {
    await refused(
      'ERR CLIENT CACHING can be called only when the client is in tracking mode with OPTIN or OPTOUT mode enabled',
      ...['CLIENT', 'CACHING', 'YES'],
    );
    await call('CLIENT', 'TRACKING', 'ON', 'OPTIN');
    await refused(
      'ERR CLIENT CACHING NO is only valid when tracking is enabled in OPTOUT mode.',
      ...['CLIENT', 'CACHING', 'NO'],
    );
    await refused('ERR syntax error', 'CLIENT', 'CACHING', 'MAYBE');
    assert.equal(await call('CLIENT', 'CACHING', 'YES'), 'OK');
  });
});

describeCommand('CLIENT TRACKINGINFO', ({ call, wire }) => {
  it('tells that tracking is off', async () => {
    await wire('CLIENT TRACKINGINFO', {
      resp2: '*6\r\n$5\r\nflags\r\n*1\r\n$3\r\noff\r\n$8\r\nredirect\r\n:-1\r\n$8\r\nprefixes\r\n*0\r\n',
      resp3: '%3\r\n$5\r\nflags\r\n~1\r\n$3\r\noff\r\n$8\r\nredirect\r\n:-1\r\n$8\r\nprefixes\r\n*0\r\n',
    });
    await wire('CLIENT GETREDIR', ':-1\r\n');
  });

  it('tells how it is on', async () => {
    await call('CLIENT', 'TRACKING', 'ON', 'OPTIN', 'NOLOOP');
    await call('CLIENT', 'CACHING', 'YES');
    assert.deepEqual(await call('CLIENT', 'TRACKINGINFO'), [
      ...['flags', ['on', 'optin', 'caching-yes', 'noloop'], 'redirect', 0, 'prefixes', []],
    ]);
    await call('CLIENT', 'TRACKING', 'OFF');
    await call('CLIENT', 'TRACKING', 'ON', 'BCAST', 'PREFIX', 'b', 'PREFIX', 'a');
    assert.deepEqual(await call('CLIENT', 'TRACKINGINFO'), [
      ...['flags', ['on', 'bcast'], 'redirect', 0, 'prefixes', ['a', 'b']],
    ]);
    assert.match(String(await call('CLIENT', 'INFO')), / flags=tB .* redir=0 /);
    assert.match(String(await call('INFO', 'clients')), /\r\ntracking_clients:1\r\n/);
    assert.match(String(await call('INFO', 'stats')), /\r\ntracking_total_prefixes:2\r\n/);
  });
});

describeCommand(
  'CLIENT TRACKING RESET',
  (kit) => {
    it('leaves nothing behind when its clients are gone', async () => {
      const { tracking } = kit.memory.server;
      const [first, second] = [await kit.connect(), await kit.connect()];
      await first.call('CLIENT', 'TRACKING', 'ON');
      await first.call('GET', 'a');
      await second.call('CLIENT', 'TRACKING', 'ON', 'BCAST', 'PREFIX', 'x');
      assert.deepEqual([tracking.clientCount, tracking.keyCount, tracking.prefixCount], [2, 1, 1]);
      second.close();
      await first.call('RESET');
      assert.deepEqual([tracking.clientCount, tracking.keyCount, tracking.prefixCount], [0, 0, 0]);
      assert.equal(kit.memory.server.afterCommandMask, 0);
    });

    it('takes keys for changed as soon as a request has had too many remembered', async () => {
      const reader = await resp3(() => kit.connect());
      kit.memory.server.tracking.keyCountMax = 2;
      await reader.call('CLIENT', 'TRACKING', 'ON');
      await reader.call('MGET', 'a', 'b', 'c');
      assert.deepEqual(await invalidated(reader), [['a']]);
    });

    it('takes keys for changed at the next tick when the limit has sunk', async () => {
      const reader = await resp3(() => kit.connect());
      await reader.call('CLIENT', 'TRACKING', 'ON');
      await reader.call('MGET', 'a', 'b', 'c');
      kit.memory.server.tracking.keyCountMax = 2;
      kit.tick();
      assert.deepEqual(await invalidated(reader), [['a']]);
    });

    it('tells of keys that expire', async () => {
      const reader = await resp3(() => kit.connect());
      await kit.call('SET', 'a', 'x', 'PX', 10);
      await reader.call('CLIENT', 'TRACKING', 'ON');
      await reader.call('GET', 'a');
      kit.advance(11);
      kit.tick();
      assert.deepEqual(await invalidated(reader), [['a']]);
    });

    it('says when the client that it redirects to is gone', async () => {
      const [reader, target] = [await resp3(() => kit.connect()), await kit.connect()];
      const id = await idOf(target);
      await reader.call('CLIENT', 'TRACKING', 'ON', 'REDIRECT', id);
      await reader.call('GET', 'a');
      target.close();
      await kit.call('SET', 'a', 1);
      assert.deepEqual(plain(reader.pushes[0]), ['tracking-redir-broken', id]);
      assert.match(String(await reader.call('CLIENT', 'INFO')), / flags=tR /);
    });
  },
  { ourOwn: 'it looks at the clock and at the insides' },
);
