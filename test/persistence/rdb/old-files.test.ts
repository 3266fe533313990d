/**
 * Files as Redis before 7.0 wrote them, put together by hand from the published description of the format. What is loaded and
 * what is refused was compared with Redis 7.0.15 and with a server that descends from 7.2.
 */
import assert from 'node:assert/strict';
import { crc64 } from '../../../src/persistence/rdb/crc64.js';
import { Config } from '../../../src/server/config/config.js';
import { MemoryDisk } from '../../server/persistence/memory-disk.js';
import type { Client } from '../../support/client.js';
import { MemoryServer } from '../../support/memory-server.js';
import { ziplist, zipmap } from './old-forms.js';

/** A length, of up to 14 bits. */
const length = (count: number): Buffer =>
  count < 64 ? Buffer.from([count]) : Buffer.from([0x40 | (count >> 8), count & 0xff]);

const string = (content: string | Buffer): Buffer => {
  const bytes = Buffer.from(content as string, 'latin1');
  return Buffer.concat([length(bytes.length), bytes]);
};

const strings = (...texts: string[]): Buffer => Buffer.concat(texts.map(string));

const key = (type: number, name: string, value: Buffer): Buffer =>
  Buffer.concat([Buffer.from([type]), string(name), value]);

const score = (text: string): Buffer => Buffer.concat([Buffer.from([text.length]), Buffer.from(text)]);

const seconds = (at: number): Buffer => {
  const bytes = Buffer.from([253, 0, 0, 0, 0]);
  bytes.writeInt32LE(at, 1);
  return bytes;
};

function file(version: number, ...records: Buffer[]): Buffer {
  const magic = Buffer.from(`REDIS${String(version).padStart(4, '0')}`);
  const bytes = Buffer.concat([magic, Buffer.from([254, 0]), ...records, Buffer.from([255])]);
  if (version < 5) return bytes;
  const footer = Buffer.alloc(8);
  const { high, low } = crc64(bytes, 0, bytes.length);
  footer.writeUInt32LE(low, 0);
  footer.writeUInt32LE(high, 4);
  return Buffer.concat([bytes, footer]);
}

interface Loaded {
  readonly client: Client;
  readonly error: Error | null;
  readonly logged: readonly string[];
}

function load(bytes: Buffer): Loaded {
  const disk = new MemoryDisk();
  disk.files.set('/dump.rdb', bytes);
  const logged: string[] = [];
  const config = new Config({ dir: '/', save: '' });
  const memory = new MemoryServer({ config, disk, log: (_level, message) => logged.push(message) });
  let error: Error | null = null;
  memory.server.persistence.loadAtStart((trouble) => {
    error = trouble;
  });
  memory.tick();
  return { client: memory.connect(), error, logged };
}

async function loadWhole(bytes: Buffer): Promise<Client> {
  const { client, error } = load(bytes);
  assert.equal(error, null);
  return client;
}

const encoding = (client: Client, name: string) => client.call('OBJECT', 'ENCODING', name);

const FIRST_RECORDS = [
  key(0, 'text', string('hello')),
  key(0, 'byte', Buffer.from([0xc0, 0xfb])),
  key(0, 'word', Buffer.from([0xc1, 0x48, 0xf4])),
  key(0, 'long', Buffer.from([0xc2, 0x70, 0x11, 0x01, 0x00])),
  // One literal, then 99 bytes from one place back.
  key(0, 'packed', Buffer.concat([Buffer.from([0xc3, 5, 0x40, 100, 0, 0x61, 0xe0, 90, 0])])),
  seconds(2_000_000_000),
  key(0, 'expiring', string('v')),
  seconds(1000),
  key(0, 'expired', string('v')),
  key(1, 'list', Buffer.concat([length(2), strings('a', 'b')])),
  key(2, 'set', Buffer.concat([length(2), strings('a', 'b')])),
  key(
    3,
    'zset',
    Buffer.concat([
      length(3),
      string('a'),
      score('1.5'),
      string('b'),
      Buffer.from([254]),
      string('c'),
      Buffer.from([255]),
    ]),
  ),
  key(4, 'hash', Buffer.concat([length(1), strings('f', 'v')])),
];

