/**
 * RESTORE: a payload whose checksum is right and whose contents are anything is refused, or becomes a value that every
 * command can read. The input is a payload without its version and checksum.
 */
import { crc64 } from '../../../src/persistence/rdb/crc64.js';
import type { Word } from '../../support/words.js';
import type { FuzzTarget } from '../target.js';
import { FuzzedServer } from './fuzzed-server.js';

const FOOTER_BYTES = 10;
const RDB_VERSION = 11;

const many = (count: number, make: (index: number) => string[]): string[] =>
  Array.from({ length: count }, (_, index) => make(index)).flat();

/** A value of each type in each encoding. */
const VALUES: readonly Word[][] = [
  ['SET', 'k', '123'],
  ['SET', 'k', 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa'],
  ['RPUSH', 'k', 'a', '1', '-70000', 'x'.repeat(100)],
  ['RPUSH', 'k', ...many(300, (index) => [`element ${index} ${'x'.repeat(40)}`])],
  ['HSET', 'k', 'f', 'v', 'n', '12'],
  ['HSET', 'k', ...many(600, (index) => [`f${index}`, String(index)])],
  ['SADD', 'k', '1', '2', '70000', '-9223372036854775808'],
  ['SADD', 'k', 'a', 'b', '3'],
  ['SADD', 'k', ...many(200, (index) => [`m${index}`])],
  ['ZADD', 'k', '1', 'a', '2.5', 'b', '-inf', 'c'],
  ['ZADD', 'k', ...many(200, (index) => [String(index), `m${index}`])],
  ['XADD', 'k', '1-1', 'f', 'v', 'g', 'w'],
];

/** Reads all of a value, and changes it a little. */
const USES: Readonly<Record<string, readonly Word[][]>> = {
  string: [
    ['GET', 'k'],
    ['APPEND', 'k', 'x'],
    ['BITCOUNT', 'k'],
  ],
  list: [
    ['LRANGE', 'k', 0, -1],
    ['LPOS', 'k', 'a'],
    ['LPUSH', 'k', 'x'],
    ['RPOP', 'k'],
    ['LTRIM', 'k', 1, -2],
  ],
  hash: [
    ['HGETALL', 'k'],
    ['HSET', 'k', 'f', 'v'],
    ['HDEL', 'k', 'n'],
    ['HRANDFIELD', 'k', 5],
    ['HSCAN', 'k', 0],
  ],
  set: [
    ['SMEMBERS', 'k'],
    ['SADD', 'k', 'x'],
    ['SREM', 'k', '1'],
    ['SPOP', 'k'],
    ['SSCAN', 'k', 0],
  ],
  zset: [
    ['ZRANGE', 'k', 0, -1, 'WITHSCORES'],
    ['ZADD', 'k', 3, 'b'],
    ['ZREM', 'k', 'a'],
    ['ZRANK', 'k', 'b'],
    ['ZPOPMIN', 'k'],
  ],
  stream: [
    ['XRANGE', 'k', '-', '+'],
    ['XINFO', 'STREAM', 'k', 'FULL'],
    ['XADD', 'k', '*', 'f', 'v'],
    ['XTRIM', 'k', 'MAXLEN', 1],
    ['XGROUP', 'CREATE', 'k', 'h', 0],
    ['XREADGROUP', 'GROUP', 'g', 'c', 'STREAMS', 'k', '>'],
  ],
};

export function createRestore(): FuzzTarget {
  const server = new FuzzedServer();
  return {
    name: 'restore',
    dictionary: ['\xc3', '\x81', '\x00\x00\x00\x00', '\xff\xff\xff\xff'],
    seeds: () => [...VALUES.map((words) => dumped(server, [words])), dumped(server, STREAM_WITH_GROUP)],
    run(input) {
      const restored = server.call('RESTORE', 'k', 0, withFooter(input), 'REPLACE');
      if (restored[0] === ERROR) return;
      const type = server.call('TYPE', 'k').toString('latin1').slice(1, -2);
      server.call('OBJECT', 'ENCODING', 'k');
      server.call('MEMORY', 'USAGE', 'k', 'SAMPLES', 0);
      server.call('DUMP', 'k');
      for (const words of USES[type] ?? []) server.call(...words);
      server.call('COPY', 'k', 'copy', 'REPLACE');
      server.call('DEL', 'k', 'copy');
    },
    settle: () => server.empty(),
  };
}

const ERROR = '-'.charCodeAt(0);

const STREAM_WITH_GROUP: readonly Word[][] = [
  ['XADD', 'k', '1-1', 'f', 'v'],
  ['XADD', 'k', '2-1', 'f', 'v', 'g', 'w'],
  ['XGROUP', 'CREATE', 'k', 'g', 0],
  ['XREADGROUP', 'GROUP', 'g', 'c', 'COUNT', 1, 'STREAMS', 'k', '>'],
];

function dumped(server: FuzzedServer, commands: readonly Word[][]): Buffer {
  for (const words of commands) server.call(...words);
  const reply = server.call('DUMP', 'k');
  server.call('DEL', 'k');
  const start = reply.indexOf('\n') + 1;
  return Buffer.from(reply.subarray(start, reply.length - 2 - FOOTER_BYTES));
}

function withFooter(value: Buffer): Buffer {
  const payload = Buffer.concat([value, Buffer.alloc(FOOTER_BYTES)]);
  payload.writeUInt16LE(RDB_VERSION, value.length);
  const { high, low } = crc64(payload, 0, value.length + 2);
  payload.writeUInt32LE(low, value.length + 2);
  payload.writeUInt32LE(high, value.length + 6);
  return payload;
}
