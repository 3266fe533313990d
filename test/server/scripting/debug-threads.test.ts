/**
 * SCRIPT DEBUG YES over sockets, with a thread for each script: it doesn't hold up the server, which runs in this process. With
 * I/O threads, too: which thread reads the client's socket makes no difference.
 */
import assert from 'node:assert/strict';
import { Program } from '../../cli/support/program.js';
import { freePort } from '../../support/reference-server.js';
import { FRONTENDS, startServer, type TestServer } from '../../support/running-server.js';
import { connect, type SocketClient } from '../../support/socket-client.js';
import { encodeRequest } from '../../support/words.js';
import { debugged } from './support/debugged-run.js';

const NOT_SYNC = '-ERR SCRIPT DEBUG SYNC is not available on this connection, SCRIPT DEBUG YES is\r\n';
const SCRIPT =
  'local a = redis.call("incr", "k")\nredis.call("set", "k", "copy")\nreturn redis.call("get", "k")';

function itDebugs(title: string, start: () => Promise<TestServer>): void {
  describe(title, () => {
    let server: TestServer;
    let client: SocketClient;
    let other: SocketClient;

    beforeEach(async () => {
      server = await start();
      client = await server.connect();
      other = await server.connect();
    });
    afterEach(async () => {
      await client.quit();
      await other.quit();
      await server.stop();
    });

    /** The script stands at its first line. */
    const begin = async (): Promise<void> => {
      await other.call('SET', 'k', '7');
      await client.wire('SCRIPT DEBUG YES', '+OK\r\n');
      assert.match((await client.raw('EVAL', SCRIPT, 0)).toString(), /Stopped at 1/);
    };

    it('serves others while a script stands still, and forgets what that changes', async () => {
      await begin();
      await other.wire('INCR k', ':8\r\n');
      assert.match((await client.raw('s')).toString(), /<reply> 8\r\n/);
      assert.match((await client.raw('s')).toString(), /Stopped at 3/);
      await other.wire('GET k', '$1\r\n8\r\n');
      for (const byte of encodeRequest(['list', '3', '0'])) client.send(Buffer.from([byte]));
      assert.equal((await client.reply()).toString(), '*1\r\n+-> 3   return redis.call("get", "k")\r\n');
      await client.wire('p', '*1\r\n+<value> a = 8\r\n');
      await client.wire('s', '*3\r\n+<redis> get k\r\n+<reply> "copy"\r\n+<endsession>\r\n');
      assert.equal((await client.reply()).toString(), '$4\r\ncopy\r\n');
      await client.end();
      await other.wire('GET k', '$1\r\n8\r\n');
    }).timeout(120_000);

    it('ends with its server, and with a client that goes', async () => {
      await begin();
      const third = await server.connect();
      await third.wire('SCRIPT DEBUG YES', '+OK\r\n');
      third.send(encodeRequest(['EVAL', 'while true do end', 0]));
      await third.reply();
      third.send(encodeRequest(['c']));
      await third.quit();
      // The other one stands still when the server ends.
      await other.wire('PING', '+PONG\r\n');
    }).timeout(120_000);
  });
}

describe('SCRIPT DEBUG YES with threads', () => {
  for (const frontend of FRONTENDS) itDebugs(`over ${frontend}`, () => startServer({ frontend }));
  if (FRONTENDS.includes('v2')) {
    const config = { 'io-threads': 2 };
    itDebugs('over v2 with I/O threads', () => startServer({ frontend: 'v2', config }));
    it('over I/O threads is the only way', async () => {
      const port = await freePort();
      const program = new Program([
        '--port',
        String(port),
        '--frontend',
        'v2',
        '--io-threads',
        '2',
        '--save',
        '',
      ]);
      await program.ready();
      // Which of the threads a client comes to is the kernel's choice.
      const clients = await Promise.all(Array.from({ length: 16 }, () => connect(port)));
      const answers = await Promise.all(clients.map((client) => client.raw('SCRIPT', 'DEBUG', 'SYNC')));
      assert.ok(answers.some((answer) => answer.toString() === NOT_SYNC));
      for (const client of clients) await client.quit();
      program.signal('SIGTERM');
      await program.end();
    }).timeout(120_000);
  }

  it('is the only way in an application, whose thread has other things to do than to wait', async () => {
    const server = await startServer({ frontend: 'v1' });
    const client = await server.connect();
    await client.wire('SCRIPT DEBUG SYNC', NOT_SYNC);
    await client.quit();
    await server.stop();
  });

  it('debugs as on the data themselves', async () => {
    const server = await startServer({ frontend: 'v1' });
    const client = await server.connect();
    const said = await debugged(client, 'YES', {
      title: 'errors and values',
      evaluated: [
        'local t = {1,2,{x="y"}}\nredis.pcall("incr", "k", 1)\nreturn redis.error_reply("BAD end")',
        0,
      ],
      requests: ['s', 'p', 's', 't', 's'],
    });
    assert.deepEqual(said.slice(3), [
      '*1\r\n+<value> t = {1; 2; {["x"]="y"}}\r\n',
      '*4\r\n+<redis> incr k 1\r\n+<error> Wrong number of args calling Redis command from script\r\n+* Stopped at 3, stop reason = step over\r\n+-> 3   return redis.error_reply("BAD end")\r\n',
      '*2\r\n+In top level:\r\n+-> 3   return redis.error_reply("BAD end")\r\n',
      '*2\r\n+<error> -BAD end\r\n+<endsession>\r\n',
      '-BAD end\r\n',
    ]);
    await server.stop();
  }).timeout(120_000);
});
