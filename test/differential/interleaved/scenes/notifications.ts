/** Every family's commands, and what two listeners hear of them: which events, for which keys, in which order. */
import { bitmap } from '../../families/bitmap.js';
import { generic } from '../../families/generic.js';
import { geo } from '../../families/geo.js';
import { hash } from '../../families/hash.js';
import { hyperloglog } from '../../families/hyperloglog.js';
import { list } from '../../families/list.js';
import { set } from '../../families/set.js';
import { stream } from '../../families/stream.js';
import { string } from '../../families/string.js';
import { zset } from '../../families/zset.js';
import { type Shape, shape, word } from '../../grammar.js';
import { hasCommand } from '../../run.js';
import { type Scene, sameFrames } from '../scene.js';
import { makers, movers, poppers, shortLife, swap, takers } from './pieces.js';

const families = [bitmap, generic, geo, hash, hyperloglog, list, set, stream, string, zset];

/** Whose keys, or whose order, are the hash table's own: they say nothing about events. */
const CHANCE = ['spop', 'srandmember', 'hrandfield', 'zrandmember', 'randomkey', 'keys', 'scan'];
/** 7.2 looks at keys, and misses them, before or after it reads its other arguments, where 7.0 does the opposite. */
const READS_OTHERWISE = ['bitcount', 'bitpos', 'lpos'];
/** Redis keeps the time of use with the value, and small integers are one value for all keys. */
const SHARED = ['object|idletime'];
const LEFT_OUT = new Set([...CHANCE, ...READS_OTHERWISE, ...SHARED]);

const shapes: readonly Shape[] = [
  ...families
    .flatMap((family) => family.shapes)
    .filter(({ command }) => !LEFT_OUT.has(command) && hasCommand(command)),
  ...makers,
  ...takers,
  swap,
  shortLife(6),
  shape(6, 'MULTI'),
  shape(12, 'EXEC'),
  shape(4, 'CONFIG SET', 'notify-keyspace-events', word('KEA', 'KEA', 'KEAm', 'KEAn', 'Elg', 'K$zx', '')),
];

export const notifications: Scene = {
  name: 'notifications',
  protocols: [2, 3, 2, 3, 2],
  opening: [
    { line: 4, request: ['CONFIG', 'SET', 'notify-keyspace-events', 'KEA'] },
    { line: 0, request: ['PSUBSCRIBE', '__key*__:*'] },
    { line: 1, request: ['PSUBSCRIBE', '__keyevent@*'] },
  ],
  shapesOf: (line) => (line < 2 ? [shape(1, 'PING')] : line === 2 ? [...poppers, ...movers] : shapes),
  mayWait: (line) => line === 2,
  // What a transaction's commands answer isn't what this is about, and 7.2 answers some otherwise.
  isSame: (ours, theirs, request) =>
    request?.[0] === 'EXEC' ? ours.length === theirs.length : sameFrames(ours, theirs, request),
};
