import assert from 'node:assert/strict';
import { allCommands } from '../../src/commands/all.js';
import { JanusServer } from '../../src/server/server.js';
import { createFrontend as createNetFrontend } from '../../v1/frontend.js';
import { PLANTED, plantedBugs } from '../support/planted-bugs.js';
import { FRONTENDS, type FrontendName } from '../support/running-server.js';
import { connect } from '../support/socket-client.js';
import { encodeRequest } from '../support/words.js';

async function frontendOf(name: FrontendName, server: JanusServer) {
  if (name === 'v1') return createNetFrontend(server);
  const { createFrontend } = await import('../../v2/frontend.js');
  return createFrontend(server);
}

for (const name of FRONTENDS) {
  describe(`A bug that clients meet over ${name}`, () => {
    it('costs them an error or their connection, and the process goes on', async () => {
      const troubles: unknown[] = [];
      const server = new JanusServer({
        declarations: [...allCommands, ...plantedBugs],
        internalError: (error) => troubles.push(error),
      });
      const frontend = await frontendOf(name, server);
      const { port } = await frontend.listen({ host: '127.0.0.1', port: 0 }, 16);
      const [hostile, waiting, bystander] = await Promise.all([connect(port), connect(port), connect(port)]);
      try {
        assert.equal((await hostile.raw('BUG')).toString(), '-ERR internal error\r\n');
        waiting.send(encodeRequest(['BUGWAIT', 'list', 0]));
        while (server.blocking.count === 0) await hostile.raw('PING');
        await bystander.wire('RPUSH list element', ':1\r\n');
        assert.equal((await waiting.reply()).toString(), '-ERR internal error\r\n');
        server.table.resolve = ((resolve) => (argv) => {
          if (argv.is(0, 'NOWHERE')) throw new Error(PLANTED);
          return resolve(argv);
        })(server.table.resolve.bind(server.table));
        assert.equal((await hostile.raw('NOWHERE')).toString(), '-ERR internal error\r\n');
        await hostile.end();
        await bystander.wire('LPOP list', '$7\r\nelement\r\n');
        assert.equal(server.internalErrors, 3);
        assert.equal(troubles.length, 3);
      } finally {
        for (const client of [hostile, waiting, bystander]) client.socket.destroy();
        await frontend.close(0);
      }
    });
  });
}
