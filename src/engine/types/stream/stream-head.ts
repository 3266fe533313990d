/**
 * The head of a stream: the block in the arena that is its entry's root. All that an addition reads and writes lies in it,
 * the node where entries come included, for with many streams each block or object to look into is a cache miss.
 *
 *     word 0        1       2         3         7          11               15       19              21      22
 *     ┌────────┬───────┬─────────┬─────────┬──────────┬────────────────┬────────┬───────────────┬───────┬─────────────┐
 *     │ handle │ nodes │ entries │ last id │ first id │ max deleted id │ master │ entries added │ state │ last node … │
 *     └────────┴───────┴─────────┴─────────┴──────────┴────────────────┴────────┴───────────────┴───────┴─────────────┘
 *
 *     handle         of its parts in the table of collections (stream-parts.ts); 0: it has none, and is packed
 *     nodes          all there are, the last one included
 *     ids            four words each, the highest first; the first live entry's is 0-0 when there is none
 *     master         the last node's, whose listpack begins at word 22
 *     entries added  64 bits with a sign, the low word first
 *
 * Words are read with their sign: V8 makes an object of a number beyond 2^31 that it keeps or hands over.
 */
import { type Arena, CHUNK_MASK, CHUNK_SHIFT } from '../../arena.js';
import type { StreamFacts } from './read-count.js';
import { StreamId } from './stream-id.js';
import { type WideCount, wideCountOf } from './wide-count.js';

export const WORD_HANDLE = 0;
export const WORD_NODES = 1;
export const WORD_LENGTH = 2;
export const WORD_LAST_ID = 3;
export const WORD_FIRST_ID = 7;
export const WORD_MAX_DELETED_ID = 11;
export const WORD_MASTER = 15;
export const WORD_ADDED = 19;
export const WORD_STATE = 21;
const HEAD_WORDS = 22;
export const HEAD_BYTES = HEAD_WORDS * 4;
/** From a head's reference to what names its node's listpack: to be read, and neither freed nor resized. */
export const NODE_DISTANCE = HEAD_BYTES >>> 3;

/** In WORD_STATE: a snapshot has yet to show nodes, and is told before one changes. */
export const STATE_FROZEN = 1;

const TWO_32 = 0x1_0000_0000;
/** High words of what is exact as a Number, but for −2^53 … */
const EXACT_HIGH = 2 ** 21;

/** Makes a block the head of an empty stream. */
export function initializeHead(arena: Arena, head: number): void {
  const at = (head & CHUNK_MASK) << 1;
  arena.words[head >>> CHUNK_SHIFT].fill(0, at, at + HEAD_WORDS);
}

export function readId(arena: Arena, head: number, word: number, id: StreamId): StreamId {
  const words = arena.words[head >>> CHUNK_SHIFT];
  const at = ((head & CHUNK_MASK) << 1) + word;
  return id.set(words[at], words[at + 1], words[at + 2], words[at + 3]);
}

export function writeId(arena: Arena, head: number, word: number, id: StreamId): void {
  const words = arena.words[head >>> CHUNK_SHIFT];
  const at = ((head & CHUNK_MASK) << 1) + word;
  words[at] = id.msHi | 0;
  words[at + 1] = id.msLo | 0;
  words[at + 2] = id.seqHi | 0;
  words[at + 3] = id.seqLo | 0;
}

export function readAdded(arena: Arena, head: number): WideCount {
  const low = arena.word(head, WORD_ADDED);
  const high = arena.word(head, WORD_ADDED + 1) | 0;
  if (high < EXACT_HIGH && high >= -EXACT_HIGH + 1) return high * TWO_32 + low;
  return wideCountOf((BigInt(high) << 32n) | BigInt(low));
}

export function writeAdded(arena: Arena, head: number, count: WideCount): void {
  const isNumber = typeof count === 'number';
  arena.setWord(head, WORD_ADDED, isNumber ? count | 0 : Number(BigInt.asIntN(32, count)));
  arena.setWord(head, WORD_ADDED + 1, isNumber ? Math.floor(count / TWO_32) : Number(count >> 32n));
}

/** One more entry was ever added. */
export function countAdded(arena: Arena, head: number): void {
  const words = arena.words[head >>> CHUNK_SHIFT];
  const at = ((head & CHUNK_MASK) << 1) + WORD_ADDED;
  const low = (words[at] + 1) | 0;
  words[at] = low;
  if (low === 0) words[at + 1]++;
}

/** As they are now; they don't change with the stream. */
export function readFacts(arena: Arena, head: number): StreamFacts {
  return {
    length: arena.word(head, WORD_LENGTH),
    entriesAdded: readAdded(arena, head),
    firstId: readId(arena, head, WORD_FIRST_ID, new StreamId()),
    lastId: readId(arena, head, WORD_LAST_ID, new StreamId()),
    maxDeletedId: readId(arena, head, WORD_MAX_DELETED_ID, new StreamId()),
  };
}
