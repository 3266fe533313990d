/**
 * The keyspace entry: one arena block that holds a key and, for a string, its value.
 *
 *     word  0                                            1            2               3
 *     ┌────────────────────────────────────────────────┬────────────┬───────────────┬──────────────┬─────┬───────┐
 *     │ type 3 │ epoch 1 │ encoding 4 │ access clock 24 │ key length │ length / root │ expiry index │ key │ value │
 *     └────────────────────────────────────────────────┴────────────┴───────────────┴──────────────┴─────┴───────┘
 *       low bits first
 *
 *     epoch    equal to the keyspace's, except in what a snapshot under way has yet to visit (snapshot.ts)
 *
 *     word 2   string: bytes of the value, which follows the key; packed collection: reference of its block;
 *              large collection: handle in `keyspace.collections`; large stream: a block that begins with it
 *     word 3   index in the database's expiry heap, 0 = lives for ever
 *
 * An entry's reference stays valid until the entry is removed, renamed or its string is set or resized.
 */

import type { Arena } from './arena.js';
import type { ElementLayout } from './dict.js';

export const TYPE_STRING = 0;
export const TYPE_LIST = 1;
export const TYPE_SET = 2;
export const TYPE_ZSET = 3;
export const TYPE_HASH = 4;
export const TYPE_STREAM = 5;

/** What TYPE answers, by type. */
export const TYPE_NAMES = ['string', 'list', 'set', 'zset', 'hash', 'stream'] as const;

export const ENCODING_RAW = 0;
export const ENCODING_INT = 1;
export const ENCODING_EMBSTR = 2;
export const ENCODING_LISTPACK = 3;
export const ENCODING_INTSET = 4;
/** A stream of one node and without groups. */
export const ENCODING_STREAM_PACKED = 5;
export const ENCODING_QUICKLIST = 6;
export const ENCODING_HASHTABLE = 7;
export const ENCODING_SKIPLIST = 8;
export const ENCODING_STREAM = 9;

/** What OBJECT ENCODING answers, by encoding. */
export const ENCODING_NAMES = [
  'raw',
  'int',
  'embstr',
  'listpack',
  'intset',
  'stream',
  'quicklist',
  'hashtable',
  'skiplist',
  'stream',
] as const;

/** True for the encodings whose root is a block of its own in the arena. */
export function isPacked(encoding: number): boolean {
  return encoding >= ENCODING_LISTPACK && encoding <= ENCODING_STREAM_PACKED;
}

/** True for the encodings of what is in the table of collections: see `handleOf`. */
export function isLarge(encoding: number): boolean {
  return encoding >= ENCODING_QUICKLIST;
}

export const WORD_KIND = 0;
export const WORD_KEY_LENGTH = 1;
export const WORD_VALUE = 2;
export const WORD_EXPIRY = 3;
export const ENTRY_HEADER_BYTES = 16;

export const ENTRY_LAYOUT: ElementLayout = {
  keyLengthWord: WORD_KEY_LENGTH,
  keyOffset: ENTRY_HEADER_BYTES,
};

export const TYPE_MASK = 0x7;
export const EPOCH_BIT = 1 << 3;
const ENCODING_SHIFT = 4;
export const CLOCK_SHIFT = 8;

/** @param epoch 0 or EPOCH_BIT: the keyspace's */
export function kindOf(type: number, encoding: number, clock: number, epoch: number): number {
  return type | epoch | (encoding << ENCODING_SHIFT) | (clock << CLOCK_SHIFT);
}

export function typeOf(arena: Arena, ref: number): number {
  return arena.word(ref, WORD_KIND) & TYPE_MASK;
}

export function encodingOf(arena: Arena, ref: number): number {
  return (arena.word(ref, WORD_KIND) >>> ENCODING_SHIFT) & 0xf;
}

export function setEncoding(arena: Arena, ref: number, encoding: number): void {
  const kind = arena.word(ref, WORD_KIND);
  arena.setWord(ref, WORD_KIND, (kind & ~(0xf << ENCODING_SHIFT)) | (encoding << ENCODING_SHIFT));
}

/** The access clock: 24 bits whose meaning is access-clock.ts's. */
export function clockOf(arena: Arena, ref: number): number {
  return arena.word(ref, WORD_KIND) >>> CLOCK_SHIFT;
}

export function setClock(arena: Arena, ref: number, clock: number): void {
  arena.setWord(ref, WORD_KIND, (arena.word(ref, WORD_KIND) & 0xff) | (clock << CLOCK_SHIFT));
}

/** Bytes of the key. */
export function keyLength(arena: Arena, ref: number): number {
  return arena.word(ref, WORD_KEY_LENGTH);
}

/** Offset of the key's first byte in `arena.bytesOf(ref)`. */
export function keyStart(arena: Arena, ref: number): number {
  return arena.offsetOf(ref) + ENTRY_HEADER_BYTES;
}

/** A string's bytes. */
export function valueLength(arena: Arena, ref: number): number {
  return arena.word(ref, WORD_VALUE);
}

/** Offset of a string's first byte in `arena.bytesOf(ref)`. */
export function valueStart(arena: Arena, ref: number): number {
  return arena.offsetOf(ref) + ENTRY_HEADER_BYTES + arena.word(ref, WORD_KEY_LENGTH);
}

/** A collection's root: block reference or handle, as the encoding says. */
export function rootOf(arena: Arena, ref: number): number {
  return arena.word(ref, WORD_VALUE);
}

/** A large collection's handle in the table of collections. */
export function handleOf(arena: Arena, ref: number): number {
  const root = arena.word(ref, WORD_VALUE);
  return encodingOf(arena, ref) === ENCODING_STREAM ? arena.word(root, 0) : root;
}

/** Bytes that an entry needs. */
export function entryBytes(keyBytes: number, valueBytes: number): number {
  return ENTRY_HEADER_BYTES + keyBytes + valueBytes;
}
