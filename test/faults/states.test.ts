/**
 * Clients that vanish in whatever state: by a reset, or by closing their side. Nobody else notices, and nothing of
 * them is left: no client, no waiter, no subscription, no watched key, no descriptor.
 */
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { type ClockedServer, startClocked } from '../support/clocked-server.js';
import { FRONTENDS } from '../support/running-server.js';
import type { SocketClient } from '../support/socket-client.js';
import { encodeRequest } from '../support/words.js';
import { until } from '../v2/support/until.js';

const ROUNDS = 8;
const LARGE = 'x'.repeat(300_000);

/** How a client gets into its state; replies that are awaited tell that it is there. */
const STATES: Record<string, (client: SocketClient) => unknown> = {
  'that never said anything': () => {},
  'in the middle of a request': (client) => client.send('*3\r\n$3\r\nSET\r\n$3\r\nkey\r\n$10\r\nabc'),
  'in the middle of a large request': (client) =>
    client.send(`*3\r\n$3\r\nSET\r\n$3\r\nkey\r\n$9000000\r\n${LARGE}`),
  'in the middle of its replies': (client) => {
    client.socket.pause();
    for (let count = 0; count < 40; count++) client.send(encodeRequest(['GET', 'large']));
  },
  'blocked by BLPOP': (client) => client.send(encodeRequest(['BLPOP', 'nothing', 0])),
  'blocked by XREADGROUP': (client) =>
    client.send(encodeRequest('XREADGROUP GROUP group me BLOCK 0 STREAMS stream >'.split(' '))),
  'blocked by WAIT': (client) => client.send(encodeRequest(['WAIT', 1, 0])),
  'blocked with requests behind': (client) =>
    client.send(Buffer.concat([encodeRequest(['BLPOP', 'nothing', 0]), encodeRequest(['INCR', 'never'])])),
  'in a transaction': async (client) => {
    await client.raw('WATCH', 'watched');
    await client.raw('MULTI');
    await client.raw('INCR', 'never');
  },
  subscribed: async (client) => {
    await client.raw('SUBSCRIBE', 'channel');
    await client.raw('PSUBSCRIBE', 'chan*');
    await client.raw('SSUBSCRIBE', 'shard');
  },
  'tracking keys': async (client) => {
    await client.raw('HELLO', 3);
    await client.raw('CLIENT', 'TRACKING', 'ON', 'BCAST');
    await client.raw('GET', 'large');
  },
  'looking on with MONITOR': (client) => client.raw('MONITOR'),
  'being a replica': async (client) => {
    await client.raw('REPLCONF', 'listening-port', 1);
    client.send(encodeRequest(['PSYNC', '?', -1]));
  },
  'being a replica that reads nothing': (client) => {
    client.socket.pause();
    client.send(encodeRequest(['SYNC']));
  },
};

const ENDINGS: Record<string, (client: SocketClient) => void> = {
  'by a reset': (client) => client.reset(),
  'by closing its side': (client) => client.close(),
};

/** What INFO says about those who are there. */
const COUNTS = {
  connected_clients: 1,
  blocked_clients: 0,
  tracking_clients: 0,
  pubsub_channels: 0,
  pubsub_patterns: 0,
  pubsubshard_channels: 0,
  connected_slaves: 0,
  rejected_connections: 0,
  internal_errors: 0,
};

for (const frontend of FRONTENDS) {
  describe(`A client that vanishes over ${frontend}`, () => {
    let served: ClockedServer;
    let other: SocketClient;

    beforeEach(async () => {
      served = await startClocked(frontend);
      other = await served.connect();
      await other.call('SET', 'large', LARGE);
      await other.raw('XGROUP', 'CREATE', 'stream', 'group', '0', 'MKSTREAM');
    });
    afterEach(() => served.stop());

    for (const [state, enter] of Object.entries(STATES)) {
      for (const [ending, end] of Object.entries(ENDINGS)) {
        it(`${state}, ${ending}, is missed by nobody`, async () => {
          const descriptors = countDescriptors();
          for (let round = 0; round < ROUNDS; round++) {
            const client = await served.connect();
            await enter(client);
            // In every other round the server has seen all of it.
            if (round % 2 === 0) assert.equal(await other.call('PING'), 'PONG');
            end(client);
            await other.wire('INCR counter', `:${round + 1}\r\n`);
            // What it had not taken may keep a connection open that the client has closed its side of.
            client.socket.resume();
            client.socket.destroySoon();
          }
          await until(() => served.server.sessions.size === 1);
          await other.call('PUBLISH', 'channel', 'x');
          await until(() => countDescriptors() <= descriptors);
          const info = String(await other.call('INFO', 'everything'));
          for (const [field, count] of Object.entries(COUNTS)) {
            assert.match(info, new RegExp(`^${field}:${count}\r$`, 'm'));
          }
          assert.match(info, new RegExp(`^total_connections_received:${ROUNDS + 1}\r$`, 'm'));
          assert.equal(await other.call('GET', 'never'), null);
        });
      }
    }
  });
}

function countDescriptors(): number {
  return process.platform === 'linux' ? readdirSync('/proc/self/fd').length : 0;
}
