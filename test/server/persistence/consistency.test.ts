/**
 * A snapshot shows the data as they were when it began, whatever is written before it has seen them: every command
 * that writes is run between its beginning and its first step.
 */
import assert from 'node:assert/strict';
import { WRITE } from '../../../src/commands/flags.js';
import { Config } from '../../../src/server/config/config.js';
import type { Client } from '../../support/client.js';
import { MemoryServer } from '../../support/memory-server.js';
import { MemoryDisk } from './memory-disk.js';

const many = (count: number, words: (index: number) => string[]): string[] =>
  Array.from({ length: count }, (_, index) => words(index)).flat();

const DATA: readonly (readonly string[])[] = [
  ['MSET', 'string', 'value', 'number', '10', 'float', '1.5', 'bits', 'abc', 'goes', 'v'],
  ['SET', 'expiring', 'v', 'PXAT', '1700000500000'],
  ['SET', 'due', 'v', 'PX', '10'],
  ['PFADD', 'sketch', 'a', 'b'],
  ['PFADD', 'sketch2', 'c'],
  ['RPUSH', 'list', 'a', 'b', 'c', 'b'],
  ['RPUSH', 'large list', ...many(60, (index) => [`element ${index}`])],
  ['SADD', 'set', 'a', 'b', 'c'],
  ['SADD', 'intset', '1', '2', '3'],
  ['SADD', 'large set', ...many(60, (index) => [`m${index}`])],
  ['HSET', 'hash', 'a', '1', 'b', '2.5'],
  ['HSET', 'large hash', ...many(60, (index) => [`f${index}`, `${index}`])],
  ['ZADD', 'zset', '1', 'a', '2', 'b', '3', 'c'],
  ['ZADD', 'large zset', ...many(60, (index) => [`${index}`, `m${index}`])],
  ['GEOADD', 'geo', '13.36', '38.11', 'Palermo', '15.08', '37.5', 'Catania'],
  ['XADD', 'stream', '1-1', 'f', 'v'],
  ['XADD', 'stream', '2-1', 'f', 'v'],
  ['XGROUP', 'CREATE', 'stream', 'group', '0'],
  ['XREADGROUP', 'GROUP', 'group', 'consumer', 'COUNT', '1', 'STREAMS', 'stream', '>'],
  ['SELECT', '3'],
  ['SET', 'other', 'v'],
  ['SELECT', '0'],
];

