/**
 * Clients that end, by their own will or another's, and are followed by new ones: whatever they waited for, heard, watched
 * or were queueing goes with them. What the others are told of them is compared, too.
 */
import { parseReply } from '../../../support/reply-node.js';
import { either, maybe, type Request, type Shape, shape, times, word } from '../../grammar.js';
import { isEnd } from '../line.js';
import { type Frames, type Scene, SHORT_BLOCK, SHORT_WAIT, sameFrames } from '../scene.js';
import { HANG_UP } from '../stage.js';
import { database, element, key, swap } from './pieces.js';

const WAITING_LINES = 3;

const someone = word('#0', '#1', '#2', '#3', '#4', '#5', '#-');
const skipsSelf = maybe(3, 'SKIPME', word('yes', 'no'));
const channel = word('news', 'sport');

const common: readonly Shape[] = [
  shape(2, HANG_UP),
  shape(2, 'QUIT'),
  shape(2, 'RESET'),
  shape(4, 'CLIENT KILL', 'ID', someone, skipsSelf, maybe(6, 'TYPE', word('normal', 'pubsub'))),
  shape(1, 'CLIENT KILL', 'TYPE', 'PUBSUB', skipsSelf),
  shape(4, 'CLIENT UNBLOCK', someone, maybe(2, word('TIMEOUT', 'ERROR'))),
  shape(5, 'CLIENT LIST', 'ID', times(1, 3, someone)),
  shape(2, 'CLIENT LIST', 'TYPE', 'PUBSUB'),
  shape(3, 'CLIENT INFO'),
  shape(2, 'CLIENT SETNAME', word('one', 'two', '')),
  shape(1, 'CLIENT TRACKING', either('OFF', 'ON', 'ON')),
  shape(3, 'PING', maybe(3, element)),
  shape(4, 'SET', key, element),
  shape(4, 'GET', key),
  shape(3, 'RPUSH', key, times(1, 3, element)),
  shape(2, 'LPOP', key),
  shape(3, 'MULTI'),
  shape(5, 'EXEC'),
  shape(2, 'WATCH', key),
  shape(2, 'SUBSCRIBE', channel),
  shape(1, 'PSUBSCRIBE', 'n*'),
  shape(1, 'SSUBSCRIBE', channel),
  shape(1, 'UNSUBSCRIBE', channel),
  shape(1, 'SELECT', database),
  shape(1, 'FLUSHALL'),
  swap,
];

/** Outside of transactions: in one, who published is told before or after its reply, and who was ended before or not at all. */
const messages = [shape(3, 'PUBLISH', channel, element), shape(1, 'SPUBLISH', channel, element)];

const waits: readonly Shape[] = [
  shape(4, 'BLPOP', key, either('0', '0', SHORT_WAIT)),
  shape(2, 'BLMOVE', key, key, 'LEFT', 'RIGHT', either('0', SHORT_WAIT)),
  shape(2, 'XREAD', 'BLOCK', either('0', SHORT_BLOCK), 'STREAMS', key, '$'),
  shape(2, 'WAIT', '1', either('0', SHORT_BLOCK)),
];

export const leaving: Scene = {
  name: 'leaving',
  protocols: [2, 3, 2, 3, 2, 3],
  opening: [],
  shapesOf: (line) =>
    line < WAITING_LINES
      ? [...common, ...waits]
      : line === WAITING_LINES
        ? common
        : [...common.filter(({ command }) => command !== 'multi'), ...messages],
  mayWait: (line) => line < WAITING_LINES,
  isSame,
};

/** Of a client's line what isn't the clock's, the memory's or the kernel's. */
const COMPARED = new Set('id name flags db sub psub ssub multi cmd user redir resp'.split(' '));

function isSame(ours: Frames, theirs: Frames, request: Request | null): boolean {
  if (sameFrames(ours, theirs, request)) return true;
  const [mine, others] = [ours, theirs].map((frames) => frames.map(textOf));
  if (mine.join('\n') === others.join('\n')) return true;
  // What its own request brings a client hears after the reply; of 7.0, before it.
  return request !== null && mine.sort().join('\n') === others.sort().join('\n');
}

function textOf(frame: Buffer): string {
  if (!frame.includes(' laddr=') || isEnd(frame)) return frame.toString('latin1');
  return JSON.stringify(parseReply(frame), (_name, value) =>
    typeof value === 'string' && value.includes(' laddr=') ? linesOf(value) : value,
  );
}

/**
 * Redis' list of clients turns with time. And `u` are those whose next request runs in the turn after that in which they
 * were served: ours run in the same.
 */
function linesOf(text: string): string {
  const lines = text.replace(/^txt:/, '').replaceAll(' flags=u ', ' flags=N ').split('\n');
  const compared = lines.map((line) =>
    line
      .split(' ')
      .filter((pair) => COMPARED.has(pair.slice(0, pair.indexOf('='))))
      .join(' '),
  );
  return compared.sort().join('\n');
}
