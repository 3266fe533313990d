import assert from 'node:assert/strict';
import { MemoryServer } from '../support/memory-server.js';

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
});
