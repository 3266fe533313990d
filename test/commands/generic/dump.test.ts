import assert from 'node:assert/strict';
import { crc64 } from '../../../src/persistence/rdb/crc64.js';
import type { Client } from '../../support/client.js';
import { describeCommand } from '../../support/describe-command.js';
import {
  describeWithReference,
  type ReferenceServer,
  startReference,
} from '../../support/reference-server.js';
import type { Word } from '../../support/words.js';

const many = (count: number, word: (index: number) => string[]): string[] =>
  Array.from({ length: count }, (_, index) => word(index)).flat();

/** Commands that make a value at `k`, and the command that reads it. Unordered ones are sorted. */
const VALUES: readonly (readonly [title: string, make: readonly string[], read: readonly string[]])[] = [
  ['an empty string', ['SET', 'k', ''], ['GET', 'k']],
  ['a small integer', ['SET', 'k', '-12'], ['GET', 'k']],
  ['an integer of 16 bits', ['SET', 'k', '12345'], ['GET', 'k']],
  ['an integer of 32 bits', ['SET', 'k', '-2147483648'], ['GET', 'k']],
  ['an integer of 64 bits', ['SET', 'k', '9223372036854775807'], ['GET', 'k']],
  ['a string', ['SET', 'k', 'hello\x00world'], ['GET', 'k']],
  ['a string that Redis compresses', ['SET', 'k', 'ab'.repeat(9000)], ['GET', 'k']],
  ['a small list', ['RPUSH', 'k', 'a', '1', '-70000', 'b'], ['LRANGE', 'k', '0', '-1']],
  [
    'a large list',
    ['RPUSH', 'k', ...many(2000, (index) => [`element ${index}`])],
    ['LRANGE', 'k', '0', '-1'],
  ],
  ['an intset', ['SADD', 'k', '1', '-5', '70000', '9223372036854775807'], ['SORT', 'k']],
  ['a small set', ['SADD', 'k', 'a', '1', 'b'], ['SORT', 'k', 'ALPHA']],
  ['a large set', ['SADD', 'k', ...many(600, (index) => [`m${index}`])], ['SORT', 'k', 'ALPHA']],
  ['a small hash', ['HSET', 'k', 'a', '1', 'b', 'two'], ['HGETALL', 'k']],
  ['a large hash', ['HSET', 'k', 'f', 'v'.repeat(100)], ['HGETALL', 'k']],
  [
    'a small sorted set',
    ['ZADD', 'k', '1.5', 'a', '-inf', 'b', '3', 'c'],
    ['ZRANGE', 'k', '0', '-1', 'WITHSCORES'],
  ],
  [
    'a large sorted set',
    ['ZADD', 'k', ...many(300, (index) => [`${index / 4}`, `m${index}`])],
    ['ZRANGE', 'k', '0', '-1', 'WITHSCORES'],
  ],
];

/** The value part of a dump with a right footer. */
function sealed(value: readonly number[], version = 10): Buffer {
  const bytes = Buffer.from([...value, version & 0xff, version >> 8]);
  const { high, low } = crc64(bytes, 0, bytes.length);
  const footer = Buffer.alloc(8);
  footer.writeUInt32LE(low, 0);
  footer.writeUInt32LE(high, 4);
  return Buffer.concat([bytes, footer]);
}

/** A bulk string's bytes. */
function bulkOf(reply: Buffer): Buffer {
  const start = reply.indexOf('\r\n') + 2;
  return reply.subarray(start, reply.length - 2);
}

