/**
 * An element of a large sorted set: a block that the dict finds by its member and the rank tree refers to.
 *
 *     | score f64 | member length u32 | member |
 */
import { compareBytes } from '../../../base/bytes.js';
import { type Arena, CHUNK_MASK, CHUNK_SHIFT } from '../../arena.js';
import type { ElementLayout } from '../../dict.js';
import { readUint32 } from '../../packed/listpack.js';
import type { ValueView } from '../../packed/value-view.js';

export const WORD_MEMBER_LENGTH = 2;
export const MEMBER_OFFSET = 12;

export const ELEMENT_LAYOUT: ElementLayout = {
  keyLengthWord: WORD_MEMBER_LENGTH,
  keyOffset: MEMBER_OFFSET,
};

export function scoreOf(arena: Arena, element: number): number {
  return arena.doubles[element >>> CHUNK_SHIFT][element & CHUNK_MASK];
}

export function setScore(arena: Arena, element: number, score: number): void {
  arena.doubles[element >>> CHUNK_SHIFT][element & CHUNK_MASK] = score;
}

/** @param view of `member`, if the caller has one. @returns a new element */
export function createElement(
  arena: Arena,
  score: number,
  member: Buffer,
  start: number,
  end: number,
  view?: DataView | null,
): number {
  const element = arena.allocate(MEMBER_OFFSET + end - start);
  setScore(arena, element, score);
  arena.setWord(element, WORD_MEMBER_LENGTH, end - start);
  arena.write(element, MEMBER_OFFSET, member, start, end, view ?? undefined);
  return element;
}

/** Points the view at the member of an element that was shown frozen. @returns its score */
export function readFrozenMember(bytes: Buffer, at: number, member: ValueView): number {
  const start = at + MEMBER_OFFSET;
  member.setSpan(bytes, start, start + readUint32(bytes, at + WORD_MEMBER_LENGTH * 4));
  return bytes.readDoubleLE(at);
}

/** Points the view at an element's member. */
export function readMember(arena: Arena, element: number, member: ValueView): void {
  const start = arena.offsetOf(element) + MEMBER_OFFSET;
  const end = start + arena.word(element, WORD_MEMBER_LENGTH);
  member.setSpan(arena.bytesOf(element), start, end, arena.viewOf(element));
}

/** The order of two elements' members: below 0, 0, above 0. */
export function compareMembers(arena: Arena, element: number, other: number): number {
  const start = arena.offsetOf(element) + MEMBER_OFFSET;
  const otherStart = arena.offsetOf(other) + MEMBER_OFFSET;
  return compareBytes(
    arena.bytesOf(element),
    start,
    start + arena.word(element, WORD_MEMBER_LENGTH),
    arena.bytesOf(other),
    otherStart,
    otherStart + arena.word(other, WORD_MEMBER_LENGTH),
  );
}
