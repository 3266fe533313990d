/** SCRIPT DEBUG YES in memory: the thread is none, and does what it is told at once or when a test says so. */
import assert from 'node:assert/strict';
import { systemClock } from '../../../src/base/clock.js';
import { allCommands } from '../../../src/commands/all.js';
import { Config } from '../../../src/server/config/config.js';
import type {
  DebuggedRequest,
  DebugThread,
  DebugThreadListener,
} from '../../../src/server/scripting/debug-thread.js';
import { DebuggedCopy } from '../../../src/server/scripting/debugged-copy.js';
import type { Client } from '../../support/client.js';
import { MemoryServer } from '../../support/memory-server.js';
import { encodeRequest, wordsOf } from '../../support/words.js';

class CopyHere implements DebugThread {
  laggingBytes = 0;
  isWhole = false;
  isEnded = false;
  /** What the client has sent: the script stands still only as long as there is some. */
  readonly #sent: Buffer[] = [];
  readonly #copy: DebuggedCopy;

  constructor(
    readonly request: DebuggedRequest,
    readonly listener: DebugThreadListener,
  ) {
    this.#copy = new DebuggedCopy(structuredClone(request), {
      declarations: allCommands,
      clock: systemClock,
      channel: {
        read: () => this.#sent.shift() ?? null,
        write: (bytes) => listener.said(bytes),
      },
      log: (level, message) => listener.logged(level, message),
      internalError: (error) => listener.brokenBy(error),
    });
  }

  load(bytes: Buffer): void {
    this.isWhole = this.#copy.load(Buffer.from(bytes)) || this.isWhole;
  }

  received(bytes: Buffer): void {
    this.#sent.push(Buffer.from(bytes));
  }

  run(): void {
    assert.ok(this.isWhole, 'the snapshot is whole');
    this.#copy.run();
    this.listener.ended(null);
  }

  end(): void {
    this.isEnded = true;
  }
}

