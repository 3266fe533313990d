/** How a master's snapshot gets into a replica that has data of its own: `repl-diskless-load`. */
import assert from 'node:assert/strict';
import { Random } from '../../../src/base/random.js';
import { Config, type Settings } from '../../../src/server/config/config.js';
import type { Client } from '../../support/client.js';
import { MemoryServer } from '../../support/memory-server.js';
import { MemoryDisk } from '../persistence/memory-disk.js';
import { MemoryNetwork } from './memory-network.js';

const SEED = 11;
const ROUNDS_MAX = 5000;
const LOADING = '-LOADING Redis is loading the dataset in memory\r\n';

class Member {
  readonly memory: MemoryServer;
  readonly client: Client;
  readonly disk = new MemoryDisk();
  /** Why it could go on no longer. */
  readonly failures: string[] = [];

  constructor(network: MemoryNetwork, port: number, settings: Settings) {
    const config = new Config({
      save: '',
      dir: '/',
      'repl-diskless-sync-delay': 0,
      rdbcompression: false,
      'enable-debug-command': true,
      ...settings,
    });
    this.memory = new MemoryServer({
      config,
      connect: network.connect,
      disk: this.disk,
      fail: (message) => this.failures.push(message),
    });
    this.client = this.memory.connect();
    network.listen(port, this.memory.server);
    this.memory.server.persistence.loadAtStart(() => {});
    this.memory.tick();
  }

  get replication(): MemoryServer['server']['replication'] {
    return this.memory.server.replication;
  }

  get isUp(): boolean {
    return this.replication.master?.isConnected === true;
  }

  async info(section: string, field: string): Promise<string> {
    const text = String(await this.client.call('INFO', section));
    return new RegExp(`^${field}:(.*)\r$`, 'm').exec(text)?.[1] ?? '(none)';
  }
}

/** A master and a replica, each with data of its own. */
class Pair {
  readonly network = new MemoryNetwork(new Random(SEED));
  readonly master: Member;
  readonly replica: Member;

  private constructor(settings: Settings) {
    this.master = new Member(this.network, 6379, {});
    this.replica = new Member(this.network, 6380, settings);
  }

  static async start(settings: Settings): Promise<Pair> {
    const pair = new Pair(settings);
    for (let index = 0; index < 500; index++) {
      await pair.master.client.call('SET', `new${index}`, 'v'.repeat(100));
    }
    await pair.master.client.call('RPUSH', 'list', ...Array.from({ length: 500 }, (_, index) => `e${index}`));
    await pair.replica.client.call('SET', 'old', 'here');
    return pair;
  }

  async follow(): Promise<void> {
    await this.replica.client.call('REPLICAOF', '127.0.0.1', '6379');
  }

  /** The replica has the master's data, and loses them: the next synchronization is a full one, of the same history. */
  async continueHistory(): Promise<void> {
    await this.follow();
    this.passUntil('it follows', () => this.replica.isUp);
    this.cut();
    await this.master.client.call('SET', 'new0', 'changed');
    this.master.replication.replicas.backlog?.resize(1);
  }

  cut(): void {
    this.replica.replication.master?.dropConnection();
  }

  pass(): void {
    for (const { memory } of [this.master, this.replica]) {
      memory.advance(50);
      memory.server.tick();
    }
    this.network.step();
  }

  passUntil(what: string, holds: () => boolean): void {
    for (let round = 0; !holds(); round++) {
      assert.ok(round < ROUNDS_MAX, `in vain: ${what}`);
      this.pass();
    }
  }

  passUntilHalfReceived(): void {
    this.passUntil('half of it is there', () => {
      const { master } = this.replica.replication;
      return (master?.arrival?.receivedBytes ?? 0) > 20_000;
    });
  }
}

const raw = async ({ client }: Member, ...request: string[]): Promise<string> =>
  String(await client.raw(...request));

