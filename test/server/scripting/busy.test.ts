/**
 * Others while a script runs long: frontends, and v2's I/O threads, are served from inside of it. The server is a process
 * of its own, since the script holds its thread.
 */
import assert from 'node:assert/strict';
import { Program } from '../../cli/support/program.js';
import { freePort, startReference } from '../../support/reference-server.js';
import { FRONTENDS, type FrontendName } from '../../support/running-server.js';
import { connect, type SocketClient } from '../../support/socket-client.js';

const BUSY_SCRIPT =
  /BUSY Redis is busy running a script\. You can only call SCRIPT KILL or SHUTDOWN NOSAVE\./;
const BUSY_FUNCTION =
  /BUSY Redis is busy running a script\. You can only call FUNCTION KILL or SHUTDOWN NOSAVE\./;

interface Contender {
  readonly port: number;
  /** Also clients that come while a script runs. v1 lets them in afterwards. */
  readonly accepts: boolean;
  stop(): Promise<void>;
}

const THRESHOLD_MS = '50';
/** Long enough for what clients send meanwhile to fill the rings between threads. */
const LATE_THRESHOLD_MS = '500';

/** Of each of eight clients: together more than the rings between threads hold. */
const FLOOD_REQUESTS = 500;
const FLOOD_VALUE_BYTES = 1000;

/** A server that tells others after a moment. */
async function startProgram(
  frontend: FrontendName,
  words: readonly string[] = [],
  thresholdMs = THRESHOLD_MS,
): Promise<{ readonly program: Program; readonly port: number }> {
  const port = await freePort();
  const program = new Program([
    ...['--port', String(port), '--frontend', frontend, '--busy-reply-threshold', thresholdMs],
    ...words,
  ]);
  await program.ready();
  return { program, port };
}

async function startOurs(frontend: FrontendName, words: readonly string[] = []): Promise<Contender> {
  const { program, port } = await startProgram(frontend, words);
  return {
    port,
    accepts: frontend !== 'v1',
    async stop() {
      program.signal('SIGTERM');
      await program.end();
    },
  };
}

async function startTheirs(): Promise<Contender> {
  const { port, stop } = await startReference(['--busy-reply-threshold', THRESHOLD_MS]);
  return { port, accepts: true, stop };
}

/** Windows has no descriptors to read while the event loop stands still. */
const SERVED_INSIDE = process.platform === 'win32' ? [] : FRONTENDS;

/** Threads of their own serve from inside, too, and a reactor that libuv waits for. */
const V2_OTHERWISE = FRONTENDS.includes('v2')
  ? [
      ['--reactor-loop', 'embedded'],
      ['--io-threads', '3'],
      ['--reactor-loop', 'dedicated'],
    ]
  : [];

const contenders: readonly (readonly [string, () => Promise<Contender>])[] = [
  ...SERVED_INSIDE.map((frontend) => [`januskv on ${frontend}`, () => startOurs(frontend)] as const),
  ...V2_OTHERWISE.map(
    (words) => [`januskv on v2 with ${words.join(' ')}`, () => startOurs('v2', words)] as const,
  ),
  ...(process.env.REFERENCE_REDIS ? ([['redis-server', startTheirs]] as const) : []),
];

/** All at once. @returns the replies */
function sendFlood(client: SocketClient): Promise<string[]> {
  const request = `SET flood ${'x'.repeat(FLOOD_VALUE_BYTES)}\r\n`;
  client.send(request.repeat(FLOOD_REQUESTS));
  return Promise.all(Array.from({ length: FLOOD_REQUESTS }, async () => String(await client.reply())));
}

