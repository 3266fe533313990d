/** A machine that has no memory left: the arena asks for a chunk and gets none. Redis would end; this answers -OOM. */
import assert from 'node:assert/strict';
import { type ClockedServer, startClocked } from '../support/clocked-server.js';
import { FRONTENDS } from '../support/running-server.js';
import type { SocketClient } from '../support/socket-client.js';
import { encodeRequest } from '../support/words.js';

/** Smaller ones are the heap's. */
const CHUNK_BYTES_MIN = 4 * 1024 * 1024;
const REFUSED = '-OOM no memory could be allocated.\r\n';
const MEBIBYTE = 1024 * 1024;

/** While `act` runs, large ArrayBuffers are refused as V8 refuses them. */
async function withoutMemory(act: () => Promise<void>): Promise<void> {
  const original = globalThis.ArrayBuffer;
  globalThis.ArrayBuffer = new Proxy(original, {
    construct(target, [bytes, ...rest], newTarget) {
      if (bytes >= CHUNK_BYTES_MIN) throw new RangeError('Array buffer allocation failed');
      return Reflect.construct(target, [bytes, ...rest], newTarget);
    },
  });
  try {
    await act();
  } finally {
    globalThis.ArrayBuffer = original;
  }
}

for (const frontend of FRONTENDS) {
  describe(`Without memory, over ${frontend}`, function () {
    this.timeout(60_000);
    let served: ClockedServer;
    let client: SocketClient;
    let other: SocketClient;
    beforeEach(async () => {
      served = await startClocked(frontend);
      client = await served.connect();
      other = await served.connect();
      await other.call('SET', 'before', 'x');
    });
    afterEach(() => served.stop());

    it('a value that finds no room is refused, and the key holds what it held', async () => {
      await client.call('SET', 'key', 'old');
      await withoutMemory(async () => {
        await client.wire(['SET', 'key', 'x'.repeat(20 * MEBIBYTE)], REFUSED);
        await client.wire('GET key', '$3\r\nold\r\n');
        await client.wire(['APPEND', 'key', 'x'.repeat(20 * MEBIBYTE)], REFUSED);
        await client.wire('SETRANGE key 20000000 x', REFUSED);
        await other.wire('GET before', '$1\r\nx\r\n');
      });
      await client.wire(['SET', 'key', 'x'.repeat(20 * MEBIBYTE)], '+OK\r\n');
      assert.equal(served.server.internalErrors, 0);
    });

    it('small values are refused when the last chunk is full; reading, deleting and others go on', async () => {
      const value = 'y'.repeat(1000);
      let stored = 0;
      await withoutMemory(async () => {
        for (let isFull = false; !isFull; ) {
          const first = stored;
          const batch = Array.from({ length: 1000 }, (_, index) =>
            encodeRequest(['SET', `key:${first + index}`, value]),
          );
          client.send(Buffer.concat(batch));
          for (let index = 0; index < batch.length; index++) {
            const reply = (await client.reply()).toString();
            if (reply === '+OK\r\n' && !isFull) stored++;
            else isFull = true;
            if (isFull) assert.match(reply, /^(-OOM no memory|\+OK)/);
          }
        }
        assert.ok(stored > 1000, `${stored} were stored`);
        await other.wire('GET before', '$1\r\nx\r\n');
        await other.wire('GET key:0', `$1000\r\n${value}\r\n`);
        await other.wire('DEL key:0 key:1', ':2\r\n');
        await client.wire('PING', '+PONG\r\n');
      });
      await client.wire('SET again x', '+OK\r\n');
      for (let index = 2; index < stored; index += 97) {
        assert.equal(await other.call('GET', `key:${index}`), value, `key:${index}`);
      }
      let scanned = 0;
      let cursor = '0';
      do {
        const [next, keys] = (await other.call('SCAN', cursor, 'COUNT', 1000)) as [string, string[]];
        cursor = next;
        scanned += keys.length;
      } while (cursor !== '0');
      assert.equal(await other.call('DBSIZE'), scanned, 'DBSIZE and SCAN agree');
      assert.equal(served.server.internalErrors, 0);
    });

    it('a transaction and a script get the error as the reply of what needed memory', async () => {
      await withoutMemory(async () => {
        await client.wire('MULTI', '+OK\r\n');
        await client.wire('SETRANGE key 20000000 x', '+QUEUED\r\n');
        await client.wire('PING', '+QUEUED\r\n');
        await client.wire('EXEC', `*2\r\n${REFUSED}+PONG\r\n`);
        const script = "return redis.pcall('SETRANGE', KEYS[1], 20000000, 'x')";
        await client.wire(['EVAL', script, 1, 'key'], REFUSED);
        await client.wire('EXISTS key', ':0\r\n');
        await other.wire('PING', '+PONG\r\n');
      });
      assert.equal(served.server.internalErrors, 0);
    });

    it('`maxmemory` refuses what needs memory, with Redis’ words, and serves the rest', async () => {
      await client.call('CONFIG', 'SET', 'maxmemory', '1');
      await client.wire('SET key x', "-OOM command not allowed when used memory > 'maxmemory'.\r\n");
      await other.wire('GET before', '$1\r\nx\r\n');
      await client.call('CONFIG', 'SET', 'maxmemory', '0');
      await client.wire('SET key x', '+OK\r\n');
    });
  });
}