describe('files of former versions', () => {
  for (const version of [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]) {
    it(`of version ${version} are loaded`, async () => {
      const client = await loadWhole(file(version, ...FIRST_RECORDS));
      assert.equal(await client.call('DBSIZE'), 10);
      assert.deepEqual(await client.call('MGET', 'text', 'byte', 'word', 'long', 'packed'), [
        'hello',
        '-5',
        '-3000',
        '70000',
        'a'.repeat(100),
      ]);
      assert.equal(await client.call('EXPIRETIME', 'expiring'), 2_000_000_000);
      assert.deepEqual(await client.call('LRANGE', 'list', '0', '-1'), ['a', 'b']);
      assert.equal(await client.call('SISMEMBER', 'set', 'b'), 1);
      assert.deepEqual(await client.call('ZRANGE', 'zset', '0', '-1', 'WITHSCORES'), [
        'c',
        '-inf',
        'a',
        '1.5',
        'b',
        'inf',
      ]);
      assert.deepEqual(await client.call('HGETALL', 'hash'), ['f', 'v']);
    });
  }

  it('of version 12, or of none, are refused', () => {
    for (const version of [0, 12]) {
      assert.match(String(load(file(version, ...FIRST_RECORDS)).error), /can't handle RDB format version/);
    }
  });

  it('have hashes as zipmaps, and as ziplists', async () => {
    const pairs = ['f', 'v', 'g', '17', 'long', 'v'.repeat(300)];
    const client = await loadWhole(
      file(4, key(9, 'zipmap', string(zipmap(pairs, 2))), key(13, 'ziplist', string(ziplist(pairs)))),
    );
    for (const name of ['zipmap', 'ziplist']) assert.deepEqual(await client.call('HGETALL', name), pairs);
    // Of a ziplist only the number of fields is looked at, as in Redis.
    assert.equal(await encoding(client, 'ziplist'), 'listpack');
    assert.equal(await encoding(client, 'zipmap'), 'hashtable');
  });

  it('have hashes and sorted sets above the limits of today', async () => {
    const many = Array.from({ length: 600 }, (_, index) => [`m${index}`, String(index)]).flat();
    const client = await loadWhole(
      file(
        4,
        key(9, 'zipmap', string(zipmap(many, 0))),
        key(13, 'ziplist', string(ziplist(many))),
        key(12, 'zset', string(ziplist(many))),
      ),
    );
    for (const name of ['zipmap', 'ziplist']) {
      assert.equal(await client.call('HGET', name, 'm599'), '599');
      assert.equal(await encoding(client, name), 'hashtable');
    }
    assert.equal(await client.call('ZSCORE', 'zset', 'm77'), '77');
    assert.equal(await encoding(client, 'zset'), 'skiplist');
  });

  it('have lists as ziplists, and as quicklists of them, whose nodes stay', async () => {
    const elements = ['a', '-70000', 'x'.repeat(300), ''];
    const nodes = Buffer.concat([
      length(3),
      string(ziplist(['a'])),
      string(ziplist([])),
      string(ziplist(['b', '7'])),
    ]);
    const client = await loadWhole(
      file(
        7,
        key(10, 'ziplist', string(ziplist(elements))),
        key(14, 'quicklist', nodes),
        key(14, 'one node', Buffer.concat([length(1), string(ziplist(elements))])),
      ),
    );
    assert.deepEqual(await client.call('LRANGE', 'ziplist', '0', '-1'), elements);
    assert.deepEqual(await client.call('LRANGE', 'quicklist', '0', '-1'), ['a', 'b', '7']);
    assert.deepEqual(await client.call('LRANGE', 'one node', '0', '-1'), elements);
    // 7.0 knows no other encoding; these are 7.2's.
    assert.equal(await encoding(client, 'ziplist'), 'quicklist');
    assert.equal(await encoding(client, 'quicklist'), 'quicklist');
    assert.equal(await encoding(client, 'one node'), 'listpack');
    await client.call('LPUSH', 'ziplist', 'first');
    assert.equal(await client.call('LLEN', 'ziplist'), 5);
  });

  it('may have collections without elements, which are passed over and told of', async () => {
    const none = length(0);
    const { client, error, logged } = load(
      file(
        8,
        ...[1, 2, 3, 4, 5, 14].map((type) => key(type, `type ${type}`, none)),
        seconds(2_000_000_000),
        ...[10, 12, 13].map((type) => key(type, `type ${type}`, string(ziplist([])))),
        key(0, 'behind them', string('v')),
      ),
    );
    assert.equal(error, null);
    assert.deepEqual(await client.call('KEYS', '*'), ['behind them']);
    assert.equal(await client.call('TTL', 'behind them'), -1);
    assert.ok(logged.includes('rdbLoadObject skipping empty key: type 14'));
    assert.ok(logged.includes('Done loading RDB, keys loaded: 1, keys expired: 0, empty keys skipped: 9.'));
  });

  it('are refused when they are damaged, with the place', () => {
    const bad = file(
      6,
      key(0, 'sound', string('v')),
      key(2, 'twice', Buffer.concat([length(2), strings('a', 'a')])),
    );
    assert.match(String(load(bad).error), /duplicates \(at byte 20\)/);
  });
});