for (const [name, start] of contenders) {
  describe(`a script that runs long on ${name}`, function () {
    this.timeout(20_000);
    let server: Contender;
    let runner: SocketClient;
    let other: SocketClient;
    before(async () => {
      server = await start();
    });
    after(() => server.stop());
    beforeEach(async () => {
      runner = await accepted();
      other = await accepted();
    });
    afterEach(async function () {
      await Promise.all([runner.close(), other.close()]);
      if (this.currentTest?.state !== 'failed') return;
      // A server that hangs fails one test, not those that follow.
      const hung = server;
      server = await start();
      await hung.stop();
    });

    /** A connection that the server knows of. */
    async function accepted(): Promise<SocketClient> {
      const client = await connect(server.port);
      await client.call('PING');
      return client;
    }

    /** Resolves when the other client is told that a script keeps it waiting. */
    async function untilBusy(): Promise<unknown> {
      for (;;) {
        const answer = await other.call('PING').catch((error: unknown) => error);
        if (answer !== 'PONG') return answer;
      }
    }

    it('is told of, and ended by SCRIPT KILL', async () => {
      const early = await accepted();
      const ended = assert.rejects(
        runner.call('EVAL', 'while true do end', 0),
        /Script killed by user with SCRIPT KILL\.\.\. script: 694a5fe1ddb97a4c6a1bf299d9537c7d3d0f84e7, on @user_script:1\./,
      );
      assert.match(String(await untilBusy()), BUSY_SCRIPT);
      await assert.rejects(other.call('GET', 'x'), BUSY_SCRIPT);
      await assert.rejects(other.call('FUNCTION', 'KILL'), BUSY_SCRIPT);
      await assert.rejects(other.call('FUNCTION', 'STATS'), BUSY_SCRIPT);
      await assert.rejects(other.call('SHUTDOWN'), BUSY_SCRIPT);
      const late = await connect(server.port);
      assert.equal(await (server.accepts ? late : early).call('SCRIPT', 'KILL'), 'OK');
      await ended;
      assert.equal(await late.call('PING'), 'PONG');
      await Promise.all([early.close(), late.close()]);
      assert.equal(await runner.call('PING'), 'PONG');
      await assert.rejects(other.call('SCRIPT', 'KILL'), /NOTBUSY No scripts in execution right now\./);
    });

    it('ends although it catches every error', async () => {
      const script = 'while true do pcall(function() while true do end end) end';
      const ended = assert.rejects(runner.call('EVAL', script, 0), /Script killed by user/);
      await untilBusy();
      await other.call('SCRIPT', 'KILL');
      await ended;
    });

    it('breaks a transaction that is being queued', async () => {
      const third = await accepted();
      const ended = assert.rejects(runner.call('EVAL', 'while true do end', 0), /killed/);
      await untilBusy();
      assert.equal(await other.call('MULTI'), 'OK');
      await assert.rejects(other.call('GET', 'x'), BUSY_SCRIPT);
      await third.call('SCRIPT', 'KILL');
      await ended;
      await third.close();
      await assert.rejects(other.call('EXEC'), /EXECABORT/);
    });

    it('goes on once it has written', async () => {
      const script = `
        redis.call('SET', 'x', 'written')
        local began = redis.call('TIME')
        repeat
          local now = redis.call('TIME')
        until (now[1] - began[1]) * 1000000 + now[2] - began[2] > 1500000
        return 'done'`;
      const ended = runner.call('EVAL', script, 0);
      await untilBusy();
      await assert.rejects(
        other.call('SCRIPT', 'KILL'),
        /UNKILLABLE Sorry the script already executed write/,
      );
      assert.equal(await ended, 'done');
      assert.equal(await other.call('GET', 'x'), 'written');
    });

    it('is a function to FUNCTION KILL and FUNCTION STATS', async () => {
      const source = "#!lua name=l\nredis.register_function('f', function() while true do end end)";
      await other.call('FUNCTION', 'LOAD', source);
      const ended = assert.rejects(
        runner.call('FCALL', 'f', 0),
        /Script killed by user with SCRIPT KILL\.\.\. script: f, on @user_function:2\./,
      );
      assert.match(String(await untilBusy()), BUSY_FUNCTION);
      const [, running] = (await other.call('FUNCTION', 'STATS')) as [string, unknown[]];
      assert.deepEqual(running.slice(0, 5), ['name', 'f', 'command', ['FCALL', 'f', '0'], 'duration_ms']);
      await assert.rejects(other.call('SCRIPT', 'KILL'), BUSY_FUNCTION);
      assert.equal(await other.call('FUNCTION', 'KILL'), 'OK');
      await ended;
    });

    it('is followed by what its client sent meanwhile, in order', async () => {
      const ended = assert.rejects(runner.call('EVAL', 'while true do end', 0), /Script killed by user/);
      const next = runner.call('ECHO', 'first');
      await untilBusy();
      const last = runner.call('ECHO', 'second');
      await assert.rejects(other.call('ECHO', 'refused'), BUSY_SCRIPT);
      await other.call('SCRIPT', 'KILL');
      await ended;
      assert.deepEqual(await Promise.all([next, last]), ['first', 'second']);
    });

    it('is ended by a newcomer, however much others send', async () => {
      const early = await accepted();
      const flood = await Promise.all(Array.from({ length: 8 }, () => connect(server.port)));
      const ended = assert.rejects(runner.call('EVAL', 'while true do end', 0), /Script killed by user/);
      await untilBusy();
      const refused = flood.map(sendFlood);
      const newcomer = await connect(server.port);
      await other.call('PING').catch(() => 'refused');
      assert.equal(await (server.accepts ? newcomer : early).call('SCRIPT', 'KILL'), 'OK');
      await ended;
      for (const replies of await Promise.all(refused)) {
        assert.ok(replies.every((reply) => BUSY_SCRIPT.test(reply) || reply === '+OK\r\n'));
      }
      assert.equal(await other.call('PING'), 'PONG');
      await Promise.all([...flood, early, newcomer].map((client) => client.close()));
    });

    it('is told of whole requests only, whose rest may come later, in order', async () => {
      const half = await accepted();
      const ended = assert.rejects(runner.call('EVAL', 'while true do end', 0), /killed/);
      await untilBusy();
      half.send('*2\r\n$4\r\nECHO\r\n$6\r\nbef');
      await untilBusy();
      half.send('ore\r\n*2\r\n$3\r\nGET\r\n$1\r\n');
      assert.match(String(await half.reply()), BUSY_SCRIPT);
      await other.call('SCRIPT', 'KILL');
      await ended;
      half.send('k\r\nPING\r\n');
      assert.equal(String(await half.reply()), '$-1\r\n');
      assert.equal(String(await half.reply()), '+PONG\r\n');
      await half.close();
    });

    it('is told of to many clients', async () => {
      const crowd = await Promise.all(Array.from({ length: 200 }, accepted));
      const ended = assert.rejects(runner.call('EVAL', 'while true do end', 0), /killed/);
      await untilBusy();
      for (let round = 0; round < 3; round++) {
        await Promise.all(crowd.map((client) => assert.rejects(client.call('PING'), BUSY_SCRIPT)));
      }
      await other.call('SCRIPT', 'KILL');
      await ended;
      assert.deepEqual(
        new Set(await Promise.all(crowd.map((client) => client.call('PING')))),
        new Set(['PONG']),
      );
      await Promise.all(crowd.map((client) => client.close()));
    });

    it('outlives its client, whose place is given free', async () => {
      const gone = await connect(server.port);
      const lost = gone.call('EVAL', 'while true do end', 0).catch(() => 'lost');
      await untilBusy();
      await gone.close();
      await other.call('SCRIPT', 'KILL');
      await lost;
      assert.equal(await other.call('PING'), 'PONG');
    });
  });
}

