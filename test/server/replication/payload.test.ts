import assert from 'node:assert/strict';
import { Random } from '../../../src/base/random.js';
import { Keyspace } from '../../../src/engine/keyspace.js';
import { EncodingLimits } from '../../../src/engine/types/encoding-limits.js';
import { RdbFileLoader } from '../../../src/persistence/rdb/file-loader.js';
import { BadFormat } from '../../../src/persistence/rdb/reader.js';
import { Config } from '../../../src/server/config/config.js';
import { KeyspaceTarget } from '../../../src/server/persistence/rdb-target.js';
import { Payload } from '../../../src/server/replication/payload.js';
import { MemoryServer } from '../../support/memory-server.js';
import { MemoryDisk } from '../persistence/memory-disk.js';

const MARK = 'm'.repeat(40);

/** A file with small keys, a collection of many elements and a large value, which comes last or not. */
async function makeFile(): Promise<Buffer> {
  const disk = new MemoryDisk();
  const config = new Config({ rdbcompression: false, save: '' });
  const client = new MemoryServer({ config, disk }).connect();
  for (let index = 0; index < 50; index++) await client.call('SET', `key ${index}`, 'v');
  await client.call('SADD', 'set', ...Array.from({ length: 3000 }, (_, index) => `member ${index}`));
  await client.call('SET', 'large', 'x'.repeat(100_000));
  await client.call('SAVE');
  const [file] = disk.files.values();
  return file;
}

function load(line: string): { keyspace: Keyspace; payload: Payload } {
  const keyspace = new Keyspace({ hashSeed: [1, 2] });
  const target = new KeyspaceTarget(keyspace, new EncodingLimits(), null, {});
  return { keyspace, payload: new Payload(line, new RdbFileLoader(target, true)) };
}

describe("a master's snapshot", () => {
  let file: Buffer;
  before(async () => {
    file = await makeFile();
  });

  for (let seed = 1; seed <= 12; seed++) {
    it(`is taken in whatever pieces it comes in (seed ${seed})`, () => {
      const random = new Random(seed);
      const isMarked = seed % 2 === 0;
      const { keyspace, payload } = load(isMarked ? `$EOF:${MARK}` : `$${file.length}`);
      const bytes = isMarked ? Buffer.concat([file, Buffer.from(MARK)]) : file;
      let rest: Buffer | null = null;
      for (let at = 0; at < bytes.length; ) {
        assert.equal(rest, null, 'not over before its end');
        const end = at + 1 + random.below(seed < 6 ? 60_000 : 5000);
        rest = payload.take(bytes.subarray(at, end));
        at = end;
      }
      assert.equal(rest?.length, 0);
      assert.equal(keyspace.databases[0].size, 52);
    });
  }

  it('hands on what follows it', () => {
    const { payload } = load(`$${file.length}`);
    assert.equal(payload.take(Buffer.concat([file, Buffer.from('stream')]))?.toString(), 'stream');
  });

  it('is refused when it is damaged, is longer than announced, or does not end as announced', () => {
    const damaged = Buffer.from(file);
    damaged[damaged.length - 1] ^= 1;
    assert.throws(() => load(`$${file.length}`).payload.take(damaged), BadFormat);
    assert.throws(() => load(`$${file.length + 1}`).payload.take(file), BadFormat);
    const other = Buffer.concat([file, Buffer.from('n'.repeat(40))]);
    assert.throws(() => load(`$EOF:${MARK}`).payload.take(other), BadFormat);
    assert.throws(() => load('+OK'), BadFormat);
  });
});