describeCommand('DUMP RESTORE', ({ call, raw, refused }) => {
  const dumpOf = async (key: Word): Promise<Buffer> => bulkOf(await raw('DUMP', key));

  for (const [title, make, read] of VALUES) {
    it(`bring back ${title}`, async () => {
      await call(...make);
      const before = await call(...read);
      const encoding = await call('OBJECT', 'ENCODING', 'k');
      const dumped = await dumpOf('k');
      await call('DEL', 'k');
      assert.equal(await call('RESTORE', 'k', 0, dumped), 'OK');
      assert.deepEqual(await call(...read), before);
      assert.equal(await call('OBJECT', 'ENCODING', 'k'), encoding);
    });
  }

  it('pack strings where that saves something, unless rdbcompression is off', async () => {
    await call('SET', 'k', 'ab'.repeat(500));
    await call('HSET', 'h', 'f', 'x'.repeat(60), 'g', 'x'.repeat(60));
    for (const key of ['k', 'h']) {
      await call('CONFIG', 'SET', 'rdbcompression', 'no');
      const plain = await dumpOf(key);
      await call('CONFIG', 'SET', 'rdbcompression', 'yes');
      const packed = await dumpOf(key);
      assert.ok(packed.length * 2 < plain.length, `${packed.length} bytes of ${plain.length}`);
      assert.equal(await call('RESTORE', `${key}-again`, 0, packed), 'OK');
      await call('CONFIG', 'SET', 'rdbcompression', 'no');
      assert.deepEqual(await dumpOf(`${key}-again`), plain);
      await call('CONFIG', 'SET', 'rdbcompression', 'yes');
    }
  });

  it('answer null for no key', async () => {
    assert.equal(await call('DUMP', 'nothing'), null);
  });

  it('refuse an existing key but with REPLACE', async () => {
    await call('SET', 'k', 'new');
    const dumped = await dumpOf('k');
    await call('RPUSH', 'list', 'a');
    await refused('BUSYKEY Target key name already exists.', 'RESTORE', 'list', 0, dumped);
    assert.equal(await call('RESTORE', 'list', 0, dumped, 'REPLACE'), 'OK');
    assert.equal(await call('GET', 'list'), 'new');
  });

  it('set a time to live, relative or absolute; one that is over leaves no key', async () => {
    await call('SET', 'k', 'v');
    const dumped = await dumpOf('k');
    await call('RESTORE', 'a', 100_000, dumped);
    const ttl = Number(await call('PTTL', 'a'));
    assert.ok(ttl > 0 && ttl <= 100_000);
    assert.equal(await call('RESTORE', 'b', 1, dumped, 'ABSTTL'), 'OK');
    assert.equal(await call('EXISTS', 'b'), 0);
    assert.equal(await call('RESTORE', 'k', 1, dumped, 'ABSTTL', 'REPLACE'), 'OK');
    assert.equal(await call('EXISTS', 'k'), 0);
    await refused('ERR Invalid TTL value, must be >= 0', 'RESTORE', 'b', -1, dumped);
  });

  it('set the frequency, under an LFU policy', async () => {
    await call('SET', 'k', 'v');
    const dumped = await dumpOf('k');
    await call('CONFIG', 'SET', 'maxmemory-policy', 'allkeys-lfu');
    await call('RESTORE', 'a', 0, dumped, 'FREQ', 200);
    assert.equal(await call('OBJECT', 'FREQ', 'a'), 200);
    await call('CONFIG', 'SET', 'maxmemory-policy', 'noeviction');
  });

  it('set the idle time', async () => {
    await call('SET', 'k', 'v');
    const dumped = await dumpOf('k');
    await call('RESTORE', 'a', 0, dumped, 'IDLETIME', 1000);
    assert.ok(Number(await call('OBJECT', 'IDLETIME', 'a')) >= 1000);
    const idle = 'ERR Invalid IDLETIME value, must be >= 0';
    await refused(idle, 'RESTORE', 'b', 0, dumped, 'IDLETIME', -1);
    const frequency = 'ERR Invalid FREQ value, must be >= 0 and <= 255';
    await refused(frequency, 'RESTORE', 'b', 0, dumped, 'FREQ', 256);
    await refused('ERR syntax error', 'RESTORE', 'b', 0, dumped, 'FREQ', 1, 'IDLETIME', 1);
  });

  it('refuse every dump with a byte changed or cut off, and change nothing', async () => {
    await call('ZADD', 'k', 1, 'a', 2, 'b');
    const dumped = await dumpOf('k');
    const message = 'ERR DUMP payload version or checksum are wrong';
    for (let index = 0; index < dumped.length; index++) {
      const changed = Buffer.from(dumped);
      changed[index] ^= 1;
      await refused(message, 'RESTORE', 'k', 0, changed, 'REPLACE');
      await refused(message, 'RESTORE', 'k', 0, dumped.subarray(0, index), 'REPLACE');
    }
    await refused(message, 'RESTORE', 'k', 0, sealed([0, 1, 97], 12), 'REPLACE');
    assert.equal(await call('ZCARD', 'k'), 2);
  });

  it('refuse values that make no sense, and change nothing', async () => {
    await call('SET', 'k', 'v');
    const bad: number[][] = [
      [99, 1],
      [0, 63, 97],
      [0, 0xc3, 2, 200, 97, 98],
      [0, 0xc3, 3, 5, 0x20, 0xff, 0xff],
      [2, 0],
      [2, 2, 1, 97, 1, 97],
      [16, 3, 1, 2, 3],
      [18, 1, 7, 1, 97],
      [5, 1, 1, 97, 0, 0, 0, 0, 0, 0, 0xf8, 0x7f],
    ];
    for (const value of bad) {
      await refused('ERR Bad data format', 'RESTORE', 'k', 0, sealed(value), 'REPLACE');
    }
    assert.equal(await call('GET', 'k'), 'v');
  });

  it('leave a sorted set packed whose members are longer than a new one would pack', async () => {
    await call('CONFIG', 'SET', 'zset-max-listpack-value', '100');
    await call('ZADD', 'k', 1, 'a', 2, 'b'.repeat(80));
    const dumped = await dumpOf('k');
    await call('CONFIG', 'SET', 'zset-max-listpack-value', '64');
    assert.equal(await call('RESTORE', 'k', 0, dumped, 'REPLACE'), 'OK');
    assert.equal(await call('OBJECT', 'ENCODING', 'k'), 'listpack');
    assert.deepEqual(await call('ZRANGE', 'k', 0, -1), ['a', 'b'.repeat(80)]);
  });

  it('write what Redis 7.0 reads', async () => {
    await call('SET', 'k', 'a');
    assert.deepEqual(await dumpOf('k'), sealed([0, 1, 97]));
  });
});