for (const words of V2_OTHERWISE) {
  describe(`a script on v2 with ${words.join(' ')}, during which others send more than the threads hold`, () => {
    it('is ended by a newcomer', async () => {
      const { program, port } = await startProgram('v2', words, LATE_THRESHOLD_MS);
      const runner = await connect(port);
      await runner.call('PING');
      const flood = await Promise.all(Array.from({ length: 8 }, () => connect(port)));
      const ended = assert.rejects(runner.call('EVAL', 'while true do end', 0), /Script killed by user/);
      const refused = flood.map(sendFlood);
      const newcomer = await connect(port);
      // By another thread it may come before the script does.
      let answer: unknown;
      do answer = await newcomer.call('SCRIPT', 'KILL').catch((error: unknown) => error);
      while (/NOTBUSY/.test(String(answer)));
      assert.equal(answer, 'OK');
      await Promise.all([ended, ...refused]);
      await Promise.all([runner, newcomer, ...flood].map((client) => client.close()));
      program.signal('SIGTERM');
      assert.equal(await program.end(), 0);
    }).timeout(20_000);
  });
}

for (const frontend of SERVED_INSIDE) {
  describe(`a script that runs long on ${frontend} after a change`, () => {
    it('lets others be told although the append-only file has yet to be written', async () => {
      const { program, port } = await startProgram(frontend, ['--appendonly', 'yes']);
      const [runner, other] = await Promise.all([connect(port), connect(port)]);
      await other.call('PING');
      // In one batch: the change is written when the turn ends, which the script keeps from ending.
      runner.send('SET x 1\r\n*3\r\n$4\r\nEVAL\r\n$17\r\nwhile true do end\r\n$1\r\n0\r\n');
      let answer = 'PONG';
      while (answer === 'PONG') {
        answer = String(await other.call('PING').catch((error: unknown) => error));
      }
      assert.match(answer, BUSY_SCRIPT);
      assert.equal(await other.call('SCRIPT', 'KILL'), 'OK');
      assert.equal(String(await runner.reply()), '+OK\r\n');
      assert.match(String(await runner.reply()), /killed/);
      await Promise.all([runner.close(), other.close()]);
      program.signal('SIGTERM');
      assert.equal(await program.end(), 0);
    }).timeout(20_000);
  });

  describe(`SHUTDOWN NOSAVE during a script on ${frontend}`, () => {
    it('ends the server', async () => {
      const { program, port } = await startProgram(frontend);
      const [runner, other] = await Promise.all([connect(port), connect(port)]);
      await other.call('PING');
      const lost = runner.call('EVAL', "redis.call('SET', 'x', 1) while true do end", 0).catch(() => 'lost');
      while ((await other.call('PING').catch(() => 'busy')) === 'PONG');
      await other.call('SHUTDOWN', 'NOSAVE').catch(() => 'closed');
      await lost;
      await Promise.all([runner.close(), other.close()]);
      assert.equal(await program.end(), 0);
    }).timeout(20_000);
  });
}
