/**
 * SCRIPT DEBUG SYNC in memory: what the client would send next is given beforehand, because the server waits for it. What sessions
 * say in detail is compared with redis-server in debugger-reference.test.ts.
 */
import assert from 'node:assert/strict';
import type { DebugChannel } from '../../../src/scripting/debugger/channel.js';
import { Config } from '../../../src/server/config/config.js';
import type { Client } from '../../support/client.js';
import { MemoryServer } from '../../support/memory-server.js';
import { encodeRequest, type Word, wordsOf } from '../../support/words.js';

/** A client that has made up its mind. */
class Script implements DebugChannel {
  readonly told: string[] = [];
  readonly #requests: Buffer[];
  readonly #asked: () => void;

  /** @param asked called when the server waits for the client */
  constructor(requests: readonly (string | Buffer | readonly string[])[], asked: () => void = () => {}) {
    this.#requests = requests.map((each) => (Buffer.isBuffer(each) ? each : encodeRequest(wordsOf(each))));
    this.#asked = asked;
  }

  read(): Buffer | null {
    this.#asked();
    return this.#requests.shift() ?? null;
  }

  write(bytes: Buffer): void {
    this.told.push(bytes.toString('latin1'));
  }
}

describe('SCRIPT DEBUG SYNC', () => {
  let channel: DebugChannel | null;
  let server: MemoryServer;
  let client: Client;

  beforeEach(() => {
    channel = null;
    server = new MemoryServer({ openDebugChannel: () => channel });
    client = server.connect();
  });
  afterEach(() => server.dispose());

  const debug = async (
    conversation: Script,
    ...evaluation: readonly Word[]
  ): Promise<{ told: readonly string[]; reply: string }> => {
    channel = conversation;
    await client.wire('SCRIPT DEBUG SYNC', '+OK\r\n');
    const reply = await client.raw(...evaluation);
    return { told: conversation.told, reply: reply.toString('latin1') };
  };

  it('stops at each line, tells what commands do, and closes the connection at the end', async () => {
    const { told, reply } = await debug(
      new Script(['step', 'next', 's']),
      'EVAL',
      'local a = 1\nredis.call("set", "k", a)\nreturn a',
      0,
    );
    assert.deepEqual(told, [
      '*2\r\n+* Stopped at 1, stop reason = step over\r\n+-> 1   local a = 1\r\n',
      '*2\r\n+* Stopped at 2, stop reason = step over\r\n+-> 2   redis.call("set", "k", a)\r\n',
      '*4\r\n+<redis> set k 1\r\n+<reply> "+OK"\r\n+* Stopped at 3, stop reason = step over\r\n+-> 3   return a\r\n',
      '*1\r\n+<endsession>\r\n',
    ]);
    assert.equal(reply, ':1\r\n');
    await client.end();
    const other = server.connect();
    await other.wire('GET k', '$1\r\n1\r\n');
  });

  it('lets the script run to its end when the client is gone', async () => {
    const script = 'local a = 1\nfor i = 1, 3 do\nredis.call("incr", "n") end\nredis.breakpoint()\nreturn a';
    const { told, reply } = await debug(new Script(['b 3']), 'EVAL', script, 0);
    // It asks for breakpoints and goes: those are forgotten, and that of the script is stopped at in vain.
    assert.deepEqual(told.slice(2), [
      '*2\r\n+* Stopped at 5, stop reason = redis.breakpoint() called\r\n+-> 5   return a\r\n',
      '*1\r\n+<endsession>\r\n',
    ]);
    assert.equal(reply, ':1\r\n');
    await server.connect().wire('GET n', '$1\r\n3\r\n');
  });

  it('stops a script that runs too long, and ends it when nobody is there', async () => {
    const config = new Config({ 'busy-reply-threshold': 5 });
    server = new MemoryServer({ config, openDebugChannel: () => channel });
    client = server.connect();
    const script = 'local n = 0\nwhile true do n = n + 1 end';
    channel = new Script(['c', 'p n'], () => server.advance(100));
    // Each look at the clock is later.
    const clock = server.clock;
    const monotonicUs = clock.monotonicUs.bind(clock);
    clock.monotonicUs = () => {
      clock.advance(1);
      return monotonicUs();
    };
    const conversation = channel as Script;
    await client.wire('SCRIPT DEBUG SYNC', '+OK\r\n');
    const reply = (await client.raw('EVAL', script, 0)).toString('latin1');
    assert.equal(
      conversation.told[1],
      '*2\r\n+* Stopped at 2, stop reason = timeout reached, infinite loop?\r\n+-> 2   while true do n = n + 1 end\r\n',
    );
    assert.match(conversation.told[2], /^\*1\r\n\+<value> [\d.e+]+\r\n$/);
    assert.match(
      reply,
      /^-ERR timeout during Lua debugging with client closing connection script: \w{40}, on @user_script:2\.\r\n$/,
    );
  });

  it('takes requests in pieces, several at once, and behind junk', async () => {
    const pieces = ['*1\r\n$', '4\r\nst', 'ep\r\n', 'junk*1\r\n$1\r\ns\r\n*1\r\n$1\r\ns\r\n'];
    const { told } = await debug(
      new Script(pieces.map((each) => Buffer.from(each))),
      'EVAL',
      'local a = 1\nlocal b = 2\nlocal c = 3\nreturn a',
      0,
    );
    assert.equal(told.length, 5);
    assert.match(told[3], /Stopped at 4/);
  });

  for (const malformed of [
    's\r\n',
    '*1\r\n+s\r\n',
    '*0\r\n',
    '*2000\r\n',
    '*1\r\n$2\r\nstep\r\n',
    '*1\r\n$2000\r\n',
  ]) {
    it(`ends the script that gets ${JSON.stringify(malformed)} as a request`, async () => {
      const { told, reply } = await debug(
        new Script([Buffer.from(malformed)]),
        'EVAL',
        'local a = 1\nreturn a',
        0,
      );
      assert.equal(told[1], '*1\r\n+<endsession>\r\n');
      assert.match(reply, /^-ERR protocol error script: \w{40}, on @user_script:1\.\r\n$/);
    });
  }

  it('shows what went wrong in Lua that it was given, tables included', async () => {
    const { told } = await debug(
      new Script([
        ['e', 'error({err="ERR x"})'],
        ['e', 'error()'],
        ['e', 'redis.call("nope")'],
      ]),
      'EVAL',
      'return 1',
      0,
    );
    assert.equal(told[1], '*1\r\n+<error> {["err"]="ERR x"}\r\n');
    assert.equal(told[2], '*1\r\n+<error> nil\r\n');
    assert.match(told[3], /\+<error> \{.*\["err"\]="ERR Unknown Redis command called from script".*\}\r\n$/);
  });

  it('lets time pass for the script while the client thinks', async () => {
    const script = 'local a = redis.call("time")[1]\nreturn redis.call("time")[1] - a';
    const { reply } = await debug(new Script(['s', 'c'], () => server.advance(2000)), 'EVAL', script, 0);
    assert.equal(reply, ':2\r\n');
  });

  it('keeps what the script has done when it is aborted', async () => {
    await debug(new Script(['s', 'abort']), 'EVAL', 'redis.call("set", "k", "v")\nreturn 1', 0);
    await server.connect().wire('GET k', '$1\r\nv\r\n');
  });

  it('leaves other clients, and scripts run afterwards, as they were', async () => {
    const script = 'redis.debug("x")\nreturn redis.breakpoint()';
    await debug(new Script(['c', 'c']), 'EVAL', script, 0);
    const other = server.connect();
    await other.wire(['EVAL', script, '0'], '$-1\r\n');
    await other.wire(['EVAL', 'local s = 0 for i = 1, 1000 do s = s + i end return s', '0'], ':500500\r\n');
  });

  it('debugs scripts given by their text alone, and no functions', async () => {
    channel = new Script([]);
    await client.wire('SCRIPT DEBUG SYNC', '+OK\r\n');
    const sha = (await server.connect().call('SCRIPT', 'LOAD', 'return 7')) as string;
    await client.refused('ERR Please use EVAL instead of EVALSHA for debugging', 'EVALSHA', sha, 0);
    await client.refused('NOSCRIPT No matching script. Please use EVAL.', 'EVALSHA', 'abc', 0);
    await client.call(
      'FUNCTION',
      'LOAD',
      "#!lua name=l\nredis.register_function('f', function() return 5 end)",
    );
    await client.wire('FCALL f 0', ':5\r\n');
    await client.wire('SCRIPT DEBUG NO', '+OK\r\n');
    await client.wire(['EVALSHA', sha, '0'], ':7\r\n');
  });

  it('is refused in a transaction, in a pipeline, and in other words', async () => {
    channel = new Script([]);
    const refusal = '-ERR SCRIPT DEBUG must be called outside a pipeline\r\n';
    await client.wire('MULTI', '+OK\r\n');
    await client.wire('SCRIPT DEBUG SYNC', '+QUEUED\r\n');
    await client.wire('EXEC', `*1\r\n${refusal}`);
    client.send(Buffer.concat([encodeRequest(['PING']), encodeRequest(['SCRIPT', 'DEBUG', 'SYNC'])]));
    assert.equal((await client.reply()).toString(), '+PONG\r\n');
    assert.equal((await client.reply()).toString(), refusal);
    await client.refused('ERR Use SCRIPT DEBUG YES/SYNC/NO', 'SCRIPT', 'DEBUG', 'MAYBE');
    await client.wire('EVAL "return 1" 0'.split(' ').slice(0, 1).concat('return 1', '0'), ':1\r\n');
  });

  it('is refused where the connection cannot be waited for', async () => {
    await client.refused(
      'ERR SCRIPT DEBUG SYNC is not available on this connection, SCRIPT DEBUG YES is',
      'SCRIPT',
      'DEBUG',
      'SYNC',
    );
    await client.wire(['EVAL', 'return 1', '0'], ':1\r\n');
  });
});
