import assert from 'node:assert/strict';
import { startClocked } from '../support/clocked-server.js';
import { PLANTED, plantedBugs } from '../support/planted-bugs.js';
import { FRONTENDS } from '../support/running-server.js';
import { encodeRequest } from '../support/words.js';
import { until } from '../v2/support/until.js';

for (const name of FRONTENDS) {
  describe(`A bug that clients meet over ${name}`, () => {
    it('costs them an error or their connection, and the process goes on', async () => {
      const troubles: unknown[] = [];
      const served = await startClocked(name, {
        planted: plantedBugs,
        internalError: (error) => troubles.push(error),
      });
      const { server } = served;
      try {
        const hostile = await served.connect();
        const waiting = await served.connect();
        const bystander = await served.connect();
        assert.equal((await hostile.raw('BUG')).toString(), '-ERR internal error\r\n');
        waiting.send(encodeRequest(['BUGWAIT', 'list', 0]));
        await until(() => server.blocking.count === 1);
        await bystander.wire('RPUSH list element', ':1\r\n');
        assert.equal((await waiting.reply()).toString(), '-ERR internal error\r\n');
        const resolve = server.table.resolve.bind(server.table);
        server.table.resolve = (argv) => {
          if (argv.is(0, 'NOWHERE')) throw new Error(PLANTED);
          return resolve(argv);
        };
        assert.equal((await hostile.raw('NOWHERE')).toString(), '-ERR internal error\r\n');
        await hostile.end();
        await bystander.wire('LPOP list', '$7\r\nelement\r\n');
        assert.equal(server.internalErrors, 3);
        assert.equal(troubles.length, 3);
      } finally {
        await served.stop();
      }
    });
  });
}
