/** Files that januskv wrote and redis-server reads, and the other way round. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Random } from '../../src/base/random.js';
import { RunningCrc64 } from '../../src/persistence/rdb/crc64.js';
import { RdbWriter } from '../../src/persistence/rdb/writer.js';
import { Config, type Settings } from '../../src/server/config/config.js';
import { nodeDisk } from '../../src/server/persistence/node-disk.js';
import type { Client } from '../support/client.js';
import { MemoryServer } from '../support/memory-server.js';
import { describeWithReference, type ReferenceServer, startReference } from '../support/reference-server.js';
import { ziplist, zipmap } from './rdb/old-forms.js';

const many = (count: number, words: (index: number) => string[]): string[] =>
  Array.from({ length: count }, (_, index) => words(index)).flat();

/** Every type in every encoding, strings of every form, expiry, databases. */
const DATA: readonly (readonly string[])[] = [
  ['SET', 'empty', ''],
  ['SET', 'text', 'hello\x00\xff\r\nworld'],
  ['MSET', 'int8', '-128', 'int16', '32767', 'int32', '-2147483648', 'int64', '9223372036854775807'],
  ['MSET', 'no int', '007', 'minus zero', '-0', 'spaced', ' 1'],
  ['SET', 'compressible', 'ab'.repeat(9000)],
  [
    'SET',
    'incompressible',
    Buffer.from(Array.from({ length: 70_000 }, (_, i) => (i * i * 31) >> 3)).toString('latin1'),
  ],
  ['APPEND', 'appended', 'x'.repeat(10)],
  ['SETBIT', 'bits', '100', '1'],
  ['PFADD', 'sparse', 'a', 'b', 'c'],
  ['PFADD', 'dense', ...many(3000, (index) => [`e${index}`])],
  ['RPUSH', 'small list', 'a', '1', '-70000', '9223372036854775807', ''],
  ['RPUSH', 'large list', ...many(3000, (index) => [`element ${index}`])],
  ['RPUSH', 'list of large elements', 'x'.repeat(20_000), 'small', 'y'.repeat(30_000)],
  ['SADD', 'intset 16', '1', '-5', '30000'],
  ['SADD', 'intset 32', '1', '-70000'],
  ['SADD', 'intset 64', '1', '9223372036854775807', '-9223372036854775808'],
  ['SADD', 'listpack set', 'a', '1', 'b'],
  ['SADD', 'large set', ...many(600, (index) => [`m${index}`])],
  ['SADD', 'large set of integers', ...many(600, (index) => [`${index * 7919}`])],
  ['HSET', 'small hash', 'a', '1', 'b', 'two', '', ''],
  ['HSET', 'large hash', ...many(300, (index) => [`f${index}`, `${index}`])],
  ['HSET', 'hash of a long value', 'f', 'v'.repeat(1000)],
  ['ZADD', 'small sorted set', '1.5', 'a', '-inf', 'b', '+inf', 'c', '1e22', 'd', '-0', 'e'],
  // Scores that 7.0's digest, of 17 digits, and 7.2's, of the shortest text, see alike.
  ['ZADD', 'large sorted set', ...many(300, (index) => [`${index / 8}`, `m${index}`]), `${1 / 7}`, 'odd'],
  ['ZADD', 'infinite sorted set', ...many(150, (index) => ['inf', `m${index}`]), '-inf', 'z'],
  ['GEOADD', 'geo', '13.361389', '38.115556', 'Palermo', '15.087269', '37.502669', 'Catania'],
  ['XADD', 'stream', '1-1', 'f', 'v', 'g', '17'],
  ['XADD', 'stream', '1-2', 'f', 'w', 'g', '-1'],
  ['XADD', 'stream', '5-0', 'other', 'x'.repeat(300)],
  ['XDEL', 'stream', '1-2'],
  ['XGROUP', 'CREATE', 'stream', 'group', '0'],
  ['XGROUP', 'CREATECONSUMER', 'stream', 'group', 'idle'],
  ['XREADGROUP', 'GROUP', 'group', 'consumer', 'COUNT', '1', 'STREAMS', 'stream', '>'],
  ['XADD', 'emptied stream', '1-1', 'f', 'v'],
  ['XTRIM', 'emptied stream', 'MAXLEN', '0'],
  ['FUNCTION', 'LOAD', "#!lua name=library\nredis.register_function('f', function() return 7 end)"],
  ['SET', 'expiring', 'v', 'PXAT', '9000000000123'],
  ['RPUSH', 'expiring list', 'a'],
  ['PEXPIREAT', 'expiring list', '9000000000456'],
  ['SELECT', '9'],
  ['SET', 'in another database', 'v'],
  ['SADD', 'set in another database', 'a'],
  ['SELECT', '15'],
  ['SET', 'in the last database', 'v', 'EXAT', '9000000000'],
  ['SELECT', '0'],
];

