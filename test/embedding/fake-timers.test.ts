/** A test runner's fake timers, in the process that the server is in. */
import assert from 'node:assert/strict';
import { mock } from 'node:test';
import { createServer } from '../../src/index.js';
import { FRONTENDS } from '../support/running-server.js';
import { connect } from '../support/socket-client.js';

for (const frontend of FRONTENDS) {
  describe(`Under fake timers, over ${frontend}`, () => {
    beforeEach(() => {
      mock.timers.enable({ apis: ['setTimeout', 'setInterval', 'setImmediate', 'Date'] });
    });
    afterEach(() => {
      mock.timers.reset();
    });

    it('starts, serves and closes', async () => {
      const server = await createServer({ port: 0, frontend });
      const client = await connect(server.port);
      assert.equal(await client.call('SET', 'greeting', 'hello'), 'OK');
      assert.equal(await client.call('GET', 'greeting'), 'hello');
      await client.quit();
      await server.close();
    });

    it('lets time pass: keys expire, and waiting clients give up', async () => {
      const server = await createServer({ port: 0, frontend });
      const client = await connect(server.port);
      await client.call('SET', 'short', 'x', 'PX', 1);
      assert.equal(await client.call('BLPOP', 'nothing', 0.01), null);
      assert.equal(await client.call('GET', 'short'), null);
      await client.quit();
      await server.close(0);
    });
  });
}
