import assert from 'node:assert/strict';
import { Config, type Settings } from '../../../src/server/config/config.js';
import type { Client } from '../../support/client.js';
import { MemoryServer } from '../../support/memory-server.js';
import { MemoryDisk } from './memory-disk.js';

/** A server with files in memory, and a client of it. */
function start(settings: Settings = {}, disk = new MemoryDisk(), stop?: () => void) {
  const config = new Config({ 'enable-debug-command': true, ...settings });
  const logged: string[] = [];
  const memory = new MemoryServer({
    config,
    disk,
    log: (_level, message) => logged.push(message),
    ...(stop && { stop }),
  });
  return { memory, disk, client: memory.connect(), server: memory.server, logged };
}

const bytesAt = (disk: MemoryDisk): Buffer | undefined => [...disk.files.values()][0];

async function infoOf(client: Client, field: string): Promise<string> {
  const text = String(await client.call('INFO', 'persistence'));
  return new RegExp(`^${field}:(.*)\r$`, 'm').exec(text)?.[1] ?? '';
}

describe('saving', () => {
  it('keeps moments that a double would round', async () => {
    const { client, disk } = start();
    await client.call('SET', 'a', '1', 'PXAT', '9007199254740993');
    await client.call('SET', 'b', '1', 'PXAT', '9223372036854775807');
    await client.call('SET', 'c', '1', 'PXAT', '9007199254740991');
    await client.call('SAVE');
    const other = start({}, disk);
    other.server.persistence.loadAtStart((error) => assert.equal(error, null));
    other.memory.tick();
    assert.equal(String(await other.client.raw('PEXPIRETIME', 'a')), ':9007199254740993\r\n');
    assert.equal(String(await other.client.raw('PEXPIRETIME', 'b')), ':9223372036854775807\r\n');
    assert.equal(String(await other.client.raw('PEXPIRETIME', 'c')), ':9007199254740991\r\n');
  });

  it('SAVE writes the data, LASTSAVE says when, and another server loads them', async () => {
    const { client, disk, memory } = start();
    await client.call('MSET', 'a', '1', 'b', 'two');
    memory.advance(5000);
    assert.equal(await client.call('SAVE'), 'OK');
    assert.equal(await client.call('LASTSAVE'), 1_700_000_005);
    assert.equal(await infoOf(client, 'rdb_changes_since_last_save'), '0');

    const other = start({}, disk);
    let error: Error | null | undefined;
    other.server.persistence.loadAtStart((result) => {
      error = result;
    });
    assert.equal(
      (await other.client.raw('GET', 'a')).toString(),
      '-LOADING Redis is loading the dataset in memory\r\n',
    );
    assert.equal(await infoOf(other.client, 'loading'), '1');
    other.memory.tick();
    assert.equal(error, null);
    assert.equal(await other.client.call('GET', 'b'), 'two');
    assert.equal(await infoOf(other.client, 'rdb_last_load_keys_loaded'), '2');
  });

  it('BGSAVE writes the data as they were when it began', async () => {
    const { client, disk, server } = start();
    for (let index = 0; index < 500; index++) await client.call('SET', `key ${index}`, 'before');
    assert.equal(await client.call('BGSAVE'), 'Background saving started');
    server.persistence.snapshots.tick(0);
    for (let index = 0; index < 500; index++) await client.call('SET', `key ${index}`, 'after');
    await client.call('SET', 'new', 'after');
    assert.equal(await infoOf(client, 'rdb_bgsave_in_progress'), '1');
    assert.equal((await client.raw('BGSAVE')).toString(), '-ERR Background save already in progress\r\n');
    server.tick();
    assert.equal(await infoOf(client, 'rdb_bgsave_in_progress'), '0');
    assert.equal(await infoOf(client, 'rdb_last_bgsave_status'), 'ok');
    // What was written since it began isn't in the file.
    assert.equal(await infoOf(client, 'rdb_changes_since_last_save'), '501');

    const other = start({}, disk);
    other.server.persistence.loadAtStart(() => {});
    other.memory.tick();
    assert.equal(await other.client.call('DBSIZE'), 500);
    assert.equal(await other.client.call('GET', 'key 77'), 'before');
  });

  it('BGSAVE waits for a disk that lags behind, and takes in meanwhile what changes', async () => {
    const { client, disk, server } = start({ rdbcompression: false });
    disk.isSlow = true;
    for (let index = 0; index < 200; index++) await client.call('SET', `key ${index}`, 'x'.repeat(100_000));
    await client.call('BGSAVE');
    for (let count = 0; count < 1000; count++) server.persistence.snapshots.tick(0);
    const processed = Number(await infoOf(client, 'current_save_keys_processed'));
    assert.ok(processed > 50 && processed < 150, `${processed} of 200 keys wait for the disk`);
    for (let index = 0; index < 200; index++) await client.call('APPEND', `key ${index}`, 'y');
    disk.isSlow = false;
    disk.proceed();
    server.tick();
    assert.equal(await infoOf(client, 'rdb_bgsave_in_progress'), '0');
    const other = start({}, disk);
    other.server.persistence.loadAtStart(() => {});
    other.memory.tick();
    assert.equal(await other.client.call('STRLEN', 'key 150'), 100_000);
    assert.equal(await other.client.call('DBSIZE'), 200);
  });

  it('is due at a save point, not before, and again only after further changes', async () => {
    const { client, memory } = start({ save: [60, 3] });
    await client.call('MSET', 'a', '1', 'b', '2');
    memory.advance(61_000);
    memory.tick();
    assert.equal(await infoOf(client, 'rdb_saves'), '0');
    await client.call('SET', 'c', '3');
    memory.tick();
    assert.equal(await infoOf(client, 'rdb_saves'), '1');
    memory.advance(61_000);
    memory.tick();
    assert.equal(await infoOf(client, 'rdb_saves'), '1');
  });

  it('a disk that fails stops writes until it works again', async () => {
    const { client, memory, disk, logged } = start({ save: [60, 1] });
    await client.call('SET', 'a', '1');
    disk.failure = new Error('no space left on device');
    memory.advance(61_000);
    memory.tick();
    assert.ok(
      logged.some((line) => line.includes('no space left on device')),
      logged.join('\n'),
    );
    assert.match((await client.raw('SET', 'a', '2')).toString(), /^-MISCONF Redis is configured to save RDB/);
    assert.match((await client.raw('PING')).toString(), /^-MISCONF /);
    assert.equal(await client.call('GET', 'a'), '1');
    assert.equal(await infoOf(client, 'rdb_last_bgsave_status'), 'err');
    disk.failure = null;
    memory.advance(6000);
    memory.tick();
    assert.equal(await client.call('SET', 'a', '2'), 'OK');
    assert.equal(disk.drafts.size, 0);
  });

  it('brings what is saved or rewritten in the background to the disk on the way, unless told not to', async () => {
    for (const isWanted of [true, false]) {
      const settings = { 'rdb-save-incremental-fsync': isWanted, 'aof-rewrite-incremental-fsync': isWanted };
      const { client, disk, memory } = start({ ...settings, save: '', dir: '/' });
      for (const command of ['BGSAVE', 'BGREWRITEAOF']) {
        await client.call(command);
        memory.tick();
      }
      assert.equal(disk.syncedOnTheWay.length, isWanted ? 2 : 0);
    }
  });

  it('a disk that fills up while a file is written leaves the old one as it was', async () => {
    const { client, disk, server } = start({ save: [60, 1] });
    await client.call('SET', 'a', '1');
    await client.call('SAVE');
    const before = bytesAt(disk);
    disk.isSlow = true;
    await client.call('SET', 'a', '2');
    await client.call('BGSAVE');
    server.tick();
    disk.failure = new Error('no space left on device');
    disk.proceed();
    server.tick();
    assert.equal(bytesAt(disk), before);
    assert.equal(disk.drafts.size, 0);
    assert.match((await client.raw('SET', 'a', '2')).toString(), /^-MISCONF /);
    await client.call('CONFIG', 'SET', 'stop-writes-on-bgsave-error', 'no');
    assert.equal(await client.call('SET', 'a', '2'), 'OK');
    disk.failure = null;
    disk.isSlow = false;
    assert.equal(await client.call('SAVE'), 'OK');
  });

  it('FLUSHALL calls a save in the background off and empties the file', async () => {
    const { client, disk, server } = start({ save: [60, 1] });
    await client.call('SET', 'a', '1');
    await client.call('BGSAVE');
    await client.call('FLUSHALL');
    server.tick();
    assert.equal(await infoOf(client, 'rdb_bgsave_in_progress'), '0');
    const other = start({}, disk);
    other.server.persistence.loadAtStart(() => {});
    other.memory.tick();
    assert.equal(await other.client.call('DBSIZE'), 0);
    await client.call('SET', 'b', '1');
    assert.equal(await client.call('BGSAVE'), 'Background saving started');
    server.tick();
    assert.equal(await infoOf(client, 'rdb_last_bgsave_status'), 'ok');
  });

  it('BGSAVE in a transaction is scheduled', async () => {
    const { client, server } = start();
    await client.call('MULTI');
    await client.call('BGSAVE');
    assert.deepEqual(await client.call('EXEC'), ['Background saving scheduled']);
    server.tick();
    server.tick();
    assert.equal(await infoOf(client, 'rdb_saves'), '1');
    assert.equal((await client.raw('BGSAVE', 'NOW')).toString(), '-ERR syntax error\r\n');
  });

  it('SHUTDOWN saves when there are save points, or when it is told to', async () => {
    for (const [settings, words, saves] of [
      [{ save: [3600, 1] }, [], true],
      [{ save: '' }, [], false],
      [{ save: '' }, ['SAVE'], true],
      [{ save: [3600, 1] }, ['NOSAVE'], false],
    ] as const) {
      let isStopped = false;
      const { client, disk } = start(settings, new MemoryDisk(), () => {
        isStopped = true;
      });
      await client.call('SET', 'a', '1');
      client.send(`SHUTDOWN ${words.join(' ')}\r\n`);
      assert.ok(isStopped);
      assert.equal(disk.files.size > 0, saves, words.join(' '));
    }
  });

  it('SHUTDOWN that can not save does not end the server unless it is forced', async () => {
    let isStopped = false;
    const { client, disk } = start({ save: [3600, 1] }, new MemoryDisk(), () => {
      isStopped = true;
    });
    disk.failure = new Error('no space left on device');
    assert.equal(
      (await client.raw('SHUTDOWN')).toString(),
      '-ERR Errors trying to SHUTDOWN. Check logs.\r\n',
    );
    assert.ok(!isStopped);
    client.send('SHUTDOWN FORCE\r\n');
    assert.ok(isStopped);
  });

  it('DEBUG RELOAD brings everything back, expiry included', async () => {
    const { client, memory } = start();
    await client.call('SET', 'a', '1', 'PX', '5000');
    await client.call('RPUSH', 'l', '1', 'b');
    assert.equal(await client.call('DEBUG', 'RELOAD'), 'OK');
    assert.equal(await client.call('PTTL', 'a'), 5000);
    assert.deepEqual(await client.call('LRANGE', 'l', '0', '-1'), ['1', 'b']);
    await client.call('SET', 'a', '2');
    assert.match((await client.raw('DEBUG', 'RELOAD', 'NOFLUSH', 'NOSAVE')).toString(), /^-ERR Error trying/);
    assert.equal(await client.call('DEBUG', 'RELOAD', 'NOFLUSH', 'NOSAVE', 'MERGE'), 'OK');
    assert.equal(await client.call('GET', 'a'), '1');
    memory.advance(6000);
    assert.equal(await client.call('DEBUG', 'RELOAD'), 'OK');
    assert.equal(await client.call('DBSIZE'), 1);
  });

  for (const [title, damage, reason] of [
    [
      'a flipped bit',
      (file: Buffer) => file.fill(file[file.length - 1] ^ 1, file.length - 1),
      /wrong checksum/,
    ],
    ['a missing end', (file: Buffer) => file.subarray(0, file.length - 20), /unexpected end of file/],
    ['another beginning', (file: Buffer) => Buffer.concat([Buffer.from('x'), file]), /wrong signature/],
    ['a later version', (file: Buffer) => file.fill('0099', 5, 9), /version 99/],
  ] as const) {
    it(`a file with ${title} keeps the server from starting, with a reason`, async () => {
      const { client, disk } = start();
      for (let index = 0; index < 100; index++) await client.call('SET', `key ${index}`, 'v');
      await client.call('SAVE');
      const [[path, file]] = disk.files;
      disk.files.set(path, damage(Buffer.from(file)));
      const other = start({}, disk);
      let error: Error | null = null;
      other.server.persistence.loadAtStart((result) => {
        error = result;
      });
      other.server.tick();
      assert.match(String(error), reason);
      assert.match(String(error), /dump\.rdb/);
    });
  }

  it('names its file by the directives', async () => {
    const { client, disk } = start({ dir: '/tmp', dbfilename: 'other.rdb' });
    await client.call('SAVE');
    assert.deepEqual([...disk.files.keys()], ['/tmp/other.rdb']);
  });
});
