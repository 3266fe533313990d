/**
 * Streams and their groups: some wait for entries, in groups or on their own, while others add and claim them, and while
 * keys, groups and consumers come and go. Ids are never the clock's.
 *
 * Who waits, waits for one key: where several become ready at once 7.2, which runs the request again, tells of all of them.
 * No transaction adds an entry and takes it away: 7.0 wakes who waits, for no entry. And consumers are there before they claim: 7.2 creates
 * one that gets nothing, 7.0 doesn't.
 */
import { parseReply, type ReplyNode } from '../../../support/reply-node.js';
import {
  all,
  either,
  maybe,
  type Piece,
  type Request,
  type Shape,
  shape,
  times,
  word,
} from '../../grammar.js';
import { withoutIdleTimes, withoutTimes } from '../../stream-times.js';
import { isEnd } from '../line.js';
import { type Frames, type Scene, SHORT_BLOCK, sameFrames } from '../scene.js';
import { HANG_UP } from '../stage.js';
import { database, swap } from './pieces.js';

const WAITING_LINES = 3;

const key = word('s1', 's2', 's3');
const group = word('g1', 'g2');
const consumer = word('alice', 'bob', 'carol');
const id: Piece = (dice) => [`${dice.between(1, 30)}-${dice.between(0, 2)}`];
const newId = either(id, word('10-*', '20-*', '30-*', '30-*', '30-*'));
const start = either('0', '$', id);
const entriesRead = maybe(5, 'ENTRIESREAD', word('0', '1', '3', '-1'));
const idleMin = word('0', '0', '0', '100000000');
const few = word('1', '2');
const block = all('BLOCK', word('0', '0', '0', '100000', SHORT_BLOCK));

/** @param of where key, group and consumer stand in the request */
function ofConsumer(of: (request: Request) => Request, ...parts: Parameters<typeof shape>): Shape {
  const whole = shape(...parts);
  const draw: Shape['draw'] = (dice) => {
    const [request] = whole.draw(dice);
    return [['XGROUP', 'CREATECONSUMER', ...of(request)], request];
  };
  return { ...whole, draw };
}

const claims = ([, ...words]: Request): Request => words.slice(0, 3);
const reads = (request: Request): Request => [request[request.length - 2], request[2], request[3]];

const others: readonly Shape[] = [
  shape(14, 'XADD', key, maybe(6, 'NOMKSTREAM'), maybe(5, 'MAXLEN', word('1', '2', '5')), newId, 'f', 'v'),
  shape(3, 'XDEL', key, times(1, 3, id)),
  shape(2, 'XTRIM', key, 'MAXLEN', word('1', '3')),
  shape(6, 'XGROUP CREATE', key, group, start, maybe(3, 'MKSTREAM'), entriesRead),
  shape(2, 'XGROUP SETID', key, group, start, entriesRead),
  shape(2, 'XGROUP DESTROY', key, group),
  shape(2, 'XGROUP CREATECONSUMER', key, group, consumer),
  shape(3, 'XGROUP DELCONSUMER', key, group, consumer),
  shape(3, 'XACK', key, group, times(1, 3, id)),
  shape(3, 'XPENDING', key, group),
  shape(4, 'XPENDING', key, group, maybe(4, 'IDLE', idleMin), '-', '+', '10', maybe(2, consumer)),
  ofConsumer(claims, 4, 'XCLAIM', key, group, consumer, idleMin, times(1, 3, id), maybe(3, 'FORCE')),
  ofConsumer(
    claims,
    2,
    'XCLAIM',
    key,
    group,
    consumer,
    idleMin,
    id,
    maybe(3, 'JUSTID'),
    maybe(3, 'LASTID', id),
  ),
  ofConsumer(claims, 4, 'XAUTOCLAIM', key, group, consumer, idleMin, either('0', id), maybe(2, 'COUNT', few)),
  ofConsumer(reads, 5, 'XREADGROUP', 'GROUP', group, consumer, 'STREAMS', key, either('>', '>', '0', id)),
  shape(3, 'XINFO STREAM', key, maybe(2, 'FULL')),
  shape(4, 'XINFO GROUPS', key),
  shape(3, 'XINFO CONSUMERS', key, group),
  shape(2, 'XRANGE', key, '-', '+'),
  shape(2, 'DEL', key),
  shape(2, 'SET', key, 'x'),
  shape(2, 'RENAME', key, key),
  shape(1, 'COPY', key, key, 'REPLACE'),
  shape(1, 'MOVE', key, database),
  shape(1, 'FLUSHALL', maybe(2, 'ASYNC')),
  shape(1, 'EXPIREAT', key, '1'),
  swap,
  shape(1, 'SELECT', database),
  shape(4, 'MULTI'),
  shape(8, 'EXEC'),
  shape(1, 'DISCARD'),
  shape(2, 'WATCH', key),
  shape(2, 'CLIENT UNBLOCK', word('#0', '#1', '#2'), maybe(2, word('TIMEOUT', 'ERROR'))),
  shape(
    2,
    'EVAL',
    "redis.call('XADD', KEYS[1], '30-*', 'a', 'b') return redis.call('DEL', KEYS[1])",
    '1',
    key,
  ),
  shape(
    2,
    'EVAL',
    "redis.call('DEL', KEYS[1]) return redis.call('XADD', KEYS[1], '9-1', 'a', 'b')",
    '1',
    key,
  ),
];

const waiters: readonly Shape[] = [
  shape(4, 'XREAD', maybe(3, 'COUNT', few), block, 'STREAMS', key, either('$', '$', id)),
  ofConsumer(reads, 8, 'XREADGROUP', 'GROUP', group, consumer, maybe(5, 'NOACK'), block, 'STREAMS', key, '>'),
  ofConsumer(reads, 2, 'XREADGROUP', 'GROUP', group, consumer, 'COUNT', few, block, 'STREAMS', key, '>'),
  shape(1, 'SELECT', database),
  shape(1, 'BLPOP', key, '0'),
  shape(1, HANG_UP),
];

export const streams: Scene = {
  name: 'streams',
  protocols: [2, 3, 2, 3, 2],
  opening: [],
  shapesOf: (line) => {
    if (line < WAITING_LINES) return waiters;
    const without = line === WAITING_LINES ? 'xdel' : 'multi';
    return others.filter(({ command }) => command !== without);
  },
  mayWait: (line) => line < WAITING_LINES,
  isSame,
};

function isSame(ours: Frames, theirs: Frames, request: Request | null): boolean {
  if (sameFrames(ours, theirs, request)) return true;
  return ours.length === theirs.length && ours.every((frame, at) => saysSame(frame, theirs[at]));
}

function saysSame(ours: Buffer, theirs: Buffer): boolean {
  if (ours.equals(theirs) || (isLoss(ours) && isLoss(theirs))) return true;
  return !isEnd(ours) && !isEnd(theirs) && timeless(ours) === timeless(theirs);
}

/** To who waited for what went. 7.2 says what the request would be told now, 7.0 has words of its own. */
const isLoss = (frame: Buffer): boolean => /^-(UNBLOCKED|NOGROUP|WRONGTYPE) /.test(frame.toString('latin1'));

/** What a transaction answers, too. */
function timeless(frame: Buffer): string {
  const reply = withoutTimes(parseReply(frame));
  const items: readonly ReplyNode[] | null = reply.items?.map(withoutIdleTimes) ?? null;
  return JSON.stringify({ ...reply, items });
}
