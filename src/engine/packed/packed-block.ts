/**
 * Listpacks that have an arena block to themselves: changing one may move it to another block. Places
 * in them are offsets from the start of the block, since those survive the move.
 */
import type { Arena } from '../arena.js';
import { initializeListpack, LISTPACK_EMPTY_BYTES, listpackBytes } from './listpack.js';
import { deleteEntries, growthOfReplacing, insertEntry, replaceEntry } from './listpack-edit.js';
import type { ListpackValue } from './listpack-value.js';

/** From this size on a growing block gets an eighth of room more: the arena calls that a good fit. */
const ROOM_BYTES_MIN = 128;
const ROOM_SHIFT = 3;

/** @returns a block with an empty listpack */
export function allocateListpack(arena: Arena): number {
  const ref = arena.allocate(LISTPACK_EMPTY_BYTES);
  initializeListpack(arena.bytesOf(ref), arena.offsetOf(ref));
  return ref;
}

/** @returns a block with a copy of the bytes [start, end) */
export function allocateCopy(arena: Arena, bytes: Buffer, start: number, end: number): number {
  const ref = arena.allocate(end - start);
  bytes.copy(arena.bytesOf(ref), arena.offsetOf(ref), start, end);
  return ref;
}

/** Bytes of the listpack in a block. */
export function blockListpackBytes(arena: Arena, ref: number): number {
  return listpackBytes(arena.bytesOf(ref), arena.offsetOf(ref));
}

/** Makes room for `bytes` in all. @returns the block, which may be another */
export function growBlock(arena: Arena, ref: number, bytes: number): number {
  if (bytes <= arena.capacity(ref)) return ref;
  return arena.resize(ref, bytes < ROOM_BYTES_MIN ? bytes : bytes + (bytes >>> ROOM_SHIFT));
}

/** Inserts `value` before the entry at `offset`. @returns the block, which may be another */
export function insertInBlock(arena: Arena, ref: number, offset: number, value: ListpackValue): number {
  const moved = growBlock(arena, ref, blockListpackBytes(arena, ref) + value.entryBytes);
  const at = arena.offsetOf(moved);
  insertEntry(arena.bytesOf(moved), at, at + offset, value);
  return moved;
}

/** Appends `value`. @returns the block, which may be another */
export function appendInBlock(arena: Arena, ref: number, value: ListpackValue): number {
  return insertInBlock(arena, ref, blockListpackBytes(arena, ref) - 1, value);
}

/** Puts `value` in the place of the entry at `offset`. @returns the block, which may be another */
export function replaceInBlock(arena: Arena, ref: number, offset: number, value: ListpackValue): number {
  const growth = growthOfReplacing(arena.bytesOf(ref), arena.offsetOf(ref) + offset, value);
  const moved = growth > 0 ? growBlock(arena, ref, blockListpackBytes(arena, ref) + growth) : ref;
  const at = arena.offsetOf(moved);
  replaceEntry(arena.bytesOf(moved), at, at + offset, value);
  return growth < 0 ? shrinkBlock(arena, moved) : moved;
}

/** Deletes `count` entries from the one at `offset` on. @returns the block, which may be another */
export function deleteInBlock(arena: Arena, ref: number, offset: number, count: number): number {
  const at = arena.offsetOf(ref);
  deleteEntries(arena.bytesOf(ref), at, at + offset, count);
  return shrinkBlock(arena, ref);
}

/** Gives room back when there is much of it. @returns the block, which may be another */
export function shrinkBlock(arena: Arena, ref: number): number {
  const bytes = blockListpackBytes(arena, ref);
  // A quarter unused, where the arena would call an eighth too much: shrinking and growing must not alternate.
  if (bytes * 4 > arena.capacity(ref) * 3) return ref;
  return arena.resize(ref, bytes);
}
