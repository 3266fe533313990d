/** A disk that is full: writes are refused with Redis' words, reads go on, and all is well when there is room again. */
import assert from 'node:assert/strict';
import { ManualClock } from '../../src/base/clock.js';
import { allCommands } from '../../src/commands/all.js';
import { Config } from '../../src/server/config/config.js';
import type { Frontend } from '../../src/server/frontend.js';
import { JanusServer } from '../../src/server/server.js';
import { createFrontend as createNetFrontend } from '../../v1/frontend.js';
import { MemoryDisk, NO_SPACE } from '../server/persistence/memory-disk.js';
import { FRONTENDS, type FrontendName } from '../support/running-server.js';
import { connect, type SocketClient } from '../support/socket-client.js';

const CLIENTS = 20;

for (const frontendName of FRONTENDS) {
  describe(`A full disk, over ${frontendName}`, () => {
    let disk: MemoryDisk;
    let clock: ManualClock;
    let server: JanusServer;
    let frontend: Frontend;
    let clients: SocketClient[];

    async function start(settings: Record<string, string>): Promise<void> {
      disk = new MemoryDisk();
      clock = new ManualClock();
      const config = new Config({ save: '', dir: '/', ...settings });
      server = new JanusServer({ declarations: [...allCommands], config, clock, disk });
      server.persistence.loadAtStart((error) => assert.equal(error, null));
      server.tick();
      frontend = await frontendOf(frontendName, server);
      const { port } = await frontend.listen({ host: '127.0.0.1', port: 0 }, 128);
      clients = await Promise.all(Array.from({ length: CLIENTS }, () => connect(port)));
    }

    afterEach(async () => {
      for (const { socket } of clients) socket.destroy();
      await frontend.close(0);
    });

    it('stops writes to an append-only file until there is room, and loses none that was acknowledged', async () => {
      await start({ appendonly: 'yes', appendfsync: 'everysec' });
      await clients[0].wire('SET key before', '+OK\r\n');
      disk.roomBytes = 0;
      await clients[0].call('SET', 'key', 'under way');
      clock.advance(1000);
      server.tick();
      for (const client of clients) {
        assert.match(
          (await client.raw('SET', 'key', 'x')).toString(),
          /^-MISCONF Errors writing to the AOF file: No space/,
        );
        assert.equal(await client.call('GET', 'key'), 'under way');
      }
      disk.roomBytes = Number.POSITIVE_INFINITY;
      clock.advance(1000);
      server.tick();
      for (const client of clients) await client.wire('SET key after', '+OK\r\n');
      assert.equal(server.sessions.size, CLIENTS);
      assert.equal(server.internalErrors, 0);
    });

    it('that a snapshot finds refuses writes until one succeeds, and leaves the old file', async () => {
      await start({ save: '3600 1' });
      await clients[0].wire('SET key saved', '+OK\r\n');
      assert.equal(await clients[0].call('SAVE'), 'OK');
      const saved = [...disk.files.values()][0];
      await clients[0].call('SET', 'key', 'newer');
      disk.failure = NO_SPACE;
      await clients[0].raw('BGSAVE');
      server.tick();
      for (const client of clients) {
        assert.match(
          (await client.raw('SET', 'key', 'x')).toString(),
          /^-MISCONF Redis is configured to save RDB/,
        );
        assert.equal(await client.call('GET', 'key'), 'newer');
      }
      assert.equal([...disk.files.values()][0], saved);
      assert.equal(disk.drafts.size, 0);
      disk.failure = null;
      assert.equal(await clients[0].call('SAVE'), 'OK');
      for (const client of clients) await client.wire('SET key x', '+OK\r\n');
      assert.equal(server.sessions.size, CLIENTS);
    });
  });
}

async function frontendOf(name: FrontendName, server: JanusServer): Promise<Frontend> {
  if (name === 'v1') return createNetFrontend(server);
  const { createFrontend } = await import('../../v2/frontend.js');
  return createFrontend(server);
}
