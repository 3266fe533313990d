import assert from 'node:assert/strict';
import { MemoryServer } from '../../support/memory-server.js';

describe('a client that waits for a list', () => {
  let server: MemoryServer;
  beforeEach(() => {
    server = new MemoryServer();
  });

  it('gets the element that comes, before the one who came later', async () => {
    const [first, second, pusher] = [server.connect(), server.connect(), server.connect()];
    first.send('BLPOP key 0\r\n');
    second.send('BRPOP other key 0\r\n');
    await pusher.wire('RPUSH key a b', ':2\r\n');
    assert.equal((await first.reply()).toString(), '*2\r\n$3\r\nkey\r\n$1\r\na\r\n');
    assert.equal((await second.reply()).toString(), '*2\r\n$3\r\nkey\r\n$1\r\nb\r\n');
    await pusher.wire('EXISTS key', ':0\r\n');
    assert.equal(server.server.blocking.keyCount, 0);
  });

  it('is served after the transaction that brought the element, with what is left then', async () => {
    const [waiting, other] = [server.connect(), server.connect()];
    waiting.send('BLPOP key 0\r\n');
    other.send('MULTI\r\nRPUSH key a\r\nDEL key\r\nRPUSH key b\r\nEXEC\r\n');
    assert.equal((await waiting.reply()).toString(), '*2\r\n$3\r\nkey\r\n$1\r\nb\r\n');
  });

  it('is woken along a chain of moves', async () => {
    const [last, mover, pusher] = [server.connect(), server.connect(), server.connect()];
    last.send('BLPOP two 0\r\n');
    mover.send('BLMOVE one two LEFT RIGHT 0\r\n');
    await pusher.wire('RPUSH one x', ':1\r\n');
    assert.equal((await mover.reply()).toString(), '$1\r\nx\r\n');
    assert.equal((await last.reply()).toString(), '*2\r\n$3\r\ntwo\r\n$1\r\nx\r\n');
  });

  it('is woken by RENAME, COPY and SWAPDB', async () => {
    const [waiting, other] = [server.connect(), server.connect()];
    for (const arrival of ['RENAME source key', 'COPY source key']) {
      waiting.send('BLPOP key 0\r\n');
      await other.call('RPUSH', 'source', 'x');
      await other.call(...arrival.split(' '));
      assert.equal((await waiting.reply()).toString(), '*2\r\n$3\r\nkey\r\n$1\r\nx\r\n', arrival);
      await other.call('DEL', 'source');
    }
    waiting.send('BLPOP key 0\r\n');
    await other.call('SELECT', 1);
    await other.call('RPUSH', 'key', 'x');
    await other.call('SWAPDB', 0, 1);
    assert.equal((await waiting.reply()).toString(), '*2\r\n$3\r\nkey\r\n$1\r\nx\r\n');
  });

  it('gets a null array when its time is up, to the millisecond', async () => {
    const waiting = server.connect();
    waiting.send('BLPOP key 0.05\r\nPING\r\n');
    server.advance(49);
    server.tick();
    assert.equal(waiting.unread, 0);
    server.advance(1);
    server.tick();
    assert.equal((await waiting.reply()).toString(), '*-1\r\n');
    assert.equal((await waiting.reply()).toString(), '+PONG\r\n');
  });

  it('goes on waiting when the key that comes is no list', async () => {
    const [waiting, other] = [server.connect(), server.connect()];
    waiting.send('BLPOP key 0\r\n');
    await other.call('SET', 'key', 'text');
    assert.equal(waiting.unread, 0);
    await other.call('DEL', 'key');
    await other.call('LPUSH', 'key', 'x');
    assert.equal((await waiting.reply()).toString(), '*2\r\n$3\r\nkey\r\n$1\r\nx\r\n');
  });

  it('leaves nothing behind when it goes', async () => {
    const [waiting, other] = [server.connect(), server.connect()];
    waiting.send('BLPOP key 10\r\n');
    assert.equal(server.server.blocking.count, 1);
    waiting.close();
    assert.equal(server.server.blocking.count, 0);
    await other.call('LPUSH', 'key', 'x');
    await other.wire('LLEN key', ':1\r\n');
    server.advance(20_000);
    server.tick();
  });
});
