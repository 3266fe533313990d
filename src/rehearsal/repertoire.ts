/**
 * What is rehearsed: the commands that most applications use, on data of the sizes that most of them have, one at a time and in
 * pipelines. Written once, as bytes: playing costs the client's side as little as possible.
 */
import { assert } from '../base/assert.js';
import { type AddressSource, NativeBuffer } from '../native/native-buffer.js';

/** The nth request of its kind. */
type Line = (index: number) => string[];

interface Scene {
  readonly lines: readonly Line[];
  readonly requestsPerBatch: number;
  readonly batchCount: number;
}

/** Different requests of one scene; what comes after begins again. */
const REQUESTS = 1024;
const PIPELINED = 16;
/** Of all its requests. */
const SCENE_BYTES = 2 ** 20;

const VALUE = 'v'.repeat(32);
const LONG_VALUE = 'v'.repeat(600);

/** One of `count` names; steps are odd, so that all are met. */
const one = (name: string, index: number, count: number): string => `${name}:${index % count}`;

const STRINGS: readonly Line[] = [
  (index) => ['SET', one('key', index, 500), VALUE],
  (index) => ['GET', one('key', index, 500)],
  (index) => ['SET', one('key', index * 7, 500), `${index}`, 'PX', `${1 + (index % 50)}`],
  (index) => ['GET', one('key', index * 3, 600)],
  (index) => ['SET', one('session', index * 5, 500), index % 8 === 0 ? LONG_VALUE : VALUE, 'EX', '100'],
  (index) => ['INCR', one('counter', index, 50)],
  (index) => ['EXISTS', one('key', index * 11, 600)],
  (index) => ['DEL', one('key', index * 13, 500)],
  (index) => ['GET', one('session', index * 5, 500)],
  (index) => ['EXPIRE', one('session', index, 500), '10'],
  (index) => ['TTL', one('session', index, 500)],
  () => ['PING'],
  (index) => ['MSET', one('a', index, 100), 'one', one('b', index, 100), 'two'],
  (index) => ['MGET', one('a', index, 100), one('b', index, 100), one('c', index, 100)],
];

const HASHES: readonly Line[] = [
  (index) => ['HSET', one('hash', index, 5), one('field', index, 300), VALUE],
  (index) => ['HSET', one('user', index, 200), 'name', 'somebody', 'visits', `${index}`],
  (index) => ['HGET', one('hash', index, 5), one('field', index, 300)],
  (index) => ['HGET', one('user', index, 200), 'name'],
  (index) => ['HGETALL', one('user', index, 200)],
  (index) => ['HMGET', one('user', index, 200), 'name', 'visits', 'town'],
  (index) => ['HINCRBY', one('user', index, 200), 'visits', '1'],
  (index) => ['HDEL', one('hash', index * 3, 5), one('field', index * 3, 300)],
  (index) => ['HEXISTS', one('user', index, 200), 'town'],
];

const LISTS: readonly Line[] = [
  (index) => ['LPUSH', one('list', index, 20), VALUE],
  (index) => ['RPUSH', one('list', index, 20), `${index}`, VALUE],
  (index) => ['LPOP', one('list', index * 3, 20)],
  (index) => ['RPOP', one('list', index * 7, 20)],
  (index) => ['LRANGE', one('list', index, 20), '0', '10'],
  (index) => ['LLEN', one('list', index, 20)],
  (index) => ['RPUSH', 'queue', `job ${index}`],
  () => ['LPOP', 'queue'],
];

const SETS: readonly Line[] = [
  (index) => ['SADD', one('set', index, 5), one('member', index, 300)],
  (index) => ['SISMEMBER', one('set', index, 5), one('member', index, 300)],
  (index) => ['SREM', one('set', index * 3, 5), one('member', index * 3, 300)],
  (index) => ['SADD', one('few', index, 20), `${index % 10}`, `m${index % 7}`],
  (index) => ['SMEMBERS', one('few', index, 20)],
  (index) => ['SCARD', one('set', index, 5)],
];

const SORTED_SETS: readonly Line[] = [
  (index) => ['ZADD', one('zset', index, 5), `${(index * 7919) % 1000}`, one('member', index, 300)],
  (index) => ['ZADD', one('board', index, 100), `${index}`, `m${index % 10}`],
  (index) => ['ZSCORE', one('zset', index, 5), one('member', index, 300)],
  (index) => ['ZINCRBY', one('zset', index, 5), '1', one('member', index, 300)],
  (index) => ['ZRANGE', one('board', index, 100), '0', '9', 'WITHSCORES'],
  (index) => ['ZRANGEBYSCORE', one('zset', index, 5), '100', '200', 'LIMIT', '0', '5'],
  (index) => ['ZREM', one('zset', index * 3, 5), one('member', index * 3, 300)],
];

const STREAMS: readonly Line[] = [
  (index) => ['XADD', one('stream', index, 20), 'MAXLEN', '~', '200', '*', 'name', VALUE],
  (index) => ['XLEN', one('stream', index, 20)],
  (index) => ['XRANGE', one('stream', index, 20), '-', '+', 'COUNT', '5'],
  (index) => ['XREAD', 'COUNT', '5', 'STREAMS', one('stream', index, 20), '0'],
];

