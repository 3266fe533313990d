import assert from 'node:assert/strict';
import { describeCommand } from '../../support/describe-command.js';
import { MemoryServer } from '../../support/memory-server.js';

/** A message as it goes out: an array in RESP2, a push in RESP3. */
const message = (resp: 2 | 3, ...parts: string[]): string =>
  `${resp === 2 ? '*' : '>'}${parts.length}\r\n${parts.map((part) => `$${part.length}\r\n${part}\r\n`).join('')}`;

describeCommand(
  'PUBLISH',
  ({ call, connect }) => {
    it('counts those who listen, one who listens twice twice', async () => {
      const [first, second] = [await connect(), await connect()];
      first.send('SUBSCRIBE news\r\nPSUBSCRIBE n*\r\n');
      second.send('PSUBSCRIBE n?ws\r\n');
      assert.equal(await call('PUBLISH', 'news', 'hello'), 3);
      assert.equal(await call('PUBLISH', 'other', 'hello'), 0);
    });
  },
  { ourOwn: 'nothing tells when a subscription over a socket is in force' },
);

describeCommand(
  'PUBSUB',
  (kit) => {
    const { call, connect } = kit;
    it('knows channels, listeners and patterns, until their clients go', async () => {
      const listener = await connect();
      listener.send('SUBSCRIBE a b\r\nPSUBSCRIBE p*\r\nSSUBSCRIBE s\r\n');
      assert.deepEqual(((await call('PUBSUB', 'CHANNELS')) as string[]).sort(), ['a', 'b']);
      assert.deepEqual(await call('PUBSUB', 'CHANNELS', 'b*'), ['b']);
      assert.deepEqual(await call('PUBSUB', 'NUMSUB', 'a', 'none'), ['a', 1, 'none', 0]);
      assert.equal(await call('PUBSUB', 'NUMPAT'), 1);
      assert.deepEqual(await call('PUBSUB', 'SHARDCHANNELS'), ['s']);
      assert.equal(await call('SPUBLISH', 's', 'x'), 1);
      listener.close();
      assert.deepEqual(await call('PUBSUB', 'CHANNELS'), []);
      assert.equal(await call('PUBSUB', 'NUMPAT'), 0);
      assert.equal(kit.memory.server.pubsub.channelCount('shard'), 0);
    });
  },
  { ourOwn: 'it looks into our server' },
);

describe('a subscriber', () => {
  it('in RESP2 gets arrays, and may send nothing but subscriptions and PING', async () => {
    const server = new MemoryServer();
    const listener = server.connect(2);
    const other = server.connect(2);
    assert.equal(
      (await listener.raw('SUBSCRIBE', 'c')).toString(),
      '*3\r\n$9\r\nsubscribe\r\n$1\r\nc\r\n:1\r\n',
    );
    await listener.refused(
      "ERR Can't execute 'get': only (P|S)SUBSCRIBE / (P|S)UNSUBSCRIBE / PING / QUIT / RESET are allowed in this context",
      'GET',
      'key',
    );
    await listener.wire('PING', '*2\r\n$4\r\npong\r\n$0\r\n\r\n');
    await other.call('PUBLISH', 'c', 'text');
    assert.equal((await listener.reply()).toString(), message(2, 'message', 'c', 'text'));
    await listener.wire('UNSUBSCRIBE', '*3\r\n$11\r\nunsubscribe\r\n$1\r\nc\r\n:0\r\n');
    await listener.wire('UNSUBSCRIBE', '*3\r\n$11\r\nunsubscribe\r\n$-1\r\n:0\r\n');
    await listener.wire('GET key', '$-1\r\n');
  });

  it('in RESP3 gets pushes, may send anything, and hears itself after its own reply', async () => {
    const server = new MemoryServer();
    const listener = server.connect(3);
    await listener.hello3();
    listener.send('SUBSCRIBE c\r\n');
    assert.deepEqual(await listener.push(), ['subscribe', 'c', 1]);
    await listener.wire('PUBLISH c text', ':1\r\n');
    assert.deepEqual(await listener.push(), ['message', 'c', 'text']);
    await listener.wire('GET key', '_\r\n');
  });
});

describeCommand('PUBSUB', ({ refused }) => {
  it('takes one pattern at most', async () => {
    for (const word of ['CHANNELS', 'ShardChannels']) {
      await refused(
        `ERR unknown subcommand or wrong number of arguments for '${word}'. Try PUBSUB HELP.`,
        ...['PUBSUB', word, 'a', 'b'],
      );
    }
  });
});