async function fill(client: Client): Promise<void> {
  for (const words of DATA) await client.call(...words);
}

/** A januskv with its file in a directory. It has loaded what was there. */
function serve(directory: string, settings: Settings = {}): { client: Client; memory: MemoryServer } {
  const config = new Config({
    dir: directory,
    'enable-debug-command': true,
    save: '',
    ...settings,
  });
  const memory = new MemoryServer({ config, disk: nodeDisk });
  memory.server.persistence.loadAtStart((error) => {
    if (error !== null) throw error;
  });
  memory.tick();
  return { client: memory.connect(), memory };
}

const digest = async (client: Client): Promise<string> => String(await client.call('DEBUG', 'DIGEST'));

describeWithReference('the RDB file between januskv and redis-server', () => {
  let directory: string;
  let reference: ReferenceServer | null = null;

  const startThere = async (directives: readonly string[] = []): Promise<Client> => {
    reference = await startReference(['--dir', directory, '--dbfilename', 'dump.rdb', ...directives]);
    return reference.connect();
  };

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'januskv-rdb-'));
  });
  afterEach(async () => {
    await reference?.stop();
    reference = null;
    rmSync(directory, { recursive: true });
  });

  for (const [title, settings] of [
    ['compressed', {}],
    ['not compressed', { rdbcompression: false }],
    ['without a checksum', { rdbchecksum: false }],
    ['with the time since the last use', { 'maxmemory-policy': 'allkeys-lru' }],
    ['with the frequency of use', { 'maxmemory-policy': 'volatile-lfu' }],
  ] as [string, Settings][]) {
    it(`redis-server loads ours, ${title}, and redis-check-rdb finds it sound`, async () => {
      const { client } = serve(directory, settings);
      await fill(client);
      const ours = await digest(client);
      assert.equal(await client.call('SAVE'), 'OK');
      const check = spawnSync('redis-check-rdb', [join(directory, 'dump.rdb')], { encoding: 'utf8' });
      assert.match(check.stdout, /RDB looks OK!/);
      const there = await startThere();
      assert.equal(await digest(there), ours);
      assert.equal(await there.call('PEXPIRETIME', 'expiring'), 9_000_000_000_123);
      assert.equal(await there.call('FCALL', 'f', '0'), 7);
    });
  }

  for (const directives of [
    [],
    ['--rdbcompression', 'no'],
    ['--rdbchecksum', 'no'],
    ['--maxmemory-policy', 'allkeys-lru'],
    ['--maxmemory-policy', 'allkeys-lfu'],
  ]) {
    it(`januskv loads what redis-server ${directives.join(' ')} saved`, async () => {
      const there = await startThere(directives);
      await fill(there);
      const theirs = await digest(there);
      await there.call('SAVE');
      const { client, memory } = serve(directory);
      assert.equal(await digest(client), theirs);
      assert.equal(await client.call('OBJECT', 'ENCODING', 'intset 16'), 'intset');
      assert.equal(await client.call('OBJECT', 'ENCODING', 'small hash'), 'listpack');
      assert.equal(await client.call('OBJECT', 'ENCODING', 'int16'), 'int');
      assert.equal(await client.call('PEXPIRETIME', 'expiring'), 9_000_000_000_123);
      assert.equal(await client.call('FCALL', 'f', '0'), 7);
      memory.assertNoLeak();
    });
  }

  it('what goes to redis-server and comes back is the same, whatever it is', async () => {
    const random = new Random(7);
    const { client } = serve(directory);
    for (let count = 0; count < 2000; count++) {
      const key = `k${random.below(200)}`;
      const value = 'v'.repeat(random.below(80)) + random.below(100_000);
      const [words] = [
        [
          ['SET', `s${key}`, value],
          ['RPUSH', `l${key}`, value],
          ['SADD', `t${key}`, value, `${random.below(9)}`],
          ['HSET', `h${key}`, value.slice(-3), value],
          ['ZADD', `z${key}`, `${random.below(1000) / 8}`, value],
          ['PEXPIREAT', `s${key}`, `${9_000_000_000_000 + count}`],
        ][random.below(6)],
      ];
      await client.call(...words);
    }
    const ours = await digest(client);
    await client.call('SAVE');
    const there = await startThere();
    assert.equal(await digest(there), ours);
    await there.call('SAVE');
    assert.equal(await digest(serve(directory).client), ours);
  });

  it('both load the forms of older versions alike', async () => {
    writeFileSync(join(directory, 'dump.rdb'), oldFile());
    const there = await startThere();
    const { client } = serve(directory);
    assert.equal(await client.call('DBSIZE'), 10);
    assert.equal(await digest(client), await digest(there));
    assert.deepEqual(await client.call('HGETALL', 'zipmap'), ['f', 'v', 'long', 'x'.repeat(300)]);
    assert.equal(await client.call('EXPIRETIME', 'seconds'), 2_000_000_000);
  });

  it('leaves behind no draft, and replaces the file as a whole', async () => {
    const { client, memory } = serve(directory);
    await fill(client);
    await client.call('SAVE');
    const first = readFileSync(join(directory, 'dump.rdb'));
    await client.call('SET', 'another', 'key');
    await client.call('BGSAVE');
    while (memory.server.persistence.isSaving) {
      memory.server.tick();
      await new Promise((resolve) => setImmediate(resolve));
    }
    const second = readFileSync(join(directory, 'dump.rdb'));
    assert.notDeepEqual(first, second);
    const check = spawnSync('ls', [directory], { encoding: 'utf8' });
    assert.equal(check.stdout, 'dump.rdb\n');
  });
});