/** At least one for each command that writes. */
const WRITES: readonly (readonly string[])[] = [
  ['APPEND', 'string', 'x'],
  ['BITFIELD', 'bits', 'SET', 'u8', '0', '255'],
  ['BITOP', 'NOT', 'string', 'bits'],
  ['BLMOVE', 'list', 'large list', 'LEFT', 'RIGHT', '0'],
  ['BLMPOP', '0', '1', 'list', 'LEFT'],
  ['BLPOP', 'large list', '0'],
  ['BRPOP', 'list', '0'],
  ['BRPOPLPUSH', 'list', 'list', '0'],
  ['BZMPOP', '0', '1', 'zset', 'MIN'],
  ['BZPOPMAX', 'large zset', '0'],
  ['BZPOPMIN', 'zset', '0'],
  ['COPY', 'large hash', 'hash', 'REPLACE'],
  ['COPY', 'large set', 'new set'],
  ['DECR', 'number'],
  ['DECRBY', 'number', '5'],
  ['DEL', 'large hash', 'string', 'list'],
  ['EXPIRE', 'string', '100'],
  ['EXPIREAT', 'expiring', '1800000000'],
  ['FLUSHDB'],
  ['GEOADD', 'geo', '1', '2', 'elsewhere'],
  ['GEORADIUS', 'geo', '15', '37', '200', 'km', 'STORE', 'zset'],
  ['GEORADIUSBYMEMBER', 'geo', 'Palermo', '200', 'km', 'STORE', 'large zset'],
  ['GEOSEARCHSTORE', 'set', 'geo', 'FROMLONLAT', '15', '37', 'BYRADIUS', '200', 'km'],
  ['GETDEL', 'string'],
  ['GETEX', 'string', 'EX', '100'],
  ['GETEX', 'expiring', 'PERSIST'],
  ['GETSET', 'string', 'x'],
  ['HDEL', 'large hash', 'f1'],
  ['HINCRBY', 'hash', 'a', '1'],
  ['HINCRBYFLOAT', 'large hash', 'f2', '1.5'],
  ['HMSET', 'hash', 'a', 'x'],
  ['HSET', 'large hash', 'f3', 'x'],
  ['HSET', 'hash', 'long', 'x'.repeat(100)],
  ['HSETNX', 'hash', 'new', 'x'],
  ['INCR', 'number'],
  ['INCRBY', 'number', '1000'],
  ['INCRBYFLOAT', 'float', '1.25'],
  ['LINSERT', 'list', 'BEFORE', 'b', 'x'],
  ['LMOVE', 'large list', 'list', 'LEFT', 'RIGHT'],
  ['LMPOP', '1', 'list', 'RIGHT', 'COUNT', '2'],
  ['LPOP', 'large list', '100'],
  ['LPUSH', 'list', 'x'],
  ['LPUSHX', 'large list', 'x'],
  ['LREM', 'list', '0', 'b'],
  ['LSET', 'large list', '30', 'x'],
  ['LTRIM', 'large list', '10', '20'],
  ['MOVE', 'large set', '5'],
  ['MSET', 'string', 'x', 'list', 'y'],
  ['MSETNX', 'new', 'x', 'newer', 'y'],
  ['PERSIST', 'expiring'],
  ['PEXPIRE', 'list', '1000'],
  ['PEXPIREAT', 'hash', '1'],
  ['PFADD', 'sketch', 'x'],
  ['PFMERGE', 'sketch', 'sketch2'],
  ['PSETEX', 'string', '100', 'x'],
  ['RENAME', 'large hash', 'string'],
  ['RENAMENX', 'expiring', 'new'],
  ['RPOP', 'list'],
  ['RPOPLPUSH', 'list', 'large list'],
  ['RPUSH', 'list', ...many(50, (index) => [`x${index}`])],
  ['RPUSHX', 'list', 'x'],
  ['SADD', 'set', 'd'],
  ['SADD', 'intset', 'd'],
  ['SDIFFSTORE', 'set', 'large set', 'intset'],
  ['SET', 'string', 'x'],
  ['SET', 'expiring', 'x', 'KEEPTTL'],
  ['SET', 'large hash', 'x'],
  ['SETBIT', 'bits', '1000', '1'],
  ['SETEX', 'string', '100', 'x'],
  ['SETNX', 'new', 'x'],
  ['SETRANGE', 'string', '2', 'xyz'],
  ['SINTERSTORE', 'large set', 'set', 'set'],
  ['SMOVE', 'set', 'large set', 'a'],
  ['SORT', 'list', 'ALPHA', 'STORE', 'list'],
  ['SPOP', 'large set', '55'],
  ['SREM', 'set', 'a'],
  ['SUNIONSTORE', 'set', 'set', 'intset'],
  ['SWAPDB', '0', '3'],
  ['TOUCH', 'string'],
  ['UNLINK', 'large zset'],
  ['XACK', 'stream', 'group', '1-1'],
  ['XADD', 'stream', '9-1', 'f', 'v'],
  ['XAUTOCLAIM', 'stream', 'group', 'other', '0', '0'],
  ['XCLAIM', 'stream', 'group', 'other', '0', '1-1'],
  ['XDEL', 'stream', '1-1'],
  ['XGROUP', 'CREATE', 'stream', 'another', '$'],
  ['XGROUP', 'CREATECONSUMER', 'stream', 'group', 'third'],
  ['XGROUP', 'DELCONSUMER', 'stream', 'group', 'consumer'],
  ['XGROUP', 'DESTROY', 'stream', 'group'],
  ['XGROUP', 'SETID', 'stream', 'group', '0'],
  ['XREADGROUP', 'GROUP', 'group', 'consumer', 'STREAMS', 'stream', '>'],
  ['XSETID', 'stream', '10-1'],
  ['XTRIM', 'stream', 'MAXLEN', '1'],
  ['ZADD', 'zset', '9', 'a'],
  ['ZDIFFSTORE', 'zset', '2', 'large zset', 'zset'],
  ['ZINCRBY', 'large zset', '1000', 'm1'],
  ['ZINTERSTORE', 'zset', '2', 'zset', 'zset'],
  ['ZMPOP', '1', 'zset', 'MAX'],
  ['ZPOPMAX', 'zset'],
  ['ZPOPMIN', 'large zset', '50'],
  ['ZRANGESTORE', 'zset', 'large zset', '0', '3'],
  ['ZREM', 'zset', 'a'],
  ['ZREMRANGEBYLEX', 'zset', '-', '+'],
  ['ZREMRANGEBYRANK', 'large zset', '10', '50'],
  ['ZREMRANGEBYSCORE', 'zset', '1', '2'],
  ['ZUNIONSTORE', 'large zset', '1', 'zset'],
  // They call others, or write without being declared to.
  ['EVAL', "redis.call('SET', KEYS[1], 'x') return redis.call('LPOP', KEYS[2])", '2', 'string', 'large list'],
  ['PFCOUNT', 'sketch'],
];