describe('SCRIPT DEBUG YES', () => {
  let threads: CopyHere[];
  let logged: string[];
  let server: MemoryServer;
  let client: Client;
  let other: Client;

  function start(config = new Config({ 'enable-debug-command': true })): void {
    threads = [];
    logged = [];
    server = new MemoryServer({
      config,
      log: (_level, message) => logged.push(message),
      startDebugThread: (request, listener) => {
        const thread = new CopyHere(request, listener);
        threads.push(thread);
        return thread;
      },
    });
    client = server.connect();
    other = server.connect();
  }

  beforeEach(() => start());
  afterEach(() => server.dispose());

  /** Sends the script, and what is to be done about it. */
  const send = async (script: string, ...requests: readonly string[]): Promise<void> => {
    await client.wire('SCRIPT DEBUG YES', '+OK\r\n');
    client.send(encodeRequest(['EVAL', script, 0]));
    for (const request of requests) client.send(encodeRequest(wordsOf(request)));
  };

  const answers = async (count: number): Promise<string[]> => {
    const replies: string[] = [];
    for (let index = 0; index < count; index++) replies.push((await client.reply()).toString('latin1'));
    return replies;
  };

  it('debugs on the data as they were, and leaves them as they are', async () => {
    await other.call('SET', 'k', 'before');
    await other.call('HSET', 'h', 'f', 'v', 'g', 'w');
    await send(
      'local a = redis.call("get", "k")\nredis.call("set", "k", "copy")\nreturn redis.call("get", "k")',
      's',
      's',
      'p',
      's',
    );
    await other.wire('SET k after', '+OK\r\n');
    server.tick();
    threads[0].run();
    const [first, second, third, print, last, reply] = await answers(6);
    assert.match(first, /Stopped at 1/);
    assert.match(second, /<reply> "before"/);
    assert.match(third, /<reply> "\+OK"/);
    assert.equal(print, '*1\r\n+<value> a = "before"\r\n');
    assert.equal(last, '*3\r\n+<redis> get k\r\n+<reply> "copy"\r\n+<endsession>\r\n');
    assert.equal(reply, '$4\r\ncopy\r\n');
    await client.end();
    assert.ok(threads[0].isEnded, 'the thread goes with the session');
    await other.wire('GET k', '$5\r\nafter\r\n');
  });

  it('gives the copy what the client was: database, protocol, user and settings', async () => {
    start(
      new Config({ 'enable-debug-command': true, 'hash-max-listpack-entries': 1, 'busy-reply-threshold': 7 }),
    );
    await other.call('SELECT', 3);
    await other.call('HSET', 'h', 'f', 'v', 'g', 'w');
    await other.call(
      'ACL',
      'SETUSER',
      'eve',
      'on',
      '>secret',
      '~h*',
      '+eval',
      '+script|debug',
      '+hgetall',
      '+object',
    );
    await client.call('SELECT', 3);
    await client.call('CONFIG', 'GET', 'port');
    await client.hello3();
    await client.call('AUTH', 'eve', 'secret');
    await send(
      'redis.setresp(3)\nlocal e = redis.call("object", "encoding", "h")\nlocal r = redis.pcall("get", "h")\nreturn {e, r.err, redis.call("hgetall", "h")}',
      'c',
    );
    server.tick();
    threads[0].run();
    const [, , reply] = await answers(3);
    assert.match(reply, /^\*3\r\n\$9\r\nhashtable\r\n\$\d+\r\n.*User eve has no permissions .*\r\n%2\r\n/);
    assert.deepEqual(
      threads[0].request.settings.find(([name]) => name === 'busy-reply-threshold'),
      ['busy-reply-threshold', '7'],
    );
  });

  it('loads functions, and logs where the server logs', async () => {
    await other.call(
      'FUNCTION',
      'LOAD',
      "#!lua name=l\nredis.register_function('f', function() return 5 end)",
    );
    await send('redis.log(redis.LOG_WARNING, "from the copy")\nreturn redis.call("function", "list")', 'c');
    server.tick();
    threads[0].run();
    const [, , reply] = await answers(3);
    assert.match(reply, /not allowed from script/);
    assert.ok(logged.includes('from the copy'));
  });

  it('goes with its client, also before the snapshot is whole', async () => {
    await other.call('SET', 'k', 'v');
    await send('return 1');
    client.close();
    await client.end();
    assert.ok(threads[0].isEnded);
    server.tick();
    assert.ok(!threads[0].isWhole, 'the snapshot was called off');
    client = server.connect();
    await send('return 1', 'c');
    server.tick();
    threads[1].run();
    assert.equal((await answers(3))[2], ':1\r\n');
  });

  it('tells its client when the data go before they are copied', async () => {
    await other.call('SET', 'k', 'v');
    await send('return 1');
    await other.wire('FLUSHALL', '+OK\r\n');
    server.tick();
    const [reply] = await answers(1);
    assert.equal(
      reply,
      "-ERR Fork() failed: can't run EVAL in debugging mode: the snapshot was called off\r\n",
    );
    await client.end();
    assert.ok(threads[0].isEnded);
  });

  it('holds the snapshot up while the thread lags behind, and not the server', async () => {
    await send('return 1', 'c');
    threads[0].laggingBytes = 9 * 1024 * 1024;
    await other.call('SET', 'k', 'v');
    server.server.tick();
    assert.ok(!threads[0].isWhole);
    threads[0].laggingBytes = 0;
    threads[0].listener.caughtUp();
    server.tick();
    threads[0].run();
    assert.equal((await answers(3))[2], ':1\r\n');
  });

  it('is refused while another snapshot is taken, in transactions, and beyond eight', async () => {
    const refusal = (reason: string) => `-ERR Fork() failed: can't run EVAL in debugging mode: ${reason}\r\n`;
    await send('return 1');
    const second = server.connect();
    await second.wire('SCRIPT DEBUG YES', '+OK\r\n');
    await second.wire(['EVAL', 'return 1', '0'], refusal('another snapshot is being taken'));
    await second.wire(['EVAL', 'return 1', '0'], ':1\r\n');
    await second.wire('SCRIPT DEBUG YES', '+OK\r\n');
    await second.wire('MULTI', '+OK\r\n');
    await second.wire(['EVAL', 'return 1', '0'], '+QUEUED\r\n');
    await second.wire('EXEC', `*1\r\n${refusal('it is in a transaction')}`);
    for (let count = 1; count < 8; count++) {
      server.tick();
      const more = server.connect();
      await more.wire('SCRIPT DEBUG YES', '+OK\r\n');
      more.send(encodeRequest(['EVAL', 'return 1', 0]));
    }
    server.tick();
    await second.wire('SCRIPT DEBUG YES', '+OK\r\n');
    await second.wire(['EVAL', 'return 1', '0'], refusal('too many scripts are debugged'));
    assert.equal(threads.length, 8);
  });

  it('tells its client when the thread breaks', async () => {
    const errors: unknown[] = [];
    server.server.internalError = (error) => errors.push(error);
    await send('return 1');
    server.tick();
    threads[0].listener.ended(new Error('out of memory'));
    assert.match((await answers(1))[0], /^-ERR internal error/);
    await client.end();
    assert.equal(errors.length, 1);
  });

  it('is refused where there are no threads', async () => {
    const alone = new MemoryServer();
    const here = alone.connect();
    await here.wire('SCRIPT DEBUG YES', '+OK\r\n');
    await here.wire(
      ['EVAL', 'return 1', '0'],
      "-ERR Fork() failed: can't run EVAL in debugging mode: no threads are there to run it\r\n",
    );
    alone.dispose();
  });
});