describe('a snapshot of the master', () => {
  for (const [way, settings] of Object.entries({
    'to the disk first': {},
    'to the disk first, where the keyspace is not empty': { 'repl-diskless-load': 'on-empty-db' },
    'beside the data': { 'repl-diskless-load': 'swapdb' },
  })) {
    it(`that comes ${way} leaves the data as they were when the connection breaks`, async () => {
      const pair = await Pair.start(settings);
      await pair.follow();
      pair.passUntilHalfReceived();
      pair.network.breakOne();
      assert.equal(await pair.replica.info('replication', 'master_link_status'), 'down');
      assert.equal(await raw(pair.replica, 'GET', 'old'), '$4\r\nhere\r\n');
      assert.equal(await raw(pair.replica, 'DBSIZE'), ':1\r\n');
      assert.deepEqual([...pair.replica.disk.drafts], []);

      pair.passUntil('it follows', () => pair.replica.isUp);
      assert.equal(await raw(pair.replica, 'GET', 'old'), '$-1\r\n');
      assert.equal(await raw(pair.replica, 'DBSIZE'), ':501\r\n');
      assert.equal(
        await pair.replica.client.call('DEBUG', 'DIGEST'),
        await pair.master.client.call('DEBUG', 'DIGEST'),
      );
    });
  }

  it('goes to the disk while the data are read, and is the file of the replica then', async () => {
    const pair = await Pair.start({});
    await pair.follow();
    pair.passUntilHalfReceived();
    assert.equal(await raw(pair.replica, 'GET', 'old'), '$4\r\nhere\r\n');
    assert.equal(await pair.replica.info('replication', 'master_sync_in_progress'), '1');
    assert.equal(await pair.replica.info('persistence', 'loading'), '0');
    pair.passUntil('it follows', () => pair.replica.isUp);
    assert.deepEqual([...pair.replica.disk.files.keys()], ['/dump.rdb']);
    await pair.master.client.call('SET', 'later', '1');
    pair.passUntil(
      'the stream goes on',
      () => pair.replica.replication.offset === pair.master.replication.offset,
    );
    assert.equal(await raw(pair.replica, 'GET', 'later'), '$1\r\n1\r\n');
  });

  it('goes straight into a keyspace that is empty, where that is wanted', async () => {
    const pair = await Pair.start({ 'repl-diskless-load': 'on-empty-db' });
    await pair.replica.client.call('FLUSHALL');
    await pair.follow();
    pair.passUntilHalfReceived();
    assert.equal(await raw(pair.replica, 'GET', 'new0'), LOADING);
    pair.passUntil('it follows', () => pair.replica.isUp);
    assert.deepEqual([...pair.replica.disk.files.keys()], []);
    assert.equal(await raw(pair.replica, 'DBSIZE'), ':501\r\n');
  });

  it('is received anew when the disk is full, and the data stay', async () => {
    const pair = await Pair.start({});
    pair.replica.disk.failure = new Error('ENOSPC: no space left on device');
    await pair.follow();
    for (let round = 0; round < 200; round++) pair.pass();
    assert.equal(pair.replica.isUp, false);
    assert.equal(await raw(pair.replica, 'GET', 'old'), '$4\r\nhere\r\n');
    pair.replica.disk.failure = null;
    pair.passUntil('it follows', () => pair.replica.isUp);
  });

  it('of the same history lets the data be read while it is loaded beside them', async () => {
    const pair = await Pair.start({ 'repl-diskless-load': 'swapdb', 'replica-read-only': 'no' });
    await pair.continueHistory();
    pair.passUntilHalfReceived();
    const { replica } = pair;
    assert.equal(await replica.info('persistence', 'async_loading'), '1');
    assert.equal(await replica.info('persistence', 'loading'), '0');
    assert.equal(await raw(replica, 'GET', 'new0'), `$100\r\n${'v'.repeat(100)}\r\n`);
    for (const request of [
      ['SAVE'],
      ['BGSAVE'],
      ['BGREWRITEAOF'],
      ['REPLICAOF', 'NO', 'ONE'],
      ['PSYNC', '?', '-1'],
    ]) {
      assert.equal(await raw(replica, ...request), LOADING, request.join(' '));
    }
    // Who may write does so in vain; all memory going is no harm to what comes.
    assert.equal(await raw(replica, 'FLUSHALL'), '+OK\r\n');
    assert.equal(await raw(replica, 'SET', 'own', '1'), '+OK\r\n');
    pair.passUntil('it follows', () => replica.isUp);
    assert.equal(await replica.info('persistence', 'async_loading'), '0');
    assert.equal(await raw(replica, 'GET', 'new0'), '$7\r\nchanged\r\n');
    assert.equal(await raw(replica, 'EXISTS', 'own'), ':0\r\n');
    assert.equal(
      await replica.client.call('DEBUG', 'DIGEST'),
      await pair.master.client.call('DEBUG', 'DIGEST'),
    );
    // Snapshots of what was loaded so show everything.
    assert.equal(await raw(replica, 'SAVE'), '+OK\r\n');
    assert.equal(await raw(replica, 'DEBUG', 'RELOAD'), '+OK\r\n');
    assert.equal(
      await replica.client.call('DEBUG', 'DIGEST'),
      await pair.master.client.call('DEBUG', 'DIGEST'),
    );
  });

  it('of another history is loaded beside the data, which nobody reads meanwhile', async () => {
    const pair = await Pair.start({ 'repl-diskless-load': 'swapdb' });
    await pair.follow();
    pair.passUntilHalfReceived();
    assert.equal(await raw(pair.replica, 'GET', 'old'), LOADING);
    assert.equal(await pair.replica.info('persistence', 'loading'), '1');
  });

  it('takes the place of watched keys, and of functions', async () => {
    const pair = await Pair.start({ 'repl-diskless-load': 'swapdb', 'key-load-delay': 10 });
    const library = (name: string) =>
      `#!lua name=${name}\nredis.register_function('${name}', function() end)`;
    await pair.master.client.call('FUNCTION', 'LOAD', library('first'));
    await pair.continueHistory();
    const watcher = pair.replica.memory.connect();
    await watcher.call('WATCH', 'new1');
    await watcher.call('MULTI');
    await watcher.call('PING');
    await pair.master.client.call('FUNCTION', 'LOAD', library('second'));
    pair.passUntil('it follows', () => pair.replica.isUp);
    assert.equal(await watcher.call('EXEC'), null);
    assert.equal(pair.replica.memory.server.functions.libraryCount, 2);
  });

  it('is what the append-only file begins anew with', async () => {
    for (const way of ['disabled', 'swapdb']) {
      const pair = await Pair.start({ 'repl-diskless-load': way, appendonly: true });
      await pair.follow();
      pair.passUntil('it follows', () => pair.replica.isUp);
      await pair.master.client.call('SET', 'later', '1');
      const { aof } = pair.replica.memory.server.persistence;
      pair.passUntil('the file is there', () => aof.isOn && !aof.isRewriting);
      pair.passUntil(
        'all is there',
        () => pair.replica.replication.offset === pair.master.replication.offset,
      );
      assert.equal(await raw(pair.replica, 'DEBUG', 'LOADAOF'), '+OK\r\n', way);
      assert.equal(
        await pair.replica.client.call('DEBUG', 'DIGEST'),
        await pair.master.client.call('DEBUG', 'DIGEST'),
        way,
      );
    }
  });
});

describe('a replica whose disk fails', () => {
  for (const [ignores, failures] of [
    [false, ['Replica was unable to write command to disk.']],
    [true, []],
  ] as const) {
    it(`${ignores ? 'goes on' : 'ends'} when its master writes, with replica-ignore-disk-write-errors ${ignores}`, async () => {
      const pair = await Pair.start({
        save: [3600, 1_000_000],
        'replica-ignore-disk-write-errors': ignores,
      });
      await pair.follow();
      pair.passUntil('it follows', () => pair.replica.isUp);
      pair.replica.disk.failure = new Error('ENOSPC: no space left on device');
      assert.equal(await raw(pair.replica, 'BGSAVE'), '-ERR\r\n');
      for (let round = 0; round < 20; round++) pair.pass();
      assert.equal(await pair.replica.info('persistence', 'rdb_last_bgsave_status'), 'err');
      assert.deepEqual(pair.replica.failures, []);
      await pair.master.client.call('SET', 'key', 'value');
      for (let round = 0; round < 200; round++) pair.pass();
      assert.deepEqual([...new Set(pair.replica.failures)], failures);
      if (ignores) assert.equal(await raw(pair.replica, 'GET', 'key'), '$5\r\nvalue\r\n');
    });
  }
});