/** They take their value from DUMP, or leave no snapshot to look at. */
const ELSEWHERE = new Set([
  'flushall',
  'restore',
  'restore-asking',
  'function',
  'migrate',
  'pfdebug',
  'xgroup',
  'fcall',
]);

interface Store {
  readonly memory: MemoryServer;
  readonly client: Client;
}

function start(disk: MemoryDisk): Store {
  const config = new Config({
    'enable-debug-command': true,
    save: '',
    'list-max-listpack-size': 8,
    'hash-max-listpack-entries': 8,
    'set-max-intset-entries': 8,
    'set-max-listpack-entries': 8,
    'zset-max-listpack-entries': 8,
  });
  const memory = new MemoryServer({ config, disk });
  return { memory, client: memory.connect() };
}

describe('a snapshot under writes', () => {
  const disk = new MemoryDisk();
  const { memory, client } = start(disk);
  const other = start(disk);
  let digest: string;

  const digestOf = async (who: Client): Promise<string> => String(await who.call('DEBUG', 'DIGEST'));

  /** The digest of what the file holds. */
  async function digestOfFile(): Promise<string> {
    assert.equal(await other.client.call('DEBUG', 'RELOAD', 'NOSAVE'), 'OK');
    return digestOf(other.client);
  }

  beforeEach(async () => {
    await client.call('FLUSHALL');
    for (const words of DATA) await client.call(...words);
    digest = await digestOf(client);
    assert.equal(await client.call('BGSAVE'), 'Background saving started');
  });

  for (const words of WRITES) {
    it(`shows what was there before ${words.slice(0, 5).join(' ')}`, async () => {
      const reply = (await client.raw(...words)).toString('latin1');
      assert.ok(!reply.startsWith('-'), reply);
      memory.tick();
      assert.equal(await digestOfFile(), digest);
    });
  }

  it('shows what was there before a transaction, and before keys that go by themselves', async () => {
    await client.call('MULTI');
    await client.call('SET', 'string', 'x');
    await client.call('DEL', 'large zset');
    await client.call('EXEC');
    memory.advance(20);
    assert.equal(await client.call('GET', 'due'), null);
    await client.call('CONFIG', 'SET', 'maxmemory', '1', 'maxmemory-policy', 'allkeys-random');
    await client.call('GET', 'string');
    await client.call('CONFIG', 'SET', 'maxmemory', '0');
    memory.tick();
    // What was due is in the file, with its time: whoever loads it later lets it go.
    assert.equal(await digestOfFile(), digest);
  });

  it('is tried with every command that writes', () => {
    const { table } = memory.server;
    const tried = new Set(WRITES.map(([name]) => name.toLowerCase()));
    const missing = table.names.filter(
      (name, id) =>
        (table.flagsOf[id] & WRITE) !== 0 && !name.includes('|') && !tried.has(name) && !ELSEWHERE.has(name),
    );
    assert.deepEqual(missing, []);
  });
});
