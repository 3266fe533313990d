/** Files with damaged bytes: loaded or refused with a reason, and never anything else. */
import assert from 'node:assert/strict';
import { Random } from '../../../src/base/random.js';
import { Keyspace } from '../../../src/engine/keyspace.js';
import { DataTypes } from '../../../src/engine/types/data-types.js';
import { EncodingLimits } from '../../../src/engine/types/encoding-limits.js';
import { RdbDumps } from '../../../src/persistence/rdb/dump.js';
import { RdbFileLoader } from '../../../src/persistence/rdb/file-loader.js';
import { BadFormat } from '../../../src/persistence/rdb/reader.js';
import { Config } from '../../../src/server/config/config.js';
import { KeyspaceTarget } from '../../../src/server/persistence/rdb-target.js';
import { MemoryDisk } from '../../server/persistence/memory-disk.js';
import { MemoryServer } from '../../support/memory-server.js';

const many = (count: number, words: (index: number) => string[]): string[] =>
  Array.from({ length: count }, (_, index) => words(index)).flat();

const DATA: readonly (readonly string[])[] = [
  ['MSET', 'a', '1', 'b', 'x'.repeat(300), 'c', 'text', 'd', '70000'],
  ['SET', 'expiring', 'v', 'PXAT', '9000000000000'],
  ['RPUSH', 'list', 'a', '1', 'b'.repeat(30)],
  ['RPUSH', 'large list', ...many(20, (index) => [`element ${index}`])],
  ['SADD', 'intset', '1', '-5', '70000'],
  ['SADD', 'set', 'a', 'b'],
  ['SADD', 'large set', ...many(20, (index) => [`m${index}`])],
  ['HSET', 'hash', 'a', '1', 'b', 'two'],
  ['HSET', 'large hash', ...many(20, (index) => [`f${index}`, `${index}`])],
  ['ZADD', 'zset', '1.5', 'a', '2', 'b'],
  ['ZADD', 'large zset', ...many(20, (index) => [`${index / 4}`, `m${index}`])],
  ['XADD', 'stream', '1-1', 'f', 'v', 'g', '17'],
  ['XADD', 'stream', '2-1', 'other', 'v'],
  ['XGROUP', 'CREATE', 'stream', 'group', '0'],
  ['XREADGROUP', 'GROUP', 'group', 'consumer', 'COUNT', '1', 'STREAMS', 'stream', '>'],
];

async function makeFile(rdbcompression: boolean): Promise<Buffer> {
  const disk = new MemoryDisk();
  const config = new Config({
    rdbcompression,
    rdbchecksum: false,
    save: '',
    'list-max-listpack-size': 8,
    'hash-max-listpack-entries': 8,
    'set-max-listpack-entries': 8,
    'zset-max-listpack-entries': 8,
  });
  const client = new MemoryServer({ config, disk }).connect();
  for (const words of DATA) await client.call(...words);
  await client.call('SAVE');
  const [file] = disk.files.values();
  return file;
}

const keyspace = new Keyspace({ hashSeed: [1, 2] });
const collections = new DataTypes(keyspace, new EncodingLimits());

/** @returns whether it was taken */
const dumps = new RdbDumps();

function load(file: Buffer): boolean {
  keyspace.flushAll();
  const loader = new RdbFileLoader(new KeyspaceTarget(keyspace, new EncodingLimits(), null, {}), false);
  try {
    loader.take(file, 0, file.length);
  } catch (error) {
    if (error instanceof BadFormat) return false;
    throw error;
  }
  // What was taken can be read.
  for (const database of keyspace.databases) {
    database.index.forEach((ref) => {
      assert.ok(dumps.dump(collections, ref) !== null);
    });
  }
  return loader.isFinished;
}

describe('a damaged RDB file', () => {
  for (const isCompressed of [false, true]) {
    const title = isCompressed ? 'compressed' : 'not compressed';
    let file: Buffer;
    before(async () => {
      file = await makeFile(isCompressed);
      assert.ok(load(file));
    });

    for (let seed = 1; seed <= 6; seed++) {
      it(`(${title}) is loaded or refused, whatever bytes are wrong (seed ${seed})`, () => {
        const random = new Random(seed);
        for (let round = 0; round < 400; round++) {
          const damaged = Buffer.from(file);
          for (let left = 1 + random.below(3); left > 0; left--) {
            damaged[random.below(damaged.length)] = random.below(256);
          }
          try {
            load(damaged);
          } catch (error) {
            const places = [...damaged.keys()].filter((at) => damaged[at] !== file[at]);
            const bytes = places.map((at) => `${at}: ${damaged[at]}`).join(', ');
            throw new Error(`round ${round}, bytes ${bytes}: ${error}`, { cause: error });
          }
        }
      });
    }

    it(`(${title}) is refused wherever it ends too early`, () => {
      for (let length = 0; length < file.length; length++) assert.ok(!load(file.subarray(0, length)));
    });
  }
});
