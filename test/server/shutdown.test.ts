/** A master that is told to end while a replica lags, both in memory, on one clock. */
import assert from 'node:assert/strict';
import { Random } from '../../src/base/random.js';
import { Config } from '../../src/server/config/config.js';
import type { Client } from '../support/client.js';
import { MemoryServer } from '../support/memory-server.js';
import { MemoryDisk, NO_SPACE } from './persistence/memory-disk.js';
import { MemoryNetwork } from './replication/memory-network.js';

const MASTER_PORT = 6379;
const TIMEOUT_SECONDS = 10;
const FAILED = '-ERR Errors trying to SHUTDOWN. Check logs.\r\n';

describe('a shutdown with replicas', () => {
  let network: MemoryNetwork;
  let master: MemoryServer;
  let replica: MemoryServer;
  let disk: MemoryDisk;
  let writer: Client;
  let operator: Client;
  /** Whether each stop that was asked for was to be at once. */
  let stops: boolean[];
  let logged: string[];

  /** Time passes for both, and bytes travel if `arrives`. */
  function pass(ms: number, arrives = true): void {
    for (const server of [master, replica]) {
      server.advance(ms);
      server.server.tick();
    }
    if (arrives) network.step();
  }

  function passUntil(isReached: () => boolean): void {
    for (let round = 0; !isReached(); round++) {
      assert.ok(round < 10_000, 'it is reached');
      pass(5);
    }
  }

  const isOnline = (): boolean => master.server.replication.replicas.all[0]?.state === 'online';

  beforeEach(async () => {
    network = new MemoryNetwork(new Random(1));
    stops = [];
    logged = [];
    disk = new MemoryDisk();
    const settings = { save: '', 'repl-diskless-sync-delay': 0, 'shutdown-timeout': TIMEOUT_SECONDS };
    master = new MemoryServer({
      config: new Config(settings),
      disk,
      stop: (isNow) => stops.push(isNow),
      log: (_level, message) => logged.push(message),
    });
    replica = new MemoryServer({ config: new Config(settings), connect: network.connect });
    network.listen(MASTER_PORT, master.server);
    writer = master.connect();
    operator = master.connect();
    await replica.connect().call('REPLICAOF', '127.0.0.1', `${MASTER_PORT}`);
    passUntil(isOnline);
    // On its way to the replica when the master is told to end.
    await writer.call('SET', 'key', 'value');
  });

  afterEach(() => {
    master.dispose();
    replica.dispose();
  });

  it('waits until they have everything, and lets nobody write meanwhile', async () => {
    operator.send('SHUTDOWN\r\n');
    writer.send('SET key later\r\n');
    pass(100, false);
    assert.deepEqual(stops, []);
    const information = String(await master.connect().call('INFO', 'server'));
    assert.match(information, /shutdown_in_milliseconds:9\d{3}\r\n/);
    passUntil(() => stops.length > 0);
    assert.deepEqual(stops, [false]);
    assert.equal(await replica.connect().call('GET', 'key'), 'value');
    assert.equal(writer.takeReply(), null);
    assert.equal(operator.takeReply(), null);
    assert.ok(logged.includes('1 of 1 replicas are in sync when shutting down.'), logged.join('\n'));
  });

  it('ends without them after shutdown-timeout, and says who lags', () => {
    operator.send('SHUTDOWN\r\n');
    pass(TIMEOUT_SECONDS * 1000 - 1, false);
    assert.deepEqual(stops, []);
    pass(1, false);
    assert.deepEqual(stops, [false]);
    assert.ok(logged.includes('0 of 1 replicas are in sync when shutting down.'), logged.join('\n'));
    assert.ok(
      logged.some((line) =>
        /^Lagging replica 127\.0\.0\.1:\d+ reported offset \d+ behind master, lag=\d+, state=online\.$/.test(
          line,
        ),
      ),
    );
  });

  it('does not wait with NOW', () => {
    operator.send('SHUTDOWN NOW\r\n');
    assert.deepEqual(stops, [true]);
  });

  it('does not wait when shutdown-timeout is 0', async () => {
    await writer.call('CONFIG', 'SET', 'shutdown-timeout', '0');
    operator.send('SHUTDOWN\r\n');
    assert.deepEqual(stops, [false]);
  });

  it('is called off by SHUTDOWN ABORT: whoever waited for it is told, and writers go on', async () => {
    operator.send('SHUTDOWN\r\n');
    const another = master.connect();
    another.send('SHUTDOWN NOSAVE\r\n');
    writer.send('SET key later\r\n');
    pass(100, false);
    const third = master.connect();
    assert.equal(await third.call('CLIENT', 'UNBLOCK', '1'), 0);
    assert.equal(await third.call('SHUTDOWN', 'ABORT'), 'OK');
    assert.equal(String(await operator.reply()), FAILED);
    assert.equal(String(await another.reply()), FAILED);
    assert.equal(String(await writer.reply()), '+OK\r\n');
    third.send('SHUTDOWN ABORT\r\n');
    assert.equal(String(await third.reply()), '-ERR No shutdown in progress.\r\n');
    pass(TIMEOUT_SECONDS * 2000);
    assert.deepEqual(stops, []);
  });

  it('fails when the data can not be saved in the end, and everything goes on', async () => {
    disk.failure = NO_SPACE;
    operator.send('SHUTDOWN SAVE\r\n');
    writer.send('SET key later\r\n');
    passUntil(() => operator.unread > 0);
    assert.equal(String(await operator.reply()), FAILED);
    assert.equal(String(await writer.reply()), '+OK\r\n');
    assert.deepEqual(stops, []);
  });

  it('is not held up by a client that gave up waiting for it', () => {
    operator.send('SHUTDOWN\r\n');
    pass(100, false);
    operator.close();
    passUntil(() => stops.length > 0);
    assert.deepEqual(stops, [false]);
  });
});
