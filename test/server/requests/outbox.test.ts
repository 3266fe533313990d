import assert from 'node:assert/strict';
import { startAof } from '../persistence/aof-server.js';

/** Replies are held back until the file is written; here the moment for that is the test's to choose. */
describe('replies that are held back', () => {
  function start() {
    const deferred: (() => void)[] = [];
    const aof = startAof({}, undefined, { defer: (work) => deferred.push(work) });
    const turn = (): void => {
      for (const work of deferred.splice(0)) work();
    };
    return { ...aof, turn };
  }

  it('go out in their order once the file is written, to all clients of a turn', async () => {
    const { memory, client, disk, turn } = start();
    const other = memory.connect();
    client.send('SET a 1\r\n');
    other.send('GET a\r\nINCR a\r\n');
    client.send('GET a\r\n');
    assert.equal(client.takeReply(), null);
    assert.equal(other.takeReply(), null);
    const before = disk.syncCount;
    turn();
    assert.equal(disk.syncCount, before + 1);
    assert.equal(String(await client.reply()), '+OK\r\n');
    assert.equal(String(await client.reply()), '$1\r\n2\r\n');
    assert.equal(String(await other.reply()), '$1\r\n1\r\n');
    assert.equal(String(await other.reply()), ':2\r\n');
  });

  it('don’t wait where nothing was written', async () => {
    const { client } = start();
    assert.equal(await client.call('PING'), 'PONG');
    assert.equal(await client.call('GET', 'a'), null);
  });

  it('go out before a connection is closed', async () => {
    const { client } = start();
    client.send('SET a 1\r\nQUIT\r\n');
    assert.equal(String(await client.reply()), '+OK\r\n');
    assert.equal(String(await client.reply()), '+OK\r\n');
    await client.end();
  });

  it('are nobody’s when their client has gone', () => {
    const { client, memory, turn } = start();
    const other = memory.connect();
    client.send('SET a 1\r\n');
    other.send('SET b 1\r\n');
    client.close();
    turn();
    assert.equal(client.takeReply(), null);
    assert.equal(String(other.takeReply()), '+OK\r\n');
  });

  it('of a megabyte and more have the file written at once', async () => {
    const { client, memory } = start();
    await Promise.resolve();
    const other = memory.connect();
    other.send(`SET large ${'x'.repeat(60_000)}\r\n`);
    for (let index = 0; index < 20; index++) client.send('GET large\r\n');
    assert.ok(client.unread > 10, 'most of them came');
  });

  it('of a client that waited come with what served it', async () => {
    const { client, memory, turn } = start();
    const waiting = memory.connect();
    waiting.send('BLPOP list 0\r\n');
    client.send('RPUSH list x\r\n');
    assert.equal(waiting.takeReply(), null);
    turn();
    assert.equal(String(waiting.takeReply()), '*2\r\n$4\r\nlist\r\n$1\r\nx\r\n');
  });
});
