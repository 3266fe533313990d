import assert from 'node:assert/strict';
import type { Client } from '../../support/client.js';
import { MemoryServer } from '../../support/memory-server.js';

const KIBIBYTE = 1024;

/** The beginning of a request, which the server has to keep. */
function sendPart(client: Client, bytes: number): void {
  client.send(`*2\r\n$3\r\nGET\r\n$1000000\r\n${'x'.repeat(bytes)}`);
}

async function evicted(client: Client): Promise<number> {
  return Number(/evicted_clients:(\d+)/.exec(String(await client.call('INFO', 'stats')))?.[1]);
}

describe('client eviction', () => {
  let memory: MemoryServer;
  let admin: Client;
  let logged: string[];
  beforeEach(async () => {
    logged = [];
    memory = new MemoryServer({ log: (_level, message) => logged.push(message) });
    admin = memory.connect();
    await admin.call('CONFIG', 'SET', 'maxmemory-clients', `${300 * KIBIBYTE}`);
  });

  it('ends the client that costs most, once all together exceed the limit', async () => {
    const [small, large] = [memory.connect(), memory.connect()];
    sendPart(small, 100 * KIBIBYTE);
    sendPart(large, 150 * KIBIBYTE);
    assert.equal(large.isClosed, false);
    const last = memory.connect();
    sendPart(last, 100 * KIBIBYTE);
    await large.end();
    assert.ok(!small.isClosed && !last.isClosed);
    assert.equal(await evicted(admin), 1);
    assert.match(logged.at(-1) ?? '', /^Evicting client: id=3 .* cmd=NULL user=default redir=-1 resp=2/);
    await admin.call('CONFIG', 'RESETSTAT');
    assert.equal(await evicted(admin), 0);
  });

  it('spares those who asked for it', async () => {
    const [spared, other] = [memory.connect(), memory.connect()];
    await spared.call('CLIENT', 'NO-EVICT', 'ON');
    sendPart(spared, 350 * KIBIBYTE);
    await other.end();
    assert.equal(spared.isClosed, false);
  });

  it('counts what is queued, watched and listened to', async () => {
    const client = memory.connect();
    await client.call('MULTI');
    const set = `*3\r\n$3\r\nSET\r\n$3\r\nkey\r\n$${80 * KIBIBYTE}\r\n${'x'.repeat(80 * KIBIBYTE)}\r\n`;
    // At once: a long transaction in one pipeline leaves no time for a tick.
    client.send(set.repeat(4));
    await client.end();
    const listener = memory.connect();
    listener.send(
      Buffer.concat(
        Array.from({ length: 2500 }, (_, index) => Buffer.from(`SUBSCRIBE channel:${index}\r\n`)),
      ),
    );
    memory.tick();
    await listener.end();
  });

  it('takes a share of maxmemory for the limit, and none without it', () => {
    const { clientEviction } = memory.server;
    clientEviction.setting = -10;
    assert.equal(clientEviction.limitBytes, Number.POSITIVE_INFINITY);
    memory.server.memoryLimit.bytesMax = 20 * KIBIBYTE * KIBIBYTE;
    assert.equal(clientEviction.limitBytes, 2 * KIBIBYTE * KIBIBYTE);
    clientEviction.setting = 1;
    assert.equal(clientEviction.limitBytes, 128 * KIBIBYTE);
    clientEviction.setting = 0;
    assert.equal(clientEviction.limitBytes, Number.POSITIVE_INFINITY);
  });

  it('is told by CLIENT LIST', async () => {
    const client = memory.connect();
    sendPart(client, 100 * KIBIBYTE);
    const line = String(await admin.call('CLIENT', 'LIST', 'ID', 2));
    assert.ok(Number(/tot-mem=(\d+)/.exec(line)?.[1]) > 100 * KIBIBYTE, line);
  });
});
