/**
 * Collections of many elements in a snapshot: they are written in pieces between commands, and stand in it as they were
 * when it began, whatever is done to them and to others meanwhile.
 */
import assert from 'node:assert/strict';
import { Random } from '../../../src/base/random.js';
import { Config } from '../../../src/server/config/config.js';
import type { Client } from '../../support/client.js';
import { MemoryServer } from '../../support/memory-server.js';
import { MemoryDisk } from './memory-disk.js';

const ELEMENTS = 10_000;
/** Seeds of what is done meanwhile. */
const SEEDS = [1, 2, 3, 4];
const TYPES = ['hash', 'set', 'zset', 'list', 'stream'] as const;

function start(disk: MemoryDisk): { memory: MemoryServer; client: Client } {
  const config = new Config({ 'enable-debug-command': true, save: '' });
  const memory = new MemoryServer({ config, disk });
  return { memory, client: memory.connect() };
}

/** Adds all elements, a thousand with each request. */
async function add(
  client: Client,
  command: string,
  key: string,
  words: (index: number) => string[],
): Promise<void> {
  for (let first = 0; first < ELEMENTS; first += 1000) {
    const elements = Array.from({ length: 1000 }, (_, index) => words(first + index)).flat();
    await client.call(command, key, ...elements);
  }
}

async function fillStream(client: Client): Promise<void> {
  const append = "for i = 1, 5000 do redis.call('XADD', KEYS[1], i .. '-1', 'field', 'value ' .. i) end";
  await client.call('EVAL', append, '1', 'stream');
  await client.call('XGROUP', 'CREATE', 'stream', 'group', '0');
  await client.call('XREADGROUP', 'GROUP', 'group', 'ann', 'COUNT', '2000', 'STREAMS', 'stream', '>');
  await client.call('XREADGROUP', 'GROUP', 'group', 'bob', 'COUNT', '10', 'STREAMS', 'stream', '>');
}

/** What is pending, and with whom; not when it was delivered, which is told as a time since. */
async function groupsOf(client: Client): Promise<unknown> {
  const pending = await client.call('XPENDING', 'stream', 'group', '-', '+', '10000');
  assert.ok(Array.isArray(pending));
  return [
    await client.call('XPENDING', 'stream', 'group'),
    await client.call('XINFO', 'GROUPS', 'stream'),
    pending.map((each) => (Array.isArray(each) ? [each[0], each[1], each[3]] : each)),
  ];
}

async function fill(client: Client): Promise<void> {
  await add(client, 'HSET', 'hash', (index) => [`field ${index}`, `value ${index}`]);
  await add(client, 'SADD', 'set', (index) => [`member ${index}`]);
  await add(client, 'ZADD', 'zset', (index) => [`${index % 977}.5`, `member ${index}`]);
  await add(client, 'RPUSH', 'list', (index) => [`element ${index}`]);
  await fillStream(client);
  await client.call('EXPIRE', 'set', '1000');
  await client.call('SELECT', '1');
  for (let index = 0; index < 300; index++) await client.call('SET', `key ${index}`, 'before');
  await add(client, 'HSET', 'hash', (index) => [`other ${index}`, 'v']);
  await client.call('SELECT', '0');
  for (let index = 0; index < 300; index++) await client.call('SET', `key ${index}`, 'before');
}

/** Small keys of both databases mostly; now and then a large one, in its middle or as a whole. */
async function change(client: Client, random: Random): Promise<void> {
  const element = random.below(ELEMENTS);
  const changes: string[][] = [
    ['SET', `key ${random.below(400)}`, 'after'],
    ['DEL', `key ${random.below(400)}`],
    ['EXPIRE', `key ${random.below(300)}`, '100'],
    ['SELECT', `${random.below(2)}`],
    ['RENAME', `key ${random.below(300)}`, `renamed ${random.below(300)}`],
  ];
  const large: string[][] = [
    ['HSET', 'hash', `field ${element}`, 'after', 'new', 'after'],
    ['HDEL', 'hash', `field ${element}`],
    ['SPOP', 'set', '10'],
    ['ZINCRBY', 'zset', '100', `member ${element}`],
    ['LPOP', 'list', '50'],
    ['XTRIM', 'stream', 'MAXLEN', '100'],
    ['XDEL', 'stream', `${element}-1`],
    ['XACK', 'stream', 'group', `${element}-1`],
    ['XREADGROUP', 'GROUP', 'group', 'cid', 'COUNT', '3', 'STREAMS', 'stream', '>'],
    ['DEL', TYPES[random.below(TYPES.length)]],
    ['UNLINK', TYPES[random.below(TYPES.length)]],
    ['RENAME', TYPES[random.below(TYPES.length)], 'moved'],
    ['COPY', 'hash', 'copied'],
    ['PERSIST', 'set'],
    ['SWAPDB', '0', '1'],
    ['FLUSHDB'],
  ];
  const choices = random.below(12) === 0 ? large : changes;
  await client.raw(...choices[random.below(choices.length)]);
}

