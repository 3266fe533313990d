/**
 * What one client does by itself: a few commands of one type on a key of the errand's own, whose replies are
 * all known, and a time to live for what it leaves behind. A batch is the whole errand. The time to live is the last it
 * says: to a server that is late it may be over by then.
 */
import type { Random } from '../../src/base/random.js';
import type { Batch } from './batch.js';
import { array, bulk, bulks, integer, NIL, OK, PONG, QUEUED } from './replies.js';

export interface ErrandContext {
  readonly batch: Batch;
  readonly random: Random;
  /** Of this errand alone. */
  readonly key: string;
  /** When what it leaves behind must be gone, in wall-clock ms. */
  readonly expiresAtMs: number;
}

export type Errand = (context: ErrandContext) => void;

/** Every so manieth collection is a large one, with the encoding for those. */
const LARGE_INTERVAL = 20;
const SMALL_COUNT = 5;
const LARGE_COUNT = 600;
const LARGE_VALUE_BYTES = 64 * 1024;

/** The first ones are the more frequent; `errandAt` draws among all. */
const ERRANDS: readonly Errand[] = [
  text,
  counter,
  hash,
  list,
  set,
  sortedSet,
  stream,
  transaction,
  script,
  bits,
  largeValue,
  probabilistic,
  places,
  names,
  ping,
];

/** The commonest errand is some four times as frequent as the rarest. */
export function randomErrand(random: Random): Errand {
  const share = random.float();
  return ERRANDS[Math.floor(((share + share * share) / 2) * ERRANDS.length)];
}

function expire({ batch, key, expiresAtMs }: ErrandContext): void {
  batch.call(integer(1), 'PEXPIREAT', key, expiresAtMs);
}

function countOf(random: Random): number {
  return random.below(LARGE_INTERVAL) === 0 ? LARGE_COUNT : 1 + random.below(SMALL_COUNT);
}

function numbers(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index);
}

function text({ batch, random, key, expiresAtMs }: ErrandContext): void {
  const value = 'abcdefghij'.repeat(1 + random.below(40));
  batch.call(OK, 'SET', key, value);
  batch.call(integer(value.length + 3), 'APPEND', key, 'end');
  batch.call(bulk('bcd'), 'GETRANGE', key, 1, 3);
  batch.call(bulk(`${value}end`), 'GET', key);
  batch.call(NIL, 'SET', key, 'other', 'NX');
  batch.call(bulk(`${value}end`), 'SET', key, 'last', 'GET', 'PXAT', expiresAtMs);
}

function counter(context: ErrandContext): void {
  const { batch, random, key } = context;
  const step = random.below(1_000_000);
  batch.call(integer(1), 'INCR', key);
  batch.call(integer(1 + step), 'INCRBY', key, step);
  batch.call(integer(step), 'DECR', key);
  batch.call(bulk(String(step)), 'GET', key);
  expire(context);
}

function hash(context: ErrandContext): void {
  const { batch, random, key } = context;
  const count = countOf(random);
  const pairs = numbers(count).flatMap((index) => [`field:${index}`, `value:${index}`]);
  batch.call(integer(count), 'HSET', key, ...pairs);
  if (count <= SMALL_COUNT) batch.call(bulks(pairs), 'HGETALL', key);
  batch.call(bulk('value:0'), 'HGET', key, 'field:0');
  batch.call(integer(7), 'HINCRBY', key, 'visits', 7);
  batch.call(integer(1), 'HDEL', key, 'field:0');
  batch.call(integer(count), 'HLEN', key);
  expire(context);
}

function list(context: ErrandContext): void {
  const { batch, random, key } = context;
  const items = numbers(countOf(random)).map((index) => `item:${index}`);
  batch.call(integer(items.length), 'RPUSH', key, ...items);
  batch.call(integer(items.length + 1), 'LPUSH', key, 'first');
  batch.call(bulk('first'), 'LPOP', key);
  batch.call(bulks(items), 'LRANGE', key, 0, -1);
  batch.call(bulk(items[items.length - 1]), 'LINDEX', key, -1);
  expire(context);
}

function set(context: ErrandContext): void {
  const { batch, random, key } = context;
  const members = numbers(countOf(random));
  batch.call(integer(members.length), 'SADD', key, ...members);
  // Small ones are of numbers in order.
  if (members.length <= SMALL_COUNT) batch.call(bulks(members.map(String)), 'SMEMBERS', key);
  batch.call(integer(1), 'SISMEMBER', key, 0);
  batch.call(integer(1), 'SADD', key, 'word');
  batch.call(integer(1), 'SREM', key, 0);
  batch.call(integer(members.length), 'SCARD', key);
  expire(context);
}

