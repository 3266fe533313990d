import assert from 'node:assert/strict';
import { MemoryServer } from '../../support/memory-server.js';

describe('the clients of a server', () => {
  it('are told when there are too many of them', async () => {
    const memory = new MemoryServer();
    memory.server.clients.countMax = 2;
    memory.connect();
    const second = memory.connect();
    const third = memory.connect();
    assert.equal((await third.reply()).toString(), '-ERR max number of clients reached\r\n');
    assert.equal(memory.server.clients.rejected, 1);
    second.close();
    const fourth = memory.connect();
    assert.equal(await fourth.call('PING'), 'PONG');
    assert.equal(memory.server.clients.received, 3);
  });

  it('are closed once they were silent longer than `timeout`', async () => {
    const memory = new MemoryServer();
    memory.server.clients.idleSecondsMax = 10;
    const [silent, talking] = [memory.connect(), memory.connect()];
    memory.advance(6000);
    memory.tick();
    await talking.call('PING');
    memory.advance(5000);
    memory.tick();
    await silent.end();
    assert.equal(await talking.call('PING'), 'PONG');
    assert.equal(memory.server.sessions.size, 1);
  });

  it('stay for ever while `timeout` is 0', async () => {
    const memory = new MemoryServer();
    const client = memory.connect();
    memory.advance(1_000_000_000);
    memory.tick();
    assert.equal(await client.call('PING'), 'PONG');
  });

  describe('while a request is under way', () => {
    const REQUEST = '*2\r\n$4\r\nECHO\r\n$5\r\nhello\r\n';

    function setUp() {
      const memory = new MemoryServer();
      memory.server.clients.requestSecondsMax = 10;
      const pass = (ms: number): void => {
        memory.advance(ms);
        memory.tick();
      };
      return { memory, client: memory.connect(), pass };
    }

    it('are closed when it takes longer than `request-timeout` from its first byte', async () => {
      const { memory, client, pass } = setUp();
      for (let sent = 0; sent < 10; sent++) {
        client.send(REQUEST.slice(sent, sent + 1));
        pass(1000);
        assert.equal(memory.server.sessions.size, 1);
      }
      client.send(REQUEST.slice(10, 11));
      pass(1000);
      await client.end();
      assert.equal(memory.server.clients.requestTimeouts, 1);
    });

    it('have the time anew for each request, also where two share a packet', async () => {
      const { client, pass } = setUp();
      client.send(REQUEST.slice(0, 10));
      for (let count = 0; count < 5; count++) {
        pass(9000);
        client.send(REQUEST.slice(10) + REQUEST.slice(0, 10));
        assert.equal((await client.reply()).toString(), '$5\r\nhello\r\n');
      }
    });

    it('are not closed for being silent between requests', async () => {
      const { client, pass } = setUp();
      client.send(REQUEST.slice(0, 10));
      pass(5000);
      client.send(REQUEST.slice(10));
      pass(60_000);
      client.send(REQUEST.slice(0, 10));
      pass(5000);
      client.send(REQUEST.slice(10));
      assert.equal(client.unread, 2);
    });

    it('have no time counted while they wait for a key', async () => {
      const { memory, client, pass } = setUp();
      client.send(`*3\r\n$5\r\nBLPOP\r\n$4\r\nlist\r\n$1\r\n0\r\n${REQUEST.slice(0, 10)}`);
      pass(5000);
      pass(60_000);
      await memory.connect().call('RPUSH', 'list', 'x');
      await client.reply();
      pass(5000);
      client.send(REQUEST.slice(10));
      assert.equal((await client.reply()).toString(), '$5\r\nhello\r\n');
    });

    it('stay when the wall clock jumps', async () => {
      const { memory, client } = setUp();
      client.send(REQUEST.slice(0, 10));
      for (const jumpMs of [3_600_000, -7_200_000]) {
        memory.clock.jump(jumpMs);
        memory.tick();
      }
      client.send(REQUEST.slice(10));
      assert.equal((await client.reply()).toString(), '$5\r\nhello\r\n');
    });
  });
});