describeCommand(
  'RESTORE',
  ({ call, refused }) => {
    it('brings the members of a sorted set into order that a dump has in another, and refuses duplicates', async () => {
      const entries = { b2: [0x81, 98, 2, 2, 1], a2: [0x81, 97, 2, 2, 1], a3: [0x81, 97, 2, 3, 1] };
      const dumpWith = (...members: (keyof typeof entries)[]): Buffer => {
        const bytes = members.flatMap((member) => entries[member]);
        const total = bytes.length + 7;
        return sealed([17, total, total, 0, 0, 0, members.length * 2, 0, ...bytes, 0xff]);
      };
      for (const [dumped, reply] of [
        [dumpWith('a2', 'b2'), ['a', '2', 'b', '2']],
        [dumpWith('b2', 'a2'), ['a', '2', 'b', '2']],
        [dumpWith('b2', 'a3'), ['b', '2', 'a', '3']],
        [dumpWith('a3', 'b2'), ['b', '2', 'a', '3']],
      ] as const) {
        assert.equal(await call('RESTORE', 'k', 0, dumped, 'REPLACE'), 'OK');
        const members = (await call('ZRANGE', 'k', 0, -1, 'WITHSCORES')) as unknown[];
        assert.deepEqual(members.flat(), reply);
        assert.equal(await call('ZRANK', 'k', reply[2]), 1);
      }
      await refused('ERR Bad data format', 'RESTORE', 'k', 0, dumpWith('a2', 'a2'), 'REPLACE');
      await refused('ERR Bad data format', 'RESTORE', 'k', 0, dumpWith('a2', 'a3'), 'REPLACE');
    });
  },
  { ourOwn: '7.0 looks at members only with sanitize-dump-payload' },
);

describeWithReference('DUMP and RESTORE beside a real redis-server', () => {
  let reference: ReferenceServer;
  let redis: Client;
  before(async () => {
    reference = await startReference();
    redis = await reference.connect();
  });
  after(async () => {
    await redis.close();
    await reference.stop();
  });

  describeCommand('RESTORE', ({ raw }) => {
    for (const [title, make, read] of VALUES) {
      it(`carries ${title} there and back`, async () => {
        await redis.raw('FLUSHALL');
        await raw(...make);
        const expected = await raw(...read);
        const ours = bulkOf(await raw('DUMP', 'k'));
        assert.equal(String(await redis.raw('RESTORE', 'k', 0, ours)), '+OK\r\n');
        const theirs = bulkOf(await redis.raw('DUMP', 'k'));
        assert.equal(String(await raw('RESTORE', 'k', 0, theirs, 'REPLACE')), '+OK\r\n');
        assert.deepEqual(await raw(...read), expected);
      });
    }
  });
});

describeCommand(
  'RESTORE',
  ({ call, refused }) => {
    it('refuses a set that ends long before the 4 thousand million members it claims', async () => {
      await call('SET', 'k', 'v');
      const claim = sealed([2, 0x80, 0xff, 0xff, 0xff, 0xff, 1, 97]);
      await refused('ERR Bad data format', 'RESTORE', 'k', 0, claim, 'REPLACE');
      assert.equal(await call('GET', 'k'), 'v');
    });
  },
  { ourOwn: 'Redis first makes a table for as many members, of 32 GiB' },
);