/** What clients begin with, and what they say now and then: a batch is all of it, in this order. */
const MANNERS: readonly Line[] = [
  () => ['HELLO', '3', 'SETNAME', 'client'],
  () => ['CLIENT', 'SETINFO', 'LIB-NAME', 'library'],
  () => ['CLIENT', 'ID'],
  () => ['INFO'],
  () => ['SELECT', '0'],
  () => ['HELLO', '2'],
  () => ['CONFIG', 'GET', 'maxmemory'],
  (index) => ['TYPE', one('user', index, 200)],
  (index) => ['SCAN', `${index % 8}`, 'COUNT', '20'],
  () => ['MULTI'],
  (index) => ['INCR', one('counter', index, 50)],
  (index) => ['ZADD', one('board', index, 100), `${index}`, 'member'],
  () => ['EXEC'],
  () => ['PUBLISH', 'channel', 'message'],
  (index) => ['SORT', one('few', index, 20), 'ALPHA'],
  () => ['DBSIZE'],
];

/** Data that grow beyond one segment of an index, are dropped at once, or expire by themselves: all of it goes in small steps. */
const GROWTH: readonly Line[] = [
  (index) => ['SADD', 'large', ...names('member', index, 40)],
  (index) => ['MSET', ...names('many', index, 20).flatMap((name) => [name, VALUE])],
  (index) => ['SET', `brief:${index}`, VALUE, 'PX', `${20 + (index % 200)}`],
  (index) => ['SET', `brief:${index + 2000}`, VALUE, 'PX', `${20 + (index % 200)}`],
  (index) => ['GET', `brief:${index}`],
  (index) => [index % 512 === 509 ? 'UNLINK' : 'EXISTS', 'large', ...names('many', index, 40)],
];

/** What goes, more of it: giving back is work of its own, and whose compilation would hold up who drops millions. */
const RELEASE: readonly Line[] = [
  (index) => ['SADD', 'large', ...names('member', index, 40)],
  (index) => ['SET', `brief:${index}`, VALUE, 'PX', `${1 + (index % 20)}`],
  (index) => ['SADD', 'large', ...names('member', index, 40)],
  (index) => [index % 128 === 127 ? 'UNLINK' : 'EXISTS', 'large'],
];

function names(name: string, index: number, count: number): string[] {
  return Array.from({ length: count }, (_, offset) => `${name}:${index * count + offset}`);
}

/** How often: V8 compiles what has run 67,584 bytes of bytecode, four times over for most functions (its --interrupt-budget). */
const SCENES: readonly Scene[] = [
  { lines: STRINGS, requestsPerBatch: 1, batchCount: 6000 },
  { lines: GROWTH, requestsPerBatch: 2, batchCount: 2000 },
  { lines: RELEASE, requestsPerBatch: 4, batchCount: 2000 },
  { lines: STRINGS, requestsPerBatch: PIPELINED, batchCount: 1200 },
  ...[HASHES, LISTS, SETS, SORTED_SETS, STREAMS].flatMap((lines) => [
    { lines, requestsPerBatch: 1, batchCount: 200 },
    { lines, requestsPerBatch: PIPELINED, batchCount: 800 },
  ]),
  { lines: MANNERS, requestsPerBatch: MANNERS.length, batchCount: 100 },
  // Once more, because what came between has shown V8 more than it had seen when it compiled the way there and back.
  { lines: STRINGS, requestsPerBatch: PIPELINED, batchCount: 600 },
  { lines: STRINGS, requestsPerBatch: 1, batchCount: 8000 },
];

/** One batch after the other, each in memory that the kernel may read. */
export interface Batches {
  readonly address: number;
  readonly byteLength: number;
  /** Clients are to leave and others to come: something else begins. */
  readonly isFirst: boolean;
  /** Goes on to the next. @returns false: there is none */
  next(): boolean;
}

export function repertoire(source: AddressSource): Batches {
  return new Playbill(source, SCENES);
}

class Playbill implements Batches {
  address = 0;
  byteLength = 0;
  isFirst = false;
  readonly #scenes: Iterator<Scene>;
  #scene: Scene | null = null;
  #batch = 0;
  /** The scene's requests, one behind the other, and where each begins. */
  readonly #text: NativeBuffer;
  #starts: number[] = [];

  constructor(source: AddressSource, scenes: readonly Scene[]) {
    this.#scenes = scenes[Symbol.iterator]();
    this.#text = new NativeBuffer(source, SCENE_BYTES);
  }

  next(): boolean {
    if (this.#scene === null || this.#batch === this.#scene.batchCount) {
      const { value, done } = this.#scenes.next();
      if (done === true) return false;
      this.#begin(value);
    }
    const { requestsPerBatch } = this.#scene as Scene;
    this.isFirst = this.#batch === 0;
    const first = (this.#batch++ * requestsPerBatch) % REQUESTS;
    while (this.#starts.length <= first + requestsPerBatch) this.#write(this.#starts.length - 1);
    this.address = this.#text.address + this.#starts[first];
    this.byteLength = this.#starts[first + requestsPerBatch] - this.#starts[first];
    return true;
  }

  #begin(scene: Scene): void {
    this.#scene = scene;
    this.#batch = 0;
    this.#starts = [0];
  }

  /** In the first round, so that no slice has to write them all. */
  #write(index: number): void {
    const { lines } = this.#scene as Scene;
    const words = lines[index % lines.length](index);
    let text = `*${words.length}\r\n`;
    for (const word of words) text += `$${word.length}\r\n${word}\r\n`;
    const start = this.#starts[index];
    assert(start + text.length <= SCENE_BYTES, 'a scene has room');
    this.#starts.push(start + this.#text.bytes.write(text, start, 'latin1'));
  }
}