describe('a large collection in a snapshot', function () {
  this.timeout(60_000);

  for (const seed of SEEDS) {
    it(`is as it was at the beginning, whatever is done meanwhile (seed ${seed})`, async () => {
      const disk = new MemoryDisk();
      const { memory, client } = start(disk);
      await fill(client);
      const before = await client.call('DEBUG', 'DIGEST');
      const random = new Random(seed);
      assert.equal(await client.call('BGSAVE'), 'Background saving started');
      const { snapshots } = memory.server.persistence;
      let steps = 0;
      for (; snapshots.isBusy; steps++) {
        snapshots.tick(0);
        // Later seeds leave more of the collections to be written in pieces.
        if (random.below(seed * 8) === 0) await change(client, random);
      }
      memory.tick();
      assert.ok(steps > 100, `${steps} steps`);

      const other = start(disk);
      other.memory.server.persistence.loadAtStart((error) => assert.equal(error, null));
      other.memory.tick();
      assert.equal(await other.client.call('DEBUG', 'DIGEST'), before);
    });
  }

  it('takes many steps, none of which writes it whole', async () => {
    const disk = new MemoryDisk();
    const { memory, client } = start(disk);
    await add(client, 'HSET', 'hash', (index) => [`field ${index}`, `value ${index}`]);
    await client.call('BGSAVE');
    const { snapshots } = memory.server.persistence;
    let steps = 0;
    for (; snapshots.isBusy; steps++) snapshots.tick(0);
    assert.ok(steps >= ELEMENTS / 1024, `${steps} steps`);
  });

  for (const format of ['rdb', 'commands'] as const) {
    it(`is not written whole when it changes or goes before its turn, and is as it was (${format})`, async () => {
      const { memory, client } = start(new MemoryDisk());
      await add(client, 'HSET', 'hash', (index) => [`field ${index}`, `value ${index}`]);
      await add(client, 'SADD', 'set', (index) => [`member ${index}`]);
      await add(client, 'ZADD', 'zset', (index) => [`${index % 977}.5`, `member ${index}`]);
      await add(client, 'RPUSH', 'list', (index) => [`element ${index}`]);
      await fillStream(client);
      await client.call('EXPIRE', 'zset', '1000');
      const before = await client.call('DEBUG', 'DIGEST');
      const groupsBefore = await groupsOf(client);
      const { snapshots } = memory.server.persistence;
      const pieces: Buffer[] = [];
      let isOver = false;
      const consumer = {
        isCongested: false,
        write: (piece: Buffer) => void pieces.push(Buffer.from(piece)),
        completed: () => {
          isOver = true;
        },
        failed: (error: Error) => assert.fail(error),
      };
      snapshots.begin(consumer, [], format);
      await client.call('HSET', 'hash', 'field 7', 'after');
      await client.call('SADD', 'set', 'another');
      await client.call('UNLINK', 'set');
      await client.call('ZINCRBY', 'zset', '1000', 'member 8');
      await client.call('RENAME', 'zset', 'moved');
      await client.call('LSET', 'list', '5000', 'after');
      await client.call('LPUSH', 'list', 'another');
      await client.call('XDEL', 'stream', '2500-1');
      await client.call('XACK', 'stream', 'group', '7-1', '8-1');
      await client.call('XCLAIM', 'stream', 'group', 'bob', '0', '9-1');
      assert.equal(Buffer.concat(pieces).length, 0);
      for (let round = 0; !isOver; round++) {
        snapshots.tick(0);
        if (round % 8 > 0) continue;
        await client.call('HSET', 'hash', `field ${(round * 7) % ELEMENTS}`, 'again', `new ${round}`, 'x');
        await client.call('ZREM', 'moved', `member ${(round * 11) % ELEMENTS}`);
        await client.call('LINSERT', 'list', 'BEFORE', `element ${(round * 13) % ELEMENTS}`, 'more');
        await client.call('RPOP', 'list', '20');
        await client.call('XTRIM', 'stream', 'MAXLEN', `${5000 - round}`);
        await client.call('XACK', 'stream', 'group', `${round}-1`);
        await client.call('XREADGROUP', 'GROUP', 'group', 'cid', 'COUNT', '2', 'STREAMS', 'stream', '>');
        await client.call('XCLAIM', 'stream', 'group', 'ann', '0', `${1 + (round % 2000)}-1`);
      }

      const disk = new MemoryDisk();
      const settings = format === 'rdb' ? {} : { appendonly: true };
      const config = new Config({ 'enable-debug-command': true, save: '', dir: '/', ...settings });
      disk.files.set(config.get('appendonly') ? '/appendonly.aof' : '/dump.rdb', Buffer.concat(pieces));
      const other = new MemoryServer({ config, disk });
      other.server.persistence.loadAtStart((error) => assert.equal(error, null));
      other.tick();
      const loaded = other.connect();
      assert.equal(await loaded.call('DEBUG', 'DIGEST'), before);
      assert.deepEqual(await groupsOf(loaded), groupsBefore);
    });
  }

  it('goes with FLUSHALL in the middle of it', async () => {
    const disk = new MemoryDisk();
    const { memory, client } = start(disk);
    await fill(client);
    await client.call('BGSAVE');
    const { snapshots } = memory.server.persistence;
    for (let step = 0; step < 400; step++) snapshots.tick(0);
    await client.call('FLUSHALL');
    memory.tick();
    assert.equal(snapshots.isBusy, false);
    await client.call('SET', 'key', 'x');
    assert.equal(await client.call('SAVE'), 'OK');
    const other = start(disk);
    other.memory.server.persistence.loadAtStart((error) => assert.equal(error, null));
    other.memory.tick();
    assert.equal(await other.client.call('DBSIZE'), 1);
  });
});
