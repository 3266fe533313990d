/** What INFO stats says went between a master and its replica. */
import assert from 'node:assert/strict';
import { Random } from '../../../src/base/random.js';
import { Config } from '../../../src/server/config/config.js';
import { MemoryServer } from '../../support/memory-server.js';
import { MemoryNetwork } from './memory-network.js';

const MASTER_PORT = 6379;
const VALUE = 'v'.repeat(5000);

describe('traffic of replication', () => {
  it('is counted by the byte on both sides, the snapshot and the stream', async () => {
    const network = new MemoryNetwork(new Random(1));
    const settings = { save: '', 'repl-diskless-sync-delay': 0, rdbcompression: false } as const;
    const [master, replica] = [{}, { connect: network.connect }].map(
      (options) => new MemoryServer({ config: new Config(settings), ...options }),
    );
    network.listen(MASTER_PORT, master.server);
    const [writer, client] = [master.connect(), replica.connect()];
    const caughtUp = (): void => {
      const { replication } = replica.server;
      for (let round = 0; ; round++) {
        assert.ok(round < 10_000, 'it catches up');
        for (const server of [master, replica]) {
          server.advance(1);
          server.server.tick();
        }
        network.step();
        const isLevel = replication.offset === master.server.replication.offset;
        if (replication.master?.isConnected && isLevel && network.isIdle) return;
      }
    };
    const stat = async (from: typeof client, field: string): Promise<number> =>
      Number(new RegExp(`^${field}:(.*)\r$`, 'm').exec(String(await from.call('INFO', 'stats')))?.[1]);

    await writer.call('SET', 'key', VALUE);
    await client.call('REPLICAOF', '127.0.0.1', `${MASTER_PORT}`);
    caughtUp();
    const received = await stat(client, 'total_net_repl_input_bytes');
    const sent = await stat(writer, 'total_net_repl_output_bytes');
    assert.ok(received > VALUE.length && received <= sent, `${received} of ${sent}`);
    assert.ok((await stat(client, 'total_net_input_bytes')) > received);
    assert.ok((await stat(writer, 'total_net_output_bytes')) > sent);

    const { offset } = master.server.replication;
    await writer.call('SET', 'key', VALUE);
    caughtUp();
    const streamed = master.server.replication.offset - offset;
    assert.equal(await stat(client, 'total_net_repl_input_bytes'), received + streamed);
    assert.equal(await stat(writer, 'total_net_repl_output_bytes'), sent + streamed);

    replica.advance(100);
    replica.server.tick();
    assert.ok((await stat(client, 'instantaneous_input_repl_kbps')) > 0);
    await client.call('CONFIG', 'RESETSTAT');
    assert.equal(await stat(client, 'total_net_repl_input_bytes'), 0);
    master.dispose();
    replica.dispose();
  });
});
