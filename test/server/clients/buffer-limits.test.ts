import assert from 'node:assert/strict';
import { BufferLimits } from '../../../src/server/clients/buffer-limits.js';
import { noTransport } from '../../../src/server/clients/no-transport.js';
import type { OutputLimits } from '../../../src/server/config/families/clients.js';
import type { Transport } from '../../../src/server/frontend.js';
import { Session, UNAUTHENTICATED } from '../../../src/server/session.js';
import { MemoryServer } from '../../support/memory-server.js';

const LIMITS: OutputLimits = {
  normal: { hardBytes: 1000, softBytes: 100, softSeconds: 10 },
  replica: { hardBytes: 0, softBytes: 0, softSeconds: 0 },
  pubsub: { hardBytes: 200, softBytes: 0, softSeconds: 0 },
};

describe('Buffer limits', () => {
  function setUp() {
    const disconnected: Session[] = [];
    const limits = new BufferLimits((session) => disconnected.push(session));
    limits.setOutput(LIMITS);
    const transport: Transport & { pendingBytes: number } = { ...noTransport, pendingBytes: 0 };
    const { databases } = new MemoryServer().server.keyspace;
    const session = new Session(1, transport, databases[0], 0);
    return { disconnected, limits, transport, session };
  }

  it('disconnect at once who exceeds the hard limit of its class', () => {
    const { disconnected, limits, transport, session } = setUp();
    transport.pendingBytes = 999;
    limits.checkOutput(session, 1);
    assert.equal(disconnected.length, 0);
    session.subscriptions = { channel: new Set(), pattern: new Set(), shard: new Set() };
    limits.checkOutput(session, 1);
    assert.equal(disconnected.length, 1);
    assert.equal(limits.outputDisconnections, 1);
  });

  it('disconnect who exceeds the soft limit for too long, and no one who recovers', () => {
    const { disconnected, limits, transport, session } = setUp();
    transport.pendingBytes = 500;
    limits.checkOutput(session, 1000);
    limits.checkOutput(session, 11_000);
    assert.equal(disconnected.length, 0);
    transport.pendingBytes = 50;
    limits.checkOutput(session, 11_500);
    transport.pendingBytes = 500;
    limits.checkOutput(session, 12_000);
    limits.checkOutput(session, 22_001);
    assert.equal(disconnected.length, 1);
  });

  it('disconnect who sends a request that is never whole and too large', async () => {
    const logged: string[] = [];
    const memory = new MemoryServer({ log: (_level, message) => logged.push(message) });
    memory.server.bufferLimits.queryBytesMax = 1000;
    const client = memory.connect();
    client.send(`*2\r\n$3\r\nGET\r\n$5000\r\n${'x'.repeat(2000)}`);
    await client.end();
    assert.equal(memory.server.sessions.size, 0);
    assert.equal(memory.server.bufferLimits.queryDisconnections, 1);
    assert.match(
      logged.at(-1) ?? '',
      /^Closing client that reached max query buffer length: id=1 .* qbuf=\d{4} /,
    );
  });

  it('are 1 MiB in both directions for who has not authenticated', () => {
    const { disconnected, limits, transport, session } = setUp();
    session.states |= UNAUTHENTICATED;
    limits.queryBytesMax = 1024 ** 3;
    transport.pendingBytes = 1024 * 1024 - 1;
    session.queryBytes = 1024 * 1024;
    limits.checkOutput(session, 1);
    limits.checkQuery(session);
    assert.equal(disconnected.length, 0);
    session.queryBytes++;
    limits.checkQuery(session);
    assert.equal(disconnected.length, 1);
    transport.pendingBytes++;
    limits.checkOutput(session, 1);
    assert.equal(disconnected.length, 2);
  });

  it('disconnect who is sent more than the hard limit in one piece, and send nothing of it', async () => {
    const memory = new MemoryServer();
    const admin = memory.connect();
    await admin.call('SET', 'key', 'x'.repeat(60_000));
    await admin.call('CONFIG', 'SET', 'client-output-buffer-limit', 'normal 100000 0 0 pubsub 50000 0 0');
    const [reader, writer, listener] = [memory.connect(), memory.connect(), memory.connect()];
    assert.equal(String(await reader.call('GET', 'key')).length, 60_000);
    writer.send('MULTI\r\nGET key\r\nGET key\r\nINCR done\r\nEXEC\r\n');
    await writer.end();
    assert.equal(writer.takeReply(), null);
    assert.equal(await admin.call('GET', 'done'), '1');
    await listener.call('SUBSCRIBE', 'channel');
    await admin.call('PUBLISH', 'channel', 'x'.repeat(80_000));
    await listener.end();
    assert.match(String(await admin.call('INFO', 'stats')), /client_output_buffer_limit_disconnections:2\r/);
    assert.equal(reader.isClosed, false);
  });

  it('disconnect whose replies are too much in one piece before what follows in its batch is run', async () => {
    const memory = new MemoryServer();
    const [admin, client] = [memory.connect(), memory.connect()];
    await admin.call('SET', 'key', 'x'.repeat(60_000));
    await admin.call('CONFIG', 'SET', 'client-output-buffer-limit', 'normal 100000 0 0');
    client.send('GET key\r\nINCR first\r\nGET key\r\nINCR second\r\n');
    await client.end();
    assert.equal(client.takeReply(), null);
    assert.deepEqual(await admin.call('MGET', 'first', 'second'), ['1', null]);
  });

  it('disconnect a replica that lags by more than its limit, and by more than the backlog', async () => {
    const logged: string[] = [];
    const memory = new MemoryServer({ log: (_level, message) => logged.push(message) });
    const admin = memory.connect();
    await admin.call('CONFIG', 'SET', 'repl-diskless-sync-delay', '0', 'repl-backlog-size', '1mb');
    await admin.call('CONFIG', 'SET', 'client-output-buffer-limit', 'replica 100kb 0 0');
    // What a master sends is no reply.
    const replica = Object.assign(memory.connect(), { received() {} });
    replica.send('REPLCONF listening-port 7777\r\n');
    replica.send('PSYNC ? -1\r\n');
    memory.tick();
    const value = 'x'.repeat(200_000);
    for (let count = 0; count < 5; count++) await admin.call('SET', 'key', value);
    assert.equal(replica.isClosed, false);
    // It hasn't said that it has its snapshot: what comes behind waits for that.
    const line = String(await admin.call('CLIENT', 'LIST', 'TYPE', 'replica'));
    assert.ok(Number(/ omem=(\d+)/.exec(line)?.[1]) > 1_000_000, line);
    await admin.call('SET', 'key', value);
    await replica.end();
    const stats = String(await admin.call('INFO', 'stats'));
    assert.match(stats, /client_output_buffer_limit_disconnections:1\r/);
    const said = logged.find((message) => message.startsWith('Client id=2 ')) ?? '';
    assert.match(said, / flags=S .* scheduled to be closed ASAP for overcoming of output buffer limits\.$/);
  });
});
