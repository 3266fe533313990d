/** A bug of ours outside of any command, while replies wait for the append-only file. */
import assert from 'node:assert/strict';
import { encodeRequest } from '../../support/words.js';
import { startAof } from './aof-server.js';
import { MemoryDisk } from './memory-disk.js';

describe('a batch that a bug ends, under appendfsync always', () => {
  it('has its changes on the disk, and its client the replies to them before the error', async () => {
    const broken: string[] = [];
    const internalError = (_error: unknown, where: string): void => void broken.push(where);
    const { memory, disk, client } = startAof({}, new MemoryDisk(), { internalError });
    const { table } = memory.server;
    const resolve = table.resolve.bind(table);
    table.resolve = (argv) => {
      if (argv.is(0, 'NOWHERE')) throw new Error('a planted bug');
      return resolve(argv);
    };
    client.send(Buffer.concat([['SET', 'key', 'value'], ['NOWHERE'], ['PING']].map(encodeRequest)));
    memory.tick();
    assert.equal((await client.reply()).toString(), '+OK\r\n');
    assert.equal((await client.reply()).toString(), '-ERR internal error\r\n');
    await client.end();
    assert.equal(client.unread, 0);
    assert.equal(broken.length, 1);
    const again = startAof({}, disk);
    assert.equal(await again.client.call('GET', 'key'), 'value');
  });
});
