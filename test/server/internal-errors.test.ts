/** What a bug of ours costs: an error for the client that met it, or its connection; nobody else anything. */
import assert from 'node:assert/strict';
import { MemoryServer } from '../support/memory-server.js';
import { PLANTED, plantedBugs } from '../support/planted-bugs.js';
import { encodeRequest } from '../support/words.js';

const INTERNAL = '-ERR internal error\r\n';

describe('A bug of ours', () => {
  let memory: MemoryServer;
  let troubles: { readonly error: unknown; readonly where: string }[];

  beforeEach(() => {
    troubles = [];
    memory = new MemoryServer({
      planted: plantedBugs,
      internalError: (error, where) => troubles.push({ error, where }),
    });
  });

  /** What was reported, and counted for INFO. */
  async function assertReported(...where: string[]): Promise<void> {
    assert.deepEqual(
      troubles.map((trouble) => trouble.where),
      where,
    );
    for (const { error } of troubles) {
      assert.ok(error instanceof Error && error.message === PLANTED, String(error));
      assert.match(error.stack ?? '', /planted-bugs|internal-errors/);
    }
    const info = String(await memory.connect().call('INFO', 'stats'));
    assert.match(info, new RegExp(`^internal_errors:${where.length}\r$`, 'm'));
  }

  it('in a command is an error, and takes back what was replied in part', async () => {
    const client = memory.connect();
    client.send(
      Buffer.concat([encodeRequest(['PING']), encodeRequest(['BUG']), encodeRequest(['ECHO', 'x'])]),
    );
    assert.equal((await client.reply()).toString(), '+PONG\r\n');
    assert.equal((await client.reply()).toString(), INTERNAL);
    assert.equal((await client.reply()).toString(), '$1\r\nx\r\n');
    await assertReported('bug');
  });

  it('in a transaction is the reply of one of its commands', async () => {
    const client = memory.connect();
    for (const word of ['MULTI', 'BUG', 'PING']) await client.raw(word);
    assert.equal((await client.raw('EXEC')).toString(), `*2\r\n${INTERNAL}+PONG\r\n`);
    // The transaction is over: commands may wait again, and be queued again.
    await client.wire('MULTI', '+OK\r\n');
    await client.wire('EXEC', '*0\r\n');
    await assertReported('bug');
  });

  it('in a command of a script is an error of the script', async () => {
    const client = memory.connect();
    const caught = await client.raw('EVAL', "return redis.pcall('BUG')", 0);
    assert.equal(caught.toString(), INTERNAL);
    const thrown = await client.raw('EVAL', "redis.call('BUG')", 0);
    assert.match(thrown.toString(), /^-ERR internal error/);
    await client.wire(['EVAL', "return redis.call('PING')", 0], '+PONG\r\n');
    await assertReported('bug', 'bug');
  });

  it('in the service of a client that waited is its reply, and no affair of who brought what it waited for', async () => {
    const waiting = memory.connect();
    const next = memory.connect();
    waiting.send(encodeRequest(['BUGWAIT', 'list', 0]));
    next.send(encodeRequest(['BLPOP', 'list', 0]));
    const bringing = memory.connect();
    await bringing.wire('RPUSH list element', ':1\r\n');
    assert.equal((await waiting.reply()).toString(), INTERNAL);
    assert.equal((await next.reply()).toString(), '*2\r\n$4\r\nlist\r\n$7\r\nelement\r\n');
    await waiting.wire('PING', '+PONG\r\n');
    await bringing.wire('PING', '+PONG\r\n');
    await assertReported('bugwait');
  });

  it('outside of any command ends the connection, after the replies to what ran', async () => {
    const other = memory.connect();
    const client = memory.connect();
    await other.wire('SUBSCRIBE news', '*3\r\n$9\r\nsubscribe\r\n$4\r\nnews\r\n:1\r\n');
    const { table } = memory.server;
    const resolve = table.resolve.bind(table);
    table.resolve = (argv) => {
      if (argv.is(0, 'NOWHERE')) throw new Error(PLANTED);
      return resolve(argv);
    };
    const requests = ['PING', 'NOWHERE', 'PING'].map((word) => encodeRequest([word]));
    client.send(Buffer.concat(requests));
    assert.equal((await client.reply()).toString(), '+PONG\r\n');
    assert.equal((await client.reply()).toString(), INTERNAL);
    await client.end();
    assert.equal(client.unread, 0);
    assert.equal(memory.server.sessions.size, 1);
    assert.equal(await memory.connect().call('PUBLISH', 'news', 'x'), 1);
    assert.match((await other.reply()).toString(), /message/);
    await assertReported('ping');
  });

  it('after a command that a client waited for ends that client alone', async () => {
    const waiting = memory.connect();
    waiting.send(encodeRequest(['BLPOP', 'list', 0]));
    const bringing = memory.connect();
    const { server } = memory;
    const afterCommand = server.afterCommand.bind(server);
    server.watchRequests(true);
    server.afterCommand = (session, ...rest) => {
      if (session.id === 1) throw new Error(PLANTED);
      afterCommand(session, ...rest);
    };
    await bringing.wire('RPUSH list element', ':1\r\n');
    assert.equal((await waiting.reply()).toString(), INTERNAL);
    await waiting.end();
    await bringing.wire('PING', '+PONG\r\n');
    await assertReported('blpop');
  });

  it('in work between commands leaves the server serving', async () => {
    const { keyspace } = memory.server;
    keyspace.tick = () => {
      throw new Error(PLANTED);
    };
    memory.tick();
    await memory.connect().wire('PING', '+PONG\r\n');
    await assertReported('tick');
  });

  it('is counted until CONFIG RESETSTAT', async () => {
    const client = memory.connect();
    await client.raw('BUG');
    await client.wire('CONFIG RESETSTAT', '+OK\r\n');
    assert.match(String(await client.call('INFO', 'stats')), /^internal_errors:0\r$/m);
  });
});