/** A file of version 7 with every form that was written before Redis 7.0. */
function oldFile(): Buffer {
  const writer = new RdbWriter();
  const raw = (bytes: Buffer): void => writer.raw(bytes, 0, bytes.length);
  const string = (bytes: Buffer): void => {
    writer.count(bytes.length);
    raw(bytes);
  };
  const key = (type: number, name: string): void => {
    writer.byte(type);
    writer.text(name);
  };
  const scoreText = (text: string): void => {
    writer.byte(text.length);
    raw(Buffer.from(text));
  };
  raw(Buffer.from('REDIS0007'));
  writer.byte(0xfe);
  writer.count(0);
  key(1, 'list');
  writer.count(3);
  for (const element of ['a', '12', 'x'.repeat(100)]) writer.text(element);
  key(10, 'ziplist list');
  string(ziplist(['a', '1', '-70000', 'x'.repeat(300), 'b']));
  key(14, 'quicklist');
  writer.count(2);
  string(ziplist(['a', '1']));
  string(ziplist(['2', 'b']));
  key(9, 'zipmap');
  string(zipmap(['f', 'v', 'long', 'x'.repeat(300)], 2));
  key(13, 'ziplist hash');
  string(ziplist(['f', 'v', 'g', '17']));
  key(12, 'ziplist sorted set');
  string(ziplist(['a', '-1.5', 'b', '2', 'c', '1e10']));
  key(3, 'sorted set');
  writer.count(4);
  for (const [member, score] of [
    ['a', '1.5'],
    ['b', '3'],
  ]) {
    writer.text(member);
    scoreText(score);
  }
  writer.text('top');
  writer.byte(254);
  writer.text('bottom');
  writer.byte(255);
  key(2, 'set');
  writer.count(2);
  writer.text('a');
  writer.text('5');
  key(4, 'hash');
  writer.count(1);
  writer.text('f');
  writer.text('v');
  writer.byte(0xfd);
  raw(Buffer.from([0x00, 0x94, 0x35, 0x77]));
  key(0, 'seconds');
  writer.text('v');
  writer.byte(0xff);
  const crc = new RunningCrc64();
  crc.update(writer.bytes, 0, writer.length);
  const footer = Buffer.alloc(8);
  footer.writeUInt32LE(crc.low, 0);
  footer.writeUInt32LE(crc.high, 4);
  raw(footer);
  return writer.bytes.subarray(0, writer.length);
}
