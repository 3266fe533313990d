/** CONFIG SET of port and bind moves the listening sockets, or leaves everything as it was. */
import assert from 'node:assert/strict';
import { type AddressInfo, createServer as createNetServer } from 'node:net';
import { createServer, type RunningServer } from '../../../src/index.js';
import { MemoryServer } from '../../support/memory-server.js';
import { connect } from '../../support/socket-client.js';

const PORT_TAKEN =
  "ERR CONFIG SET failed (possibly related to argument 'port') - Unable to listen on this port. Check server logs.";
const BIND_FAILED =
  "ERR CONFIG SET failed (possibly related to argument 'bind') - Failed to bind to specified addresses.";

/** A port that was free a moment ago, and a server that keeps another one busy. */
async function ports(): Promise<{ free: number; busy: number; release(): Promise<void> }> {
  const [first, second] = [createNetServer(), createNetServer()];
  for (const each of [first, second]) {
    await new Promise<void>((resolve) => each.listen(0, '127.0.0.1', resolve));
  }
  const portOf = (each: typeof first): number => (each.address() as AddressInfo).port;
  const result = { free: portOf(first), busy: portOf(second) };
  const closed = (each: typeof first) => new Promise<void>((resolve) => each.close(() => resolve()));
  await closed(first);
  return { ...result, release: () => closed(second) };
}

describe('CONFIG SET of port and bind', () => {
  for (const frontend of process.platform === 'linux' ? (['v1', 'v2'] as const) : (['v1'] as const)) {
    it(`moves the sockets of ${frontend} and keeps the clients, or nothing changes`, async () => {
      const before = await ports();
      const after = await ports();
      const troubles: unknown[] = [];
      const server: RunningServer = await createServer({
        config: { bind: '127.0.0.1', port: before.free, frontend },
        report: (trouble) => troubles.push(trouble),
      });
      const client = await connect(before.free);
      const reachable = async (port: number): Promise<boolean> => {
        try {
          await (await connect(port)).quit();
          return true;
        } catch {
          return false;
        }
      };
      try {
        await client.refused(PORT_TAKEN, 'CONFIG', 'SET', 'timeout', '99', 'port', String(after.busy));
        assert.equal(troubles.length, 1);
        assert.deepEqual(await client.call('CONFIG', 'GET', 'timeout'), ['timeout', '0']);
        assert.ok(await reachable(before.free));
        assert.equal(await client.call('CONFIG', 'SET', 'port', String(after.free)), 'OK');
        assert.deepEqual(await client.call('CONFIG', 'GET', 'port'), ['port', String(after.free)]);
        assert.equal(await reachable(before.free), false);
        assert.ok(await reachable(after.free));
        assert.equal(server.port, after.free);
        assert.match(String(await client.call('INFO', 'server')), new RegExp(`tcp_port:${after.free}\r`));
        // 192.0.2.0/24 is nobody's: RFC 5737.
        await client.refused(BIND_FAILED, 'CONFIG', 'SET', 'bind', '192.0.2.1');
        assert.ok(await reachable(after.free));
        assert.equal(await client.call('CONFIG', 'SET', 'bind', '*'), 'OK');
        assert.ok(await reachable(after.free));
        assert.equal(await client.call('CONFIG', 'SET', 'port', '0'), 'OK');
        assert.equal(await reachable(after.free), false);
        assert.equal(await client.call('PING'), 'PONG');
        await client.quit();
      } finally {
        await server.close(0);
        await Promise.all([before.release(), after.release()]);
      }
    });
  }

  describe('in memory', () => {
    const moving = new MemoryServer();
    const { sockets } = moving.server.introspection;
    let settle: { resolve(): void; reject(reason: Error): void };

    beforeEach(() => {
      sockets.relisten = () =>
        new Promise((resolve, reject) => {
          settle = { resolve, reject };
        });
    });

    it('is refused where the addresses came from elsewhere, and in transactions', async () => {
      const client = moving.connect();
      const reason = (text: string) =>
        `ERR CONFIG SET failed (possibly related to argument 'port') - ${text}`;
      await client.call('MULTI');
      await client.call('CONFIG', 'SET', 'port', '7777');
      const replies = await client.raw('EXEC');
      assert.equal(
        replies.toString(),
        `*1\r\n-${reason('sockets are not moved by transactions and scripts')}\r\n`,
      );
      sockets.relisten = null;
      await client.refused(
        reason('the addresses were not given by port and bind'),
        ...['CONFIG', 'SET', 'port', '7777'],
      );
      assert.equal(await client.call('CONFIG', 'SET', 'port', '6379'), 'OK');
      client.close();
    });

    it('goes on without a client that gave up waiting, or left', async () => {
      const [impatient, other] = [moving.connect(), moving.connect()];
      const id = String(await impatient.call('CLIENT', 'ID'));
      const first = impatient.raw('CONFIG', 'SET', 'port', '7001');
      await other.refused(
        "ERR CONFIG SET failed (possibly related to argument 'port') - the sockets are being moved already",
        ...['CONFIG', 'SET', 'port', '7002'],
      );
      assert.equal(await other.call('CLIENT', 'UNBLOCK', id), 1);
      assert.match((await first).toString(), /^-ERR CONFIG SET was unblocked/);
      const popped = impatient.raw('BLPOP', 'key', '0');
      settle.resolve();
      await new Promise(setImmediate);
      await other.call('RPUSH', 'key', 'value');
      assert.match((await popped).toString(), /value/);
      assert.deepEqual(await other.call('CONFIG', 'GET', 'port'), ['port', '7001']);
      impatient.send('CONFIG SET port 7003\r\n');
      impatient.close();
      settle.reject(new Error('no'));
      await new Promise(setImmediate);
      assert.deepEqual(await other.call('CONFIG', 'GET', 'port'), ['port', '7001']);
      other.close();
    });
  });
});
