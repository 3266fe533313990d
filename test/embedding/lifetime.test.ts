/** How long a server lives, and what it leaves behind. */
import assert from 'node:assert/strict';
import { createServer } from '../../src/index.js';
import { FRONTENDS } from '../support/running-server.js';
import { connect } from '../support/socket-client.js';
import { builtLibrary } from './support/library.js';
import { PROGRAM_TIMEOUT_MS, runProgram } from './support/program.js';

for (const frontend of FRONTENDS) {
  describe(`A server over ${frontend}`, () => {
    it('is closed at the end of its scope', async () => {
      let port: number;
      {
        await using server = await createServer({ port: 0, frontend });
        port = server.port;
        await (await connect(port)).quit();
      }
      await assert.rejects(connect(port), { code: 'ECONNREFUSED' });
    });

    it('is closed by its signal', async () => {
      const controller = new AbortController();
      const server = await createServer({ port: 0, frontend, signal: controller.signal });
      controller.abort();
      await server.closed;
      await assert.rejects(connect(server.port), { code: 'ECONNREFUSED' });
    });

    it("does not start under a signal that was aborted: it rejects with the signal's reason", async () => {
      const signal = AbortSignal.abort(new Error('not today'));
      await assert.rejects(createServer({ port: 0, frontend, signal }), { message: 'not today' });
    });

    it('closes once, however often it is told to', async () => {
      const server = await createServer({ port: 0, frontend });
      await Promise.all([server.close(), server.close(0), server.closed]);
      await server.close();
    });

    it('refuses a deadline that is none, and stays open', async () => {
      await using server = await createServer({ port: 0, frontend });
      for (const deadlineMs of [-1, Number.NaN]) {
        await assert.rejects(server.close(deadlineMs), { name: 'TypeError' });
      }
      await (await connect(server.port)).quit();
    });

    it('says that its port is taken', async () => {
      await using first = await createServer({ port: 0, frontend });
      await assert.rejects(createServer({ port: first.port, frontend }), { code: 'EADDRINUSE' });
    });

    it('shares nothing with another one of the process', async () => {
      await using one = await createServer({ port: 0, frontend });
      await using other = await createServer({ port: 0, frontend });
      const [client, stranger] = [await connect(one.port), await connect(other.port)];
      await client.call('SET', 'mine', 'x');
      await client.call('SCRIPT', 'LOAD', 'return 1');
      assert.equal(await stranger.call('DBSIZE'), 0);
      await client.quit();
      assert.match(String(await stranger.call('INFO', 'clients')), /connected_clients:1\r\n/);
      await stranger.quit();
    });

    it('grows older when told to: keys expire, and their time to live is less', async () => {
      await using server = await createServer({ port: 0, frontend });
      const client = await connect(server.port);
      await client.call('SET', 'session', 'x', 'EX', 3600);
      await client.call('SET', 'day', 'x', 'EX', 86_400);
      server.advanceTime(3_600_001);
      assert.equal(await client.call('GET', 'session'), null);
      const seconds = Number(await client.call('TTL', 'day'));
      assert.ok(seconds > 82_000 && seconds <= 82_800, String(seconds));
      for (const ms of [0, -1, 0.5, Number.NaN]) {
        assert.throws(() => server.advanceTime(ms), { name: 'TypeError' });
      }
      await client.quit();
    });
  });
}

describe('A process with a server', function () {
  this.timeout(PROGRAM_TIMEOUT_MS);
  const library = builtLibrary();

  for (const frontend of FRONTENDS) {
    it(`ends by itself when that is closed, and another one didn't get its port, over ${frontend}`, async () => {
      assert.equal(await runProgram('lifetime.mjs', library(), frontend, 'close'), 'taken\nPONG\n0');
    });

    it(`ends by itself when that is unref'd, over ${frontend}`, async () => {
      assert.equal(await runProgram('lifetime.mjs', library(), frontend, 'unref'), 'taken\nPONG\n0');
    });

    it(`goes on when that is ref'd again, over ${frontend}`, async () => {
      assert.equal(
        await runProgram('lifetime.mjs', library(), frontend, 'ref'),
        'taken\nPONG\nstill here\n0',
      );
    });
  }
});