function sortedSet(context: ErrandContext): void {
  const { batch, random, key } = context;
  const scores = numbers(countOf(random));
  const member = (score: number): string => `m:${score}`;
  batch.call(integer(scores.length), 'ZADD', key, ...scores.flatMap((score) => [score, member(score)]));
  const ranking = scores.flatMap((score) => [member(score), String(score)]);
  batch.call(bulks(ranking), 'ZRANGE', key, 0, -1, 'WITHSCORES');
  batch.call(bulk('1000'), 'ZINCRBY', key, 1000, member(0));
  batch.call(integer(scores.length - 1), 'ZRANK', key, member(0));
  batch.call(integer(1), 'ZADD', key, -1, 'least');
  batch.call(bulks(['least', '-1']), 'ZPOPMIN', key);
  expire(context);
}

function stream(context: ErrandContext): void {
  const { batch, key } = context;
  const entry = (id: string, value: string): string => array(bulk(id), bulks(['field', value]));
  batch.call(bulk('1-1'), 'XADD', key, '1-1', 'field', 'one');
  batch.call(bulk('2-1'), 'XADD', key, 'MAXLEN', '~', 1000, '2-1', 'field', 'two');
  batch.call(array(entry('1-1', 'one'), entry('2-1', 'two')), 'XRANGE', key, '-', '+');
  batch.call(OK, 'XGROUP', 'CREATE', key, 'group', 0);
  batch.call(
    array(array(bulk(key), array(entry('1-1', 'one')))),
    ...['XREADGROUP', 'GROUP', 'group', 'consumer', 'COUNT', 1, 'STREAMS', key, '>'],
  );
  batch.call(integer(1), 'XACK', key, 'group', '1-1');
  batch.call(integer(2), 'XLEN', key);
  expire(context);
}

function transaction({ batch, key, expiresAtMs }: ErrandContext): void {
  batch.call(OK, 'WATCH', key);
  batch.call(OK, 'MULTI');
  batch.call(QUEUED, 'SET', key, 'in a transaction');
  batch.call(QUEUED, 'STRLEN', key);
  batch.call(QUEUED, 'PEXPIREAT', key, expiresAtMs);
  batch.call(array(OK, integer(16), integer(1)), 'EXEC');
}

function script(context: ErrandContext): void {
  const { batch, random, key } = context;
  const value = random.below(1000);
  const body = "return {redis.call('INCRBY', KEYS[1], ARGV[1]), KEYS[1]}";
  batch.call(array(integer(value), bulk(key)), 'EVAL', body, 1, key, value);
  expire(context);
}

function bits(context: ErrandContext): void {
  const { batch, random, key } = context;
  const offset = random.below(10_000);
  batch.call(integer(0), 'SETBIT', key, offset, 1);
  batch.call(integer(1), 'GETBIT', key, offset);
  batch.call(integer(1), 'BITCOUNT', key);
  batch.call(integer(offset), 'BITPOS', key, 1);
  expire(context);
}

function largeValue(context: ErrandContext): void {
  const { batch, random, key } = context;
  const value = 'x'.repeat(1 + random.below(LARGE_VALUE_BYTES));
  batch.call(OK, 'SET', key, value);
  batch.call(bulk(value), 'GET', key);
  expire(context);
}

function probabilistic(context: ErrandContext): void {
  const { batch, key } = context;
  batch.call(integer(1), 'PFADD', key, 'element');
  batch.call(integer(0), 'PFADD', key, 'element');
  batch.call(integer(1), 'PFCOUNT', key);
  expire(context);
}

/** Source of the coordinates and the distance: redis.io/commands/geodist. */
function places(context: ErrandContext): void {
  const { batch, key } = context;
  const points = ['13.361389', '38.115556', 'Palermo', '15.087269', '37.502669', 'Catania'];
  batch.call(integer(2), 'GEOADD', key, ...points);
  batch.call(bulk('166274.1516'), 'GEODIST', key, 'Palermo', 'Catania');
  expire(context);
}

function names(context: ErrandContext): void {
  const { batch, key } = context;
  batch.call(integer(1), 'SETNX', `${key}:a`, '12');
  batch.call(bulk('int'), 'OBJECT', 'ENCODING', `${key}:a`);
  batch.call(integer(1), 'COPY', `${key}:a`, `${key}:b`);
  batch.call(OK, 'RENAME', `${key}:a`, key);
  batch.call(integer(0), 'EXISTS', `${key}:a`);
  batch.call(integer(1), 'UNLINK', `${key}:b`);
  batch.call('+string\r\n', 'TYPE', key);
  expire(context);
}

function ping(context: ErrandContext): void {
  const { batch, key, expiresAtMs } = context;
  batch.call(PONG, 'PING');
  batch.call(bulk('hello'), 'ECHO', 'hello');
  batch.call(OK, 'SET', key, 'ping', 'PXAT', expiresAtMs);
}
