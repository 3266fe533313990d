/** What a simulated client asks for: few keys, so that clients meet, mostly of the type that the command wants. */
import type { Dice } from '../support/dice.js';
import type { Resp } from './model/replies.js';

const KEYS_PER_TYPE = 12;
const CHANNELS = ['news', 'weather', 'sport'];
const LIFETIMES_MS = [1, 2, 50, 1000, 5000, 60_000];
const WAITS_SECONDS = ['0', '0.25', '0.5', '2', '30'];

type Make = (dice: Dice) => string[];

const key = (dice: Dice, type: string): string => {
  // One in twelve is of some other type: an error, or nothing.
  const name = dice.oneIn(12) ? dice.pick(['string', 'list', 'hash', 'set', 'zset']) : type;
  return `${name}:${dice.between(1, KEYS_PER_TYPE)}`;
};
const anyKey = (dice: Dice): string => key(dice, dice.pick(['string', 'list', 'hash', 'set', 'zset']));
const text = (dice: Dice): string => {
  if (dice.oneIn(3)) return String(dice.between(-1000, 1000));
  if (dice.oneIn(60)) return 'long '.repeat(dice.between(1000, 8000));
  return dice.bytes(dice.between(0, 20)).toString('latin1');
};
const name = (dice: Dice): string => `m${dice.between(1, 20)}`;
const some = (dice: Dice, make: (dice: Dice) => string): string[] =>
  Array.from({ length: dice.between(1, 4) }, () => make(dice));
const index = (dice: Dice): string => String(dice.between(0, 3));
const stop = (dice: Dice): string => (dice.oneIn(2) ? '-1' : String(dice.between(0, 10)));
const lifetime = (dice: Dice): string => String(dice.pick(LIFETIMES_MS));

const DATA: readonly Make[] = [
  () => ['PING'],
  (dice) => ['ECHO', text(dice)],
  (dice) => ['SET', key(dice, 'string'), text(dice)],
  (dice) => ['SET', key(dice, 'string'), text(dice), 'PX', lifetime(dice)],
  (dice) => ['SET', key(dice, 'string'), text(dice), 'NX'],
  (dice) => ['GET', key(dice, 'string')],
  (dice) => ['GET', key(dice, 'string')],
  (dice) => ['GETDEL', key(dice, 'string')],
  (dice) => ['APPEND', key(dice, 'string'), text(dice).slice(0, 20)],
  (dice) => ['STRLEN', key(dice, 'string')],
  (dice) => ['INCR', key(dice, 'string')],
  (dice) => ['DEL', ...some(dice, anyKey)],
  (dice) => ['EXISTS', ...some(dice, anyKey)],
  (dice) => ['TYPE', anyKey(dice)],
  (dice) => ['PEXPIRE', anyKey(dice), lifetime(dice)],
  (dice) => ['PERSIST', anyKey(dice)],
  (dice) => ['PTTL', anyKey(dice)],
  (dice) => ['LPUSH', key(dice, 'list'), ...some(dice, text)],
  (dice) => ['RPUSH', key(dice, 'list'), ...some(dice, text)],
  (dice) => ['LPOP', key(dice, 'list')],
  (dice) => ['RPOP', key(dice, 'list')],
  (dice) => ['LLEN', key(dice, 'list')],
  (dice) => ['LRANGE', key(dice, 'list'), index(dice), stop(dice)],
  (dice) => ['LINDEX', key(dice, 'list'), String(dice.between(-4, 4))],
  (dice) => ['HSET', key(dice, 'hash'), ...some(dice, name).flatMap((field) => [field, text(dice)])],
  (dice) => ['HGET', key(dice, 'hash'), name(dice)],
  (dice) => ['HMGET', key(dice, 'hash'), ...some(dice, name)],
  (dice) => ['HDEL', key(dice, 'hash'), ...some(dice, name)],
  (dice) => ['HLEN', key(dice, 'hash')],
  (dice) => ['HINCRBY', key(dice, 'hash'), name(dice), String(dice.between(-10, 10))],
  (dice) => ['SADD', key(dice, 'set'), ...some(dice, name)],
  (dice) => ['SREM', key(dice, 'set'), ...some(dice, name)],
  (dice) => ['SCARD', key(dice, 'set')],
  (dice) => ['SISMEMBER', key(dice, 'set'), name(dice)],
  (dice) => ['ZADD', key(dice, 'zset'), String(dice.between(-5, 5)), name(dice)],
  (dice) => ['ZREM', key(dice, 'zset'), ...some(dice, name)],
  (dice) => ['ZSCORE', key(dice, 'zset'), name(dice)],
  (dice) => ['ZRANGE', key(dice, 'zset'), index(dice), stop(dice)],
  (dice) => ['PUBLISH', dice.pick(CHANNELS), text(dice)],
  (dice) => [
    dice.pick(['BLPOP', 'BRPOP']),
    ...some(dice, (thrown) => key(thrown, 'list')),
    dice.pick(WAITS_SECONDS),
  ],
];

const subscription = (dice: Dice): string[] => {
  if (dice.oneIn(3)) return ['PING'];
  return [dice.pick(['SUBSCRIBE', 'SUBSCRIBE', 'UNSUBSCRIBE']), dice.pick(CHANNELS)];
};

/** What one client says next, some requests at a time. */
export class Script {
  readonly #dice: Dice;
  readonly #resp: Resp;
  /** It listens, among other things or, in RESP2, and nothing else. */
  readonly #isListener: boolean;

  constructor(dice: Dice, resp: Resp) {
    this.#dice = dice;
    this.#resp = resp;
    this.#isListener = dice.oneIn(5);
  }

  next(): string[][] {
    const dice = this.#dice;
    if (this.#isListener && (this.#resp === 2 || dice.oneIn(4))) return [subscription(dice)];
    if (dice.oneIn(6)) return this.#transaction();
    return Array.from({ length: dice.oneIn(10) ? dice.between(5, 60) : dice.between(1, 3) }, () =>
      dice.pick(DATA)(dice),
    );
  }

  #transaction(): string[][] {
    const dice = this.#dice;
    const requests: string[][] = [];
    if (dice.oneIn(2)) requests.push(['WATCH', ...some(dice, anyKey)]);
    if (dice.oneIn(3)) requests.push(dice.pick(DATA)(dice));
    requests.push(['MULTI']);
    for (let count = dice.between(0, 6); count > 0; count--) requests.push(dice.pick(DATA)(dice));
    if (dice.oneIn(20)) requests.push(['MULTI']);
    requests.push([dice.oneIn(8) ? 'DISCARD' : 'EXEC']);
    if (dice.oneIn(10)) requests.push([dice.pick(['UNWATCH', 'EXEC', 'DISCARD'])]);
    return requests;
  }
}
