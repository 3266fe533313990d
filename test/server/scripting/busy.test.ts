/**
 * Others while a script runs long: over v2, whose reactor takes turns from inside of a script. The server is a process of
 * its own, since the script holds its thread.
 */
import assert from 'node:assert/strict';
import { Program } from '../../cli/support/program.js';
import { freePort, startReference } from '../../support/reference-server.js';
import { connect, type SocketClient } from '../../support/socket-client.js';

const BUSY_SCRIPT =
  /BUSY Redis is busy running a script\. You can only call SCRIPT KILL or SHUTDOWN NOSAVE\./;
const BUSY_FUNCTION =
  /BUSY Redis is busy running a script\. You can only call FUNCTION KILL or SHUTDOWN NOSAVE\./;

interface Contender {
  readonly port: number;
  stop(): Promise<void>;
}

const THRESHOLD_MS = '50';

/** A server that tells others after a moment. */
async function startProgram(): Promise<{ readonly program: Program; readonly port: number }> {
  const port = await freePort();
  const words = ['--port', String(port), '--frontend', 'v2', '--busy-reply-threshold', THRESHOLD_MS];
  const program = new Program(words);
  await program.ready();
  return { program, port };
}

async function startOurs(): Promise<Contender> {
  const { program, port } = await startProgram();
  return {
    port,
    async stop() {
      program.signal('SIGTERM');
      await program.end();
    },
  };
}

const startTheirs = (): Promise<Contender> => startReference(['--busy-reply-threshold', THRESHOLD_MS]);

const contenders: readonly (readonly [string, () => Promise<Contender>])[] = [
  ['januskv on v2', startOurs],
  ...(process.env.REFERENCE_REDIS ? ([['redis-server', startTheirs]] as const) : []),
];

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
      runner = await connect(server.port);
      other = await connect(server.port);
    });
    afterEach(() => Promise.all([runner.close(), other.close()]));

    /** Resolves when the other client is told that a script keeps it waiting. */
    async function untilBusy(): Promise<unknown> {
      for (;;) {
        const answer = await other.call('PING').catch((error: unknown) => error);
        if (answer !== 'PONG') return answer;
      }
    }

    it('is told of, and ended by SCRIPT KILL', async () => {
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
      assert.equal(await late.call('SCRIPT', 'KILL'), 'OK');
      await ended;
      await late.close();
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
      const ended = assert.rejects(runner.call('EVAL', 'while true do end', 0), /killed/);
      await untilBusy();
      assert.equal(await other.call('MULTI'), 'OK');
      await assert.rejects(other.call('GET', 'x'), BUSY_SCRIPT);
      const third = await connect(server.port);
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
        until (now[1] - began[1]) * 1000000 + now[2] - began[2] > 300000
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

describe('SHUTDOWN NOSAVE during a script', () => {
  it('ends the server', async () => {
    const { program, port } = await startProgram();
    const [runner, other] = await Promise.all([connect(port), connect(port)]);
    const lost = runner.call('EVAL', "redis.call('SET', 'x', 1) while true do end", 0).catch(() => 'lost');
    while ((await other.call('PING').catch(() => 'busy')) === 'PONG');
    await other.call('SHUTDOWN', 'NOSAVE').catch(() => 'closed');
    await lost;
    await Promise.all([runner.close(), other.close()]);
    assert.equal(await program.end(), 0);
  }).timeout(20_000);
});
