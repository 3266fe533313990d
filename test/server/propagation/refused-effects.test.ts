/** What a master says was done, or an append-only file, and can't be done here. */
import assert from 'node:assert/strict';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Random } from '../../../src/base/random.js';
import { Config } from '../../../src/server/config/config.js';
import { WARNING } from '../../../src/server/log-levels.js';
import { MemoryServer } from '../../support/memory-server.js';
import { MemoryDisk } from '../persistence/memory-disk.js';
import { MemoryNetwork } from '../replication/memory-network.js';

const MASTER_PORT = 6379;

describe('an effect that is refused', () => {
  const servers: MemoryServer[] = [];
  let logged: string[];
  let failures: string[];

  beforeEach(() => {
    logged = [];
    failures = [];
  });
  afterEach(() => {
    for (const server of servers.splice(0)) server.dispose();
  });

  function start(
    settings: ConstructorParameters<typeof Config>[0],
    options: ConstructorParameters<typeof MemoryServer>[0] = {},
  ): MemoryServer {
    const server = new MemoryServer({
      config: new Config({ save: '', 'repl-diskless-sync-delay': 0, ...settings }),
      log: (level, message) => level === WARNING && logged.push(message),
      fail: (message) => failures.push(message),
      ...options,
    });
    servers.push(server);
    return server;
  }

  const unexpected = async (server: MemoryServer): Promise<string> =>
    /unexpected_error_replies:(\d+)/.exec(String(await server.connect().call('INFO', 'stats')))?.[1] ?? '';

  /** A replica has a string where the master has a list, and the master adds to it. */
  async function diverge(
    settings: ConstructorParameters<typeof Config>[0],
    disk = new MemoryDisk(),
  ): Promise<MemoryServer> {
    const network = new MemoryNetwork(new Random(1));
    const master = start({});
    const replica = start({ 'replica-read-only': false, ...settings }, { connect: network.connect, disk });
    network.listen(MASTER_PORT, master.server);
    const [writer, other] = [master.connect(), replica.connect()];
    const pass = async (isReached: () => Promise<boolean>): Promise<void> => {
      for (let round = 0; !(await isReached()); round++) {
        assert.ok(round < 10_000, 'it is reached');
        for (const server of [master, replica]) {
          server.advance(5);
          server.server.tick();
        }
        network.step();
      }
    };
    await other.call('REPLICAOF', '127.0.0.1', `${MASTER_PORT}`);
    await pass(async () => master.server.replication.replicas.all[0]?.state === 'online');
    await other.call('SET', 'key', 'string');
    await other.call('CONFIG', 'SET', 'replica-read-only', 'yes');
    await writer.call('RPUSH', 'key', 'element');
    await writer.call('SET', 'later', 'value');
    // One that has failed answers nobody any more.
    await pass(async () => failures.length > 0 || (await other.call('EXISTS', 'later')) === 1);
    return replica;
  }

  it('is logged and counted, and the replica goes on', async () => {
    const replica = await diverge({});
    assert.deepEqual(
      logged.filter((line) => line.includes('CRITICAL')),
      [
        "== CRITICAL == This replica is sending an error to its master: 'WRONGTYPE Operation against a key holding the wrong kind of value' after processing the command 'rpush'",
      ],
    );
    assert.equal(await unexpected(replica), '1');
    assert.deepEqual(failures, []);
  });

  it("ends the replica when it is told to, with 'panic' or 'panic-on-replicas'", async () => {
    for (const behavior of ['panic', 'panic-on-replicas'] as const) {
      failures = [];
      const replicaDisk = new MemoryDisk();
      const replica = await diverge({ 'propagation-error-behavior': behavior }, replicaDisk);
      const expected =
        "This replica panicked sending an error to its master after processing the command 'rpush'";
      assert.deepEqual(failures, [expected], behavior);
      // Its data are not what they should be: they don't take the place of those that the master sent.
      const received = new Map(replicaDisk.files);
      assert.ok(replica.server.persistence.prepareExit({ saves: 'yes', isNow: true, isForced: false }));
      assert.deepEqual(replicaDisk.files, received);
    }
  });

  it('of an append-only file is counted, and ends the server with panic alone', async () => {
    for (const behavior of ['ignore', 'panic', 'panic-on-replicas'] as const) {
      failures = [];
      const directory = tmpdir();
      const disk = new MemoryDisk();
      const settings = { appendonly: true, dir: directory, 'aof-use-rdb-preamble': false } as const;
      disk.files.set(
        join(directory, 'appendonlydir/appendonly.aof.manifest'),
        Buffer.from('file x.aof seq 1 type i\n'),
      );
      disk.files.set(
        join(directory, 'appendonlydir/x.aof'),
        Buffer.from('*3\r\n$3\r\nSET\r\n$1\r\na\r\n$1\r\nx\r\n*2\r\n$4\r\nINCR\r\n$1\r\na\r\n'),
      );
      const server = start({ ...settings, 'propagation-error-behavior': behavior }, { disk });
      const loaded = new Promise<Error | null>((resolve) => server.server.persistence.loadAtStart(resolve));
      server.tick();
      assert.equal(await loaded, null);
      assert.equal(server.server.refusedEffects.count, 1);
      assert.equal(failures.length, behavior === 'panic' ? 1 : 0);
    }
  });

  it('is nothing unusual when a client, or a script that deals with it, made it', async () => {
    const server = start({ 'propagation-error-behavior': 'panic' });
    const client = server.connect();
    await client.call('SET', 'key', 'string');
    client.send('INCR key\r\n');
    assert.match(String(await client.reply()), /^-ERR/);
    await client.call('EVAL', "return redis.pcall('INCR', 'key').err", '0');
    assert.equal(await unexpected(server), '0');
    assert.deepEqual(failures, []);
  });
});
