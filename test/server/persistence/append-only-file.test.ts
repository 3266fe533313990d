import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { commandsOf, fileOf, infoOf, MANIFEST, startAof } from './aof-server.js';
import { MemoryDisk } from './memory-disk.js';

const FIRST_MANIFEST =
  'file appendonly.aof.1.base.rdb seq 1 type b\nfile appendonly.aof.1.incr.aof seq 1 type i\n';

const SET_SCRIPT = "return redis.call('SET', 'a', '1')";
const SET_SHA = createHash('sha1').update(SET_SCRIPT).digest('hex');
const REFUSAL = 'MISCONF Errors writing to the AOF file: No space left on device';

describe('the append-only file', () => {
  it('begins with a base and an increment, which the manifest names', async () => {
    const { disk, client } = startAof();
    assert.deepEqual(disk.namesBeside(MANIFEST), [
      '/appendonlydir/appendonly.aof.1.base.rdb',
      '/appendonlydir/appendonly.aof.1.incr.aof',
      MANIFEST,
    ]);
    assert.equal(disk.files.get(MANIFEST)?.toString(), FIRST_MANIFEST);
    assert.equal(await infoOf(client, 'aof_enabled'), '1');
    assert.deepEqual(await client.call('CONFIG', 'GET', 'appendonly'), ['appendonly', 'yes']);
  });

  it('brings the data back', async () => {
    const { disk, client } = startAof();
    await client.call('SET', 'a', '1');
    await client.call('SELECT', '2');
    await client.call('RPUSH', 'l', 'x', 'y');
    await client.call('SET', 'b', '1', 'EX', '100');
    assert.equal(
      commandsOf(disk, '1.incr.aof'),
      '[SELECT 0][SET a 1][SELECT 2][RPUSH l x y][SET b 1 PXAT 1700000100000]',
    );
    const again = startAof({}, disk);
    assert.equal(again.startError, null);
    assert.equal(await again.client.call('GET', 'a'), '1');
    await again.client.call('SELECT', '2');
    assert.deepEqual(await again.client.call('LRANGE', 'l', 0, -1), ['x', 'y']);
    assert.equal(await again.client.call('PEXPIRETIME', 'b'), 1_700_000_100_000);
    await again.client.call('SET', 'c', '3');
    assert.match(commandsOf(disk, '1.incr.aof'), /\[SELECT 2\]\[SET c 3\]$/);
    assert.equal(disk.files.get(MANIFEST)?.toString(), FIRST_MANIFEST);
  });

  it('has removed what expired while nobody was there', async () => {
    const { disk, client } = startAof();
    await client.call('SET', 'short', '1', 'PX', '10');
    await client.call('APPEND', 'short', '2');
    const again = startAof({}, disk);
    assert.equal(await again.client.call('GET', 'short'), '12');
    again.memory.advance(20);
    assert.equal(await again.client.call('GET', 'short'), null);
    assert.match(commandsOf(disk, '1.incr.aof'), /\[DEL short\]$/);
  });

  it('keeps what was written while its time had come, and when entries of streams were delivered', async () => {
    const { disk, client, memory } = startAof();
    await client.call('SET', 'kept', 'v', 'PX', '10');
    await client.call('SET', 'kept too', 'v');
    await client.call('PEXPIRE', 'kept too', '10');
    await client.call('PERSIST', 'kept');
    await client.call('PERSIST', 'kept too');
    await client.call('XADD', 'stream', '1-1', 'field', 'value');
    await client.call('XGROUP', 'CREATE', 'stream', 'group', '0');
    await client.call('XREADGROUP', 'GROUP', 'group', 'reader', 'STREAMS', 'stream', '>');
    memory.advance(5000);
    const again = startAof({}, disk);
    again.memory.advance(5000);
    assert.equal(await again.client.call('EXISTS', 'kept', 'kept too'), 2);
    const pending = await again.client.call('XPENDING', 'stream', 'group', '-', '+', '10');
    assert.deepEqual(pending, [['1-1', 'reader', 5000, 1]]);
  });

  it('notes the time, when that is asked for', async () => {
    const { disk, client, memory } = startAof({ 'aof-timestamp-enabled': true });
    await client.call('SET', 'a', '1');
    await client.call('SET', 'b', '1');
    memory.advance(1000);
    await client.call('SET', 'c', '1');
    const notes = fileOf(disk, '1.incr.aof').match(/#TS:\d+\r\n/g);
    assert.deepEqual(notes, ['#TS:1700000000\r\n', '#TS:1700000001\r\n']);
    assert.equal(await startAof({}, disk).client.call('DBSIZE'), 3);
  });

  it('is turned on and off while the server runs', async () => {
    const { disk, client, memory } = startAof({ appendonly: false });
    await client.call('SET', 'before', '1');
    assert.equal(await client.call('CONFIG', 'SET', 'appendonly', 'yes'), 'OK');
    await client.call('SET', 'between', '1');
    memory.tick();
    await client.call('SET', 'after', '1');
    assert.equal(commandsOf(disk, '1.incr.aof'), '[SELECT 0][SET after 1]');
    assert.equal(await client.call('CONFIG', 'SET', 'appendonly', 'no'), 'OK');
    await client.call('SET', 'late', '1');
    assert.equal(await infoOf(client, 'aof_enabled'), '0');
    assert.equal(await startAof({}, disk).client.call('DBSIZE'), 3);

    await client.call('CONFIG', 'SET', 'appendonly', 'yes');
    memory.tick();
    await client.call('DEL', 'before');
    assert.equal(
      disk.files.get(MANIFEST)?.toString(),
      'file appendonly.aof.2.base.rdb seq 2 type b\nfile appendonly.aof.2.incr.aof seq 2 type i\n',
    );
    assert.equal(await startAof({}, disk).client.call('DBSIZE'), 3);
  });

  it('takes over the single file of the time before Redis 7', async () => {
    const disk = new MemoryDisk();
    disk.files.set('/appendonly.aof', Buffer.from('*3\r\n$3\r\nSET\r\n$1\r\na\r\n$1\r\n1\r\n'));
    const { client } = startAof({}, disk);
    assert.equal(await client.call('GET', 'a'), '1');
    assert.equal(
      disk.files.get(MANIFEST)?.toString(),
      'file appendonly.aof seq 1 type b\nfile appendonly.aof.1.incr.aof seq 1 type i\n',
    );
    assert.ok(!disk.files.has('/appendonly.aof'));
  });

  it('DEBUG LOADAOF without a file leaves the data alone', async () => {
    const { client } = startAof({ appendonly: false });
    await client.call('SET', 'a', '1');
    await client.refused('ERR Error trying to load the AOF files, check server logs.', 'DEBUG', 'LOADAOF');
    assert.equal(await client.call('GET', 'a'), '1');
  });

  it('DEBUG LOADAOF makes the data what the file says', async () => {
    const { client, disk } = startAof();
    await client.call('FLUSHALL');
    await client.call('SET', 'a', '1');
    await client.call('DEBUG', 'LOADAOF');
    assert.equal(await client.call('GET', 'a'), '1');
    await client.call('INCR', 'a');
    await client.call('SET', 'b', '1', 'EX', '100');
    await client.call('DEBUG', 'LOADAOF');
    assert.equal(await client.call('GET', 'a'), '2');
    assert.equal(
      commandsOf(disk, '1.incr.aof'),
      '[SELECT 0][FLUSHALL][SET a 1][INCR a][SET b 1 PXAT 1700000100000]',
    );
  });
});

describe('appendfsync', () => {
  it('always has everything on the disk before the reply', async () => {
    const { disk, client } = startAof();
    for (let index = 0; index < 20; index++) {
      await client.call('SET', `key:${index}`, '1');
      disk.cutPower();
    }
    assert.equal(await startAof({}, disk).client.call('DBSIZE'), 20);
  });

  it('always syncs once for all requests of a batch', async () => {
    const { disk, client } = startAof();
    const before = disk.syncCount;
    client.send('SET a 1\r\nSET b 1\r\nSET c 1\r\n');
    for (let index = 0; index < 3; index++) assert.equal(String(await client.reply()), '+OK\r\n');
    assert.equal(disk.syncCount, before + 1);
  });

  it('everysec syncs once a second, in the background', async () => {
    const { disk, client, memory } = startAof({ appendfsync: 'everysec' });
    memory.advance(2000);
    disk.isSlow = true;
    await client.call('SET', 'a', '1');
    await client.call('SET', 'b', '1');
    disk.proceed();
    assert.equal(disk.syncCount, 1);
    await client.call('SET', 'c', '1');
    disk.proceed();
    assert.equal(disk.syncCount, 1);
    memory.advance(1000);
    memory.tick();
    disk.proceed();
    assert.equal(disk.syncCount, 2);
  });

  it('everysec heeds no clock that is set back', async () => {
    const { disk, client, memory } = startAof({ appendfsync: 'everysec' });
    await client.call('SET', 'a', '1');
    const before = disk.syncCount;
    memory.clock.jump(-3_600_000);
    await client.call('SET', 'b', '1');
    memory.advance(1000);
    memory.tick();
    assert.equal(disk.syncCount, before + 1);
  });

  it('everysec waits with writing while a sync is under way, for two seconds at most', async () => {
    const { disk, client, memory } = startAof({ appendfsync: 'everysec' });
    memory.advance(2000);
    disk.isSlow = true;
    await client.call('SET', 'a', '1');
    await client.call('SET', 'b', '1');
    assert.equal(commandsOf(disk, '1.incr.aof'), '[SELECT 0][SET a 1]');
    assert.equal(await infoOf(client, 'aof_pending_bio_fsync'), '1');
    memory.advance(2000);
    memory.tick();
    assert.equal(commandsOf(disk, '1.incr.aof'), '[SELECT 0][SET a 1][SET b 1]');
    assert.equal(await infoOf(client, 'aof_delayed_fsync'), '1');
    disk.proceed();
  });

  it('no leaves syncing to the system', async () => {
    const { disk, client, memory } = startAof({ appendfsync: 'no' });
    await client.call('SET', 'a', '1');
    memory.advance(5000);
    memory.tick();
    assert.equal(disk.syncCount, 0);
    assert.equal(commandsOf(disk, '1.incr.aof'), '[SELECT 0][SET a 1]');
  });
});

describe('a disk that fails', () => {
  it('that is full has writes refused until there is room, and nothing is lost', async () => {
    const { disk, client, memory } = startAof({ appendfsync: 'everysec' });
    await client.call('SET', 'a', '1');
    disk.roomBytes = 10;
    await client.call('SET', 'b', '1');
    await client.refused(REFUSAL, 'SET', 'c', '1');
    await client.refused(REFUSAL, 'PING');
    await client.refused(`${REFUSAL} script: ${SET_SHA}, on @user_script:1.`, 'EVAL', SET_SCRIPT, 0);
    assert.equal(await client.call('GET', 'b'), '1');
    assert.equal(await infoOf(client, 'aof_last_write_status'), 'err');
    assert.equal(commandsOf(disk, '1.incr.aof'), '[SELECT 0][SET a 1]');
    disk.roomBytes = Number.POSITIVE_INFINITY;
    memory.advance(1000);
    memory.tick();
    assert.equal(commandsOf(disk, '1.incr.aof'), '[SELECT 0][SET a 1][SET b 1]');
    assert.equal(await client.call('SET', 'c', '1'), 'OK');
    assert.equal(await infoOf(client, 'aof_last_write_status'), 'ok');
  });

  it('refuses a transaction that writes', async () => {
    const { disk, client, memory } = startAof({ appendfsync: 'everysec' });
    const other = memory.connect();
    await client.call('MULTI');
    await client.call('SET', 'a', '1');
    disk.roomBytes = 0;
    await other.call('SET', 'b', '1');
    await client.refused(`EXECABORT Transaction discarded because of: ${REFUSAL}`, 'EXEC');
    assert.equal(await other.call('EXISTS', 'a'), 0);
  });

  it('ends the server under always, and nobody is told that a lost write is done', async () => {
    const { disk, client, failures } = startAof();
    await client.call('SET', 'a', '1');
    disk.roomBytes = 10;
    client.send('SET b 1\r\n');
    assert.equal(client.takeReply(), null);
    assert.match(failures[0], /^Can't recover from AOF write error when the AOF fsync policy is 'always'/);
    assert.equal(commandsOf(disk, '1.incr.aof'), '[SELECT 0][SET a 1]');
  });

  it('ends the server under always when it can’t sync', async () => {
    const { disk, client, failures } = startAof();
    disk.syncFailure = Object.assign(new Error('EIO: i/o error, fdatasync'), { code: 'EIO', errno: -5 });
    client.send('SET b 1\r\n');
    assert.equal(client.takeReply(), null);
    assert.match(failures[0], /^Can't persist AOF for fsync error/);
  });

  it('refuses writes under everysec when syncing in the background failed', async () => {
    const { disk, client, memory } = startAof({ appendfsync: 'everysec' });
    memory.advance(2000);
    disk.syncFailure = Object.assign(new Error('EIO: i/o error, fdatasync'), { code: 'EIO', errno: -5 });
    await client.call('SET', 'a', '1');
    await client.refused('MISCONF Errors writing to the AOF file: I/o error', 'SET', 'b', '1');
    disk.syncFailure = null;
    memory.advance(2000);
    memory.tick();
    assert.equal(await client.call('SET', 'b', '1'), 'OK');
  });
});

describe('reading an append-only file', () => {
  /** A file of two commands, the second of which is cut off. */
  async function cutOff(bytes: number): Promise<MemoryDisk> {
    const { disk, client } = startAof();
    await client.call('SET', 'a', '1');
    await client.call('SET', 'b', '2');
    const path = '/appendonlydir/appendonly.aof.1.incr.aof';
    const file = disk.files.get(path)!;
    disk.files.set(path, file.subarray(0, file.length - bytes));
    return disk;
  }

  it('cuts off a command that isn’t whole at the end', async () => {
    for (let bytes = 1; bytes <= 27; bytes++) {
      const disk = await cutOff(bytes);
      const { client, startError } = startAof({}, disk);
      assert.equal(startError, null);
      assert.equal(await client.call('DBSIZE'), 1, `without ${bytes} bytes`);
      assert.equal(commandsOf(disk, '1.incr.aof'), '[SELECT 0][SET a 1]');
    }
  });

  it('refuses it where that is asked for', async () => {
    const disk = await cutOff(3);
    const { startError } = startAof({ 'aof-load-truncated': false }, disk);
    assert.match(startError?.message ?? '', /Unexpected end of file reading the append only file/);
  });

  it('cuts off a transaction that isn’t whole', async () => {
    const { disk, client } = startAof();
    await client.call('SET', 'a', '1');
    client.send('MULTI\r\nSET b 1\r\nSET c 1\r\nEXEC\r\n');
    for (let index = 0; index < 4; index++) await client.reply();
    const path = '/appendonlydir/appendonly.aof.1.incr.aof';
    const file = disk.files.get(path)!;
    disk.files.set(path, file.subarray(0, file.length - 14));
    const again = startAof({}, disk);
    assert.equal(await again.client.call('DBSIZE'), 1);
    assert.equal(commandsOf(disk, '1.incr.aof'), '[SELECT 0][SET a 1]');
  });

  it('refuses a file that is damaged in the middle', async () => {
    const disk = await cutOff(0);
    const path = '/appendonlydir/appendonly.aof.1.incr.aof';
    const text = disk.files.get(path)!.toString('latin1').replace('$3\r\nSET', '?3\r\nSET');
    disk.files.set(path, Buffer.from(text, 'latin1'));
    assert.match(
      startAof({}, disk).startError?.message ?? '',
      /Bad file format reading the append only file/,
    );
  });

  it('refuses a command that there isn’t, a file that isn’t there, a manifest that is none', async () => {
    const disk = await cutOff(0);
    const path = '/appendonlydir/appendonly.aof.1.incr.aof';
    const file = disk.files.get(path)!;
    disk.files.set(path, Buffer.concat([file, Buffer.from('*1\r\n$5\r\nNOPE!\r\n')]));
    assert.match(startAof({}, disk).startError?.message ?? '', /Unknown command 'NOPE!' reading/);
    disk.files.delete(path);
    assert.match(startAof({}, disk).startError?.message ?? '', /it isn't there/);
    disk.files.set(MANIFEST, Buffer.from('file x seq 1\n'));
    assert.match(startAof({}, disk).startError?.message ?? '', /Invalid AOF manifest file format/);
  });

  it('says in the log what it read, in the words that people look for', async () => {
    const first = startAof();
    await first.client.call('SET', 'key', 'value');
    const { logged } = startAof({}, first.disk);
    assert.deepEqual(
      logged.filter((line) => /^(DB|Opening)/.test(line)),
      [
        'DB loaded from base file appendonly.aof.1.base.rdb: 0.000 seconds',
        'DB loaded from incr file appendonly.aof.1.incr.aof: 0.000 seconds',
        'DB loaded from append only file: 0.000 seconds',
        'Opening AOF incr file appendonly.aof.1.incr.aof on server start',
      ],
    );
    first.disk.files.set(MANIFEST, Buffer.from('garbage\n'));
    const refused = startAof({}, first.disk);
    assert.ok(refused.logged.includes(refused.startError?.message ?? '(none)'));
  });
});
