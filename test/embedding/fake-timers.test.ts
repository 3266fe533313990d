/** A test runner's fake timers, in the process that the server is in. */
import assert from 'node:assert/strict';
import { performance } from 'node:perf_hooks';
import timers from 'node:timers';
import { createServer } from '../../src/index.js';
import { FRONTENDS } from '../support/running-server.js';
import { connect } from '../support/socket-client.js';

type Names = readonly string[];
const TIMERS: Names = ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'setImmediate'];
/** What such libraries replace: time stands still, and nothing that was set comes. */
const FAKED: readonly (readonly [object: object, names: Names])[] = [
  [globalThis, TIMERS],
  [timers, TIMERS],
  [Date, ['now']],
  [performance, ['now']],
];

for (const frontend of FRONTENDS) {
  describe(`Under fake timers, over ${frontend}`, () => {
    let restore: readonly (() => void)[];

    beforeEach(() => {
      restore = FAKED.flatMap(([object, names]) => names.map((name) => fake(object, name)));
    });
    afterEach(() => {
      for (const restoreOne of restore) restoreOne();
    });

    it('a server starts, serves and closes', async () => {
      const server = await createServer({ port: 0, frontend });
      const client = await connect(server.port);
      assert.equal(await client.call('SET', 'greeting', 'hello'), 'OK');
      assert.equal(await client.call('GET', 'greeting'), 'hello');
      await client.quit();
      await server.close();
    });

    it("a server's time passes: keys expire, and waiting clients give up", async () => {
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

/** @returns puts the real one back */
function fake(object: object, name: string): () => void {
  const real = Object.getOwnPropertyDescriptor(object, name) ?? {};
  const isOwn = Object.hasOwn(object, name);
  Object.defineProperty(object, name, { configurable: true, writable: true, value: () => 0 });
  return () => {
    if (isOwn) Object.defineProperty(object, name, real);
    else Reflect.deleteProperty(object, name);
  };
}
