/** Client-side caching in all its modes: who is told of which key, and when. */
import { all, either, maybe, type Request, type Shape, shape, times, word } from '../../grammar.js';
import { type Frames, ofThisVersion, type Scene, sameFrames } from '../scene.js';
import { database, element, key, makers, shortLife, swap, takers } from './pieces.js';

const mode = either(
  '',
  'NOLOOP',
  'OPTIN',
  'OPTOUT',
  all('OPTIN', 'NOLOOP'),
  'BCAST',
  all('BCAST', 'NOLOOP'),
  all('BCAST', times(1, 2, 'PREFIX', word('k', 'k1', 'k2', 'x', 'k1'))),
);

/** Without the empty word, which stands for no option. */
const trackingShape: Shape = {
  command: 'client|tracking',
  weight: 8,
  maySpoil: false,
  draw: (dice) => {
    const redirect = dice.oneIn(3) ? ['REDIRECT', dice.pick(['#0', '#1', '#2', '#3', '#-'])] : [];
    const words = [...mode(dice), ...redirect].filter((option) => option !== '');
    return [['CLIENT', 'TRACKING', 'ON', ...words]];
  },
};

const shapes: readonly Shape[] = [
  trackingShape,
  shape(3, 'CLIENT TRACKING', 'OFF'),
  shape(5, 'CLIENT CACHING', word('YES', 'NO')),
  shape(2, 'CLIENT TRACKINGINFO'),
  shape(2, 'CLIENT GETREDIR'),
  shape(20, 'GET', key),
  shape(6, 'MGET', times(1, 3, key)),
  shape(3, 'EXISTS', key),
  shape(3, 'TYPE', key),
  shape(2, 'TTL', key),
  shape(2, 'LRANGE', key, '0', '-1'),
  shape(1, 'HGETALL', key),
  shape(1, 'ZRANGE', key, '0', '-1'),
  shape(20, 'SET', key, element),
  shape(4, 'MSET', times(1, 3, key, element)),
  shape(2, 'INCR', key),
  shape(2, 'EXPIRE', key, '1000000'),
  shape(2, 'SELECT', database),
  shape(4, 'MULTI'),
  shape(6, 'EXEC'),
  shape(1, 'RESET'),
  shape(1, 'HELLO', word('2', '3')),
  shape(2, 'SUBSCRIBE', '__redis__:invalidate'),
  shape(1, 'UNSUBSCRIBE', maybe(2, '__redis__:invalidate')),
  shape(1, 'CLIENT REPLY', 'SKIP'),
  shortLife(3),
  // 7.0 remembers a script's keys by the script's arguments.
  ...makers.filter(({ command }) => command !== 'eval'),
  ...takers,
  swap,
];

export const tracking: Scene = {
  name: 'tracking',
  protocols: [3, 2, 3, 2, 3],
  // One is always tracked: when nobody is any more, januskv forgets at once who read what.
  opening: [{ line: 4, request: ['CLIENT', 'TRACKING', 'ON', 'BCAST', 'PREFIX', 'nothing'] }],
  shapesOf: (line) => (line === 4 ? [shape(1, 'PING')] : shapes),
  mayWait: () => false,
  isSame,
};

const INVALIDATION =
  /[>*]\d\r\n(?:\$10\r\ninvalidate|\$7\r\nmessage\r\n\$20\r\n__redis__:invalidate)\r\n(?:\$-1|_|\*1\r\n\$\d+\r\n[^\r]*)\r\n/g;

/** What its own request makes invalid a client hears after the reply; of 7.0, before it or in the middle of it. */
function isSame(ours: Frames, theirs: Frames, request: Request | null): boolean {
  if (sameFrames(ours, theirs, request)) return true;
  // The order of flushed clients is the order of Redis' list of clients, which turns with time.
  if (isFlushed(ours) && isFlushed(theirs)) return sorted(ours) === sorted(theirs);
  return request !== null && apart(ours) === apart(theirs);
}

const isFlushed = (frames: Frames): boolean =>
  frames.every((frame) => /invalidate\r\n(?:\$-1|_)\r\n$/.test(frame.toString('latin1')));

const sorted = (frames: Frames): string =>
  frames
    .map((frame) => frame.toString('latin1'))
    .sort()
    .join('\n');

function apart(frames: Frames): string {
  const text = Buffer.concat(frames.map(ofThisVersion)).toString('latin1');
  return [text.replaceAll(INVALIDATION, ''), ...(text.match(INVALIDATION) ?? [])].join('\n');
}
