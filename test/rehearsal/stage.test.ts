/** What is rehearsed runs through real frontends, without a mistake, and leaves the server that serves alone. */
import assert from 'node:assert/strict';
import { allCommands } from '../../src/commands/all.js';
import { Libc, loadLibc, loadLibcOf } from '../../src/native/libc.js';
import { NativeBuffer } from '../../src/native/native-buffer.js';
import { EMFILE, SystemError } from '../../src/native/system-error.js';
import { RequestStage } from '../../src/rehearsal/stage.js';
import { Config } from '../../src/server/config/config.js';
import type { Frontend } from '../../src/server/frontend.js';
import { JanusServer } from '../../src/server/server.js';
import { createFrontend as createV1 } from '../../v1/frontend.js';
import { createFrontend as createV2 } from '../../v2/frontend.js';
import { describeOnLinux } from '../support/linux.js';
import { until } from '../v2/support/until.js';

const ACTORS = 8;

describeOnLinux('the stage of the rehearsal', () => {
  for (const [name, createFrontend] of [
    ['v1', createV1],
    ['v2', createV2],
  ] as const) {
    it(`is served by ${name} as clients are: every request is answered, none with an error`, async () => {
      const server = new JanusServer({ declarations: allCommands });
      const frontend: Frontend = createFrontend(server);
      await frontend.listen({ host: '127.0.0.1', port: 0 }, 1);
      const understudies: JanusServer[] = [];
      const stage = new RequestStage({
        libc: await loadLibc(),
        frontends: [frontend],
        createUnderstudy() {
          const config = new Config({ 'protected-mode': 'no' });
          const understudy = new JanusServer({ declarations: allCommands, config, table: server.table });
          understudies.push(understudy);
          return understudy;
        },
      });
      try {
        while (stage.play(ACTORS)) await until(() => stage.isAnswered());
        const [understudy] = understudies;
        assert.equal(understudies.length, 1);
        assert.ok(understudy.statistics.total > 50_000, `${understudy.statistics.total} requests`);
        assert.equal(understudy.introspection.errors.total, 0);
        assert.equal(understudy.internalErrors, 0);
        assert.ok(understudy.keyspace.databases[0].size > 1000, 'its data are of some size');
      } finally {
        stage.close();
      }
      const { counters } = frontend;
      await until(() => counters.closed === counters.accepted);
      assert.ok(counters.accepted > ACTORS, 'connections come and go');
      assert.equal(server.statistics.total, 0);
      assert.equal(server.sessions.size, 0);
      assert.equal(server.keyspace.databases[0].size, 0);
      await frontend.close(0);
    });
  }

  it('closes each of its descriptors once when there are no more', async () => {
    const libc = await loadLibcOf(process.platform, process.arch);
    const { socketPair, close } = Libc.prototype;
    const served: number[] = [];
    const room = new NativeBuffer(libc, 65_536);
    let pairs = 0;
    let closed = 0;
    libc.socketPair = () => {
      if (pairs === ACTORS + 3) throw new SystemError('socketpair', EMFILE);
      pairs++;
      return socketPair.call(libc);
    };
    libc.close = (fd) => {
      closed++;
      return close.call(libc, fd);
    };
    const stage = new RequestStage({
      libc,
      frontends: [{ adopt: (descriptor: number) => served.push(descriptor) } as unknown as Frontend],
      createUnderstudy: () => new JanusServer({ declarations: allCommands }),
    });
    const playOn = (): void => {
      while (stage.play(ACTORS))
        for (const descriptor of served) libc.recv(descriptor, room.address, 65_536, 0);
    };
    assert.throws(playOn, /EMFILE/);
    stage.close();
    assert.equal(closed, ACTORS + 3);
    for (const descriptor of served) close.call(libc, descriptor);
  });
});
