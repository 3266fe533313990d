import assert from 'node:assert/strict';
import { itRandomly } from '../../support/dice.js';
import { encodeRequest } from '../../support/words.js';
import { startAof } from './aof-server.js';
import { MemoryDisk } from './memory-disk.js';

const MANIFEST = '/appendonlydir/appendonly.aof.manifest';
const INCREMENT = '/appendonlydir/appendonly.aof.1.incr.aof';

/** A disk with these commands as its only increment. */
function diskWith(bytes: Buffer): MemoryDisk {
  const disk = new MemoryDisk();
  disk.files.set(MANIFEST, Buffer.from('file appendonly.aof.1.incr.aof seq 1 type i\n'));
  disk.files.set(INCREMENT, bytes);
  return disk;
}

describe('loading an append-only file', () => {
  it('takes values and commands that are larger than its window', async () => {
    const value = 'x'.repeat(3_000_000);
    const words = Array.from({ length: 100_000 }, (_, index) => `word ${index}`);
    const disk = diskWith(
      Buffer.concat([
        encodeRequest(['SET', 'large', value]),
        encodeRequest(['RPUSH', 'long', ...words]),
        encodeRequest(['SET', 'last', '1']),
      ]),
    );
    const { client, startError } = startAof({}, disk);
    assert.equal(startError, null);
    assert.equal(await client.call('STRLEN', 'large'), value.length);
    assert.equal(await client.call('LLEN', 'long'), words.length);
    assert.equal(await client.call('GET', 'last'), '1');
  });

  it('takes transactions as one, and what a command refuses as it was', async () => {
    const disk = diskWith(
      Buffer.concat(
        [['MULTI'], ['SET', 'a', '1'], ['LPUSH', 'a', 'x'], ['INCR', 'a'], ['EXEC'], ['GET', 'a']].map(
          encodeRequest,
        ),
      ),
    );
    const { client, startError } = startAof({}, disk);
    assert.equal(startError, null);
    assert.equal(await client.call('GET', 'a'), '2');
    assert.match(String(await client.call('INFO', 'persistence')), /rdb_changes_since_last_save:0\r/);
  });

  it('takes the LIMIT that redis-server leaves where trimming was approximate', async () => {
    const disk = diskWith(
      Buffer.concat(
        ['XADD x 1-1 f v', 'XADD x MAXLEN = 1 LIMIT 5 2-1 f v', 'XTRIM x MINID = 1-1 LIMIT 5'].map(
          (command) => encodeRequest(command.split(' ')),
        ),
      ),
    );
    const { client, startError } = startAof({}, disk);
    assert.equal(startError, null);
    assert.equal(Number(await client.call('XLEN', 'x')), 1);
  });

  it('waits for nobody: what blocks finds nothing', () => {
    const disk = diskWith(
      Buffer.concat(
        [
          ['BLPOP', 'none', '0'],
          ['SET', 'a', '1'],
        ].map(encodeRequest),
      ),
    );
    const { startError, memory } = startAof({}, disk);
    assert.equal(startError, null);
    assert.equal(memory.server.keyspace.databases[0].size, 1);
  });

  itRandomly('either loads a file that was tampered with, or says why not', async (dice) => {
    const { disk: source, client, memory } = startAof({ 'aof-use-rdb-preamble': true });
    await client.call('SET', 'a', 'value');
    await client.call('RPUSH', 'list', 'x', 'y', 'z');
    await client.call('XADD', 'stream', '1-1', 'f', 'v');
    await client.call('BGREWRITEAOF');
    await client.call('HSET', 'hash', 'f', 'v');
    memory.tick();
    client.send('MULTI\r\nSET b 1\r\nZADD z 1 m\r\nEXEC\r\n');
    for (let left = 4; left > 0; left--) await client.reply();
    const paths = [...source.files.keys()];
    let refused = 0;
    for (let round = 0; round < 40; round++) {
      const disk = new MemoryDisk();
      for (const path of paths) disk.files.set(path, Buffer.from(source.files.get(path)!));
      const path = dice.pick(paths);
      const bytes = disk.files.get(path)!;
      const at = dice.between(0, bytes.length - 1);
      if (dice.oneIn(3)) disk.files.set(path, bytes.subarray(0, at));
      else bytes[at] = dice.between(0, 255);
      const again = startAof({}, disk);
      if (again.startError !== null) refused++;
      else assert.equal(await again.client.call('PING'), 'PONG');
    }
    assert.ok(refused > 0, 'some of them were refused');
  });
});
