/** Publish and subscribe: channels, patterns and shards, in both protocols. */
import { maybe, type Request, type Shape, shape, times, word } from '../../grammar.js';
import { type Frames, ofThisVersion, type Scene, sameFrames } from '../scene.js';
import { element, key } from './pieces.js';

const channel = word('news', 'sport', 'nose', 'weather');
const pattern = word('n*', '*s', 'n?se', '[nw]*', 'news', '*');

const shapes: readonly Shape[] = [
  shape(5, 'SUBSCRIBE', times(1, 3, channel)),
  shape(3, 'UNSUBSCRIBE', times(0, 2, channel)),
  shape(5, 'PSUBSCRIBE', times(1, 2, pattern)),
  shape(3, 'PUNSUBSCRIBE', times(0, 2, pattern)),
  shape(4, 'SSUBSCRIBE', channel),
  shape(3, 'SUNSUBSCRIBE', times(0, 2, channel)),
  shape(14, 'PUBLISH', channel, element),
  shape(6, 'SPUBLISH', channel, element),
  shape(2, 'PUBSUB CHANNELS', maybe(2, pattern)),
  shape(2, 'PUBSUB SHARDCHANNELS', maybe(2, pattern)),
  shape(2, 'PUBSUB NUMSUB', times(0, 3, channel)),
  shape(2, 'PUBSUB SHARDNUMSUB', times(0, 3, channel)),
  shape(2, 'PUBSUB NUMPAT'),
  shape(3, 'PING', maybe(2, element)),
  shape(2, 'GET', key),
  shape(2, 'SET', key, element),
  shape(2, 'RESET'),
  shape(2, 'HELLO', word('2', '3')),
  shape(3, 'MULTI'),
  shape(4, 'EXEC'),
  shape(1, 'DISCARD'),
  shape(1, 'CLIENT REPLY', word('ON', 'SKIP')),
  shape(
    2,
    'EVAL',
    "redis.call('PUBLISH', 'news', ARGV[1]) return redis.call('PUBLISH', 'sport', ARGV[1])",
    '0',
    element,
  ),
];

export const publishing: Scene = {
  name: 'publishing',
  protocols: [2, 3, 2, 3],
  opening: [],
  shapesOf: () => shapes,
  mayWait: () => false,
  isSame,
};

/** Sent to a client in the middle of its transaction by 7.0, and after it by 7.2. */
const MESSAGE = /[>*]\d\r\n\$\d+\r\n[ps]?message\r\n(?:\$\d+\r\n[^\r]*\r\n){2,3}/g;

/**
 * A client's channels, those that match, and patterns that match alike come in the hash table's order; counts after
 * unsubscribing follow it.
 */
function isSame(ours: Frames, theirs: Frames, request: Request | null): boolean {
  return sameFrames(ours, theirs, request) || unordered(ours) === unordered(theirs);
}

function unordered(frames: Frames): string {
  const text = Buffer.concat(frames.map(ofThisVersion)).toString('latin1');
  const messages = (text.match(MESSAGE) ?? []).sort();
  const rest = text
    .replaceAll(MESSAGE, '')
    .replaceAll(/(?<=unsubscribe\r\n[^\r]*\r\n(?:[^\r:]*\r\n)?:)\d+/g, '#');
  return [...messages, ...rest.split('\r\n').sort()].join('\n');
}
