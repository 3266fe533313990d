/** A list under test, and random steps to take with it and with an array. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { packLzf } from '../../../src/base/lzf.js';
import { ENCODING_NAMES, encodingOf, rootOf } from '../../../src/engine/entry.js';
import type { Keyspace } from '../../../src/engine/keyspace.js';
import { listpackBytes, listpackCount } from '../../../src/engine/packed/listpack.js';
import { validateListpack } from '../../../src/engine/packed/listpack-validate.js';
import { EncodingLimits } from '../../../src/engine/types/encoding-limits.js';
import type { ListCursor } from '../../../src/engine/types/list/list-cursor.js';
import { Lists } from '../../../src/engine/types/list/lists.js';
import { bytesOf, testKeyspace } from './support.js';

/** Strings in, strings out, and every invariant checked on demand. */
export class List {
  readonly limits = new EncodingLimits();
  readonly lists: Lists;
  readonly entry: number;

  constructor(
    listMaxListpackSize = -2,
    readonly keyspace: Keyspace = testKeyspace(),
    listCompressDepth = 0,
  ) {
    this.limits.listMaxListpackSize = listMaxListpackSize;
    this.limits.listCompressDepth = listCompressDepth;
    this.lists = new Lists(keyspace, this.limits);
    this.entry = this.create('list');
  }

  create(key: string): number {
    return this.lists.create(this.keyspace.databases[0], bytesOf(key), 0, key.length);
  }

  get length(): number {
    return this.lists.length(this.entry);
  }

  get encoding(): string {
    return ENCODING_NAMES[encodingOf(this.keyspace.arena, this.entry)];
  }

  push(atHead: boolean, ...texts: string[]): void {
    const bytes = texts.reduce((sum, text) => sum + text.length, 0);
    this.lists.expect(this.entry, bytes, texts.length);
    for (const text of texts) this.lists.push(this.entry, atHead, bytesOf(text), 0, text.length);
  }

  set(index: number, text: string): boolean {
    return this.lists.set(this.entry, index, bytesOf(text), 0, text.length);
  }

  insert(before: boolean, pivot: string, text: string): boolean {
    return this.lists.insert(
      this.entry,
      before,
      bytesOf(pivot),
      0,
      pivot.length,
      bytesOf(text),
      0,
      text.length,
    );
  }

  remove(count: number, text: string): number {
    return this.lists.remove(this.entry, count, bytesOf(text), 0, text.length);
  }

  found(text: string, backwards: boolean, comparedMax = Number.POSITIVE_INFINITY): number[] {
    const indexes: number[] = [];
    const cursor = this.lists.search(this.entry, bytesOf(text), 0, text.length, backwards, comparedMax);
    while (cursor.next()) {
      assert.equal(cursor.value.toString(), text);
      indexes.push(cursor.index);
    }
    return indexes;
  }

  texts(first = 0, count = this.length - first, backwards = false): string[] {
    return read(this.lists.range(this.entry, first, count, backwards));
  }

  /** The bytes of all nodes: what a dump holds. */
  blobs(): Buffer[] {
    if (this.length === 0) return [];
    if (!this.lists.isLarge(this.entry)) {
      const { bytes, at, length } = this.lists.listpack(this.entry);
      return [bytes.subarray(at, at + length)];
    }
    const { nodes } = this.lists.quicklist(this.entry);
    return Array.from({ length: nodes.count }, (_, node) => {
      nodes.open(node);
      return Buffer.from(nodes.bytes.subarray(nodes.at, nodes.at + nodes.contentBytes));
    });
  }

  check(): void {
    const { arena } = this.keyspace;
    if (!this.lists.isLarge(this.entry)) {
      const root = rootOf(arena, this.entry);
      const at = arena.offsetOf(root);
      const bytes = listpackBytes(arena.bytesOf(root), at);
      assert.ok(bytes <= arena.capacity(root));
      assert.equal(validateListpack(arena.bytesOf(root), at, bytes), this.length);
      return;
    }
    const { nodes, length, compressDepth } = this.lists.quicklist(this.entry);
    let sum = 0;
    for (let node = 0; node < nodes.count; node++) {
      nodes.open(node);
      const { bytes, at, elementCount: count } = nodes;
      assert.ok(count > 0, 'no node is empty');
      sum += count;
      const isInner = compressDepth > 0 && node >= compressDepth && node < nodes.count - compressDepth;
      assert.equal(nodes.isCompressed, isInner && isWorthCompressing(bytes, at, nodes.contentBytes));
      if (nodes.isPlain) {
        assert.equal(count, 1);
        continue;
      }
      assert.equal(validateListpack(bytes, at, listpackBytes(bytes, at)), count);
      assert.equal(listpackCount(bytes, at), count);
      // By count only: what a command adds at once is judged by its elements' bytes, without their headers.
      assert.ok(count === 1 || !this.limits.listNodes.listNodeExceeds(0, count));
    }
    assert.equal(sum, length);
  }
}

/** As Redis judges it, of a list's node. */
function isWorthCompressing(bytes: Buffer, start: number, length: number): boolean {
  const packedBytes = packLzf(bytes, start, start + length);
  return length >= 48 && packedBytes > 0 && packedBytes + 8 < length;
}

export function read(cursor: ListCursor): string[] {
  const texts: string[] = [];
  while (cursor.next()) texts.push(cursor.value.toString());
  return texts;
}

const text = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom('a', 'b', '7', '-300', 'longer than seven') },
  { weight: 3, arbitrary: fc.string({ maxLength: 20 }) },
  { weight: 1, arbitrary: fc.integer({ min: 100, max: 3000 }).map((length) => 'x'.repeat(length)) },
);

export const step = fc.oneof(
  fc.record({
    kind: fc.constant('push' as const),
    atHead: fc.boolean(),
    texts: fc.array(text, { minLength: 1, maxLength: 12 }),
  }),
  fc.record({ kind: fc.constant('drop' as const), atHead: fc.boolean(), count: fc.nat({ max: 6 }) }),
  fc.record({ kind: fc.constant('set' as const), place: fc.nat({ max: 1000 }), text }),
  fc.record({
    kind: fc.constant('insert' as const),
    before: fc.boolean(),
    place: fc.nat({ max: 1000 }),
    text,
  }),
  fc.record({ kind: fc.constant('remove' as const), count: fc.integer({ min: -3, max: 3 }), text }),
  fc.record({ kind: fc.constant('trim' as const), first: fc.nat({ max: 4 }), last: fc.nat({ max: 4 }) }),
  fc.record({ kind: fc.constant('rotate' as const), fromHead: fc.boolean(), toHead: fc.boolean() }),
);
export type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

function insertInModel(model: string[], before: boolean, pivot: string, text: string): void {
  const at = model.indexOf(pivot);
  if (at >= 0) model.splice(before ? at : at + 1, 0, text);
}

function removeFromModel(model: string[], count: number, text: string): number {
  const before = model.length;
  for (let left = count === 0 ? before : Math.abs(count); left > 0; left--) {
    const at = count < 0 ? model.lastIndexOf(text) : model.indexOf(text);
    if (at < 0) break;
    model.splice(at, 1);
  }
  return before - model.length;
}

/** Does a step to both and compares what it answers. */
export function perform(list: List, model: string[], action: Step): void {
  const { lists, entry } = list;
  switch (action.kind) {
    case 'push':
      list.push(action.atHead, ...action.texts);
      if (action.atHead) model.unshift(...action.texts.toReversed());
      else model.push(...action.texts);
      return;
    case 'drop':
      for (let left = Math.min(action.count, model.length); left > 0; left--) {
        assert.equal(lists.peek(entry, action.atHead).toString(), model.at(action.atHead ? 0 : -1));
        lists.drop(entry, action.atHead);
        if (action.atHead) model.shift();
        else model.pop();
      }
      return;
    case 'set': {
      const index = (action.place % (model.length * 2 + 2)) - model.length - 1;
      const exists = index >= -model.length && index < model.length;
      assert.equal(list.set(index, action.text), exists);
      if (exists) model[index < 0 ? index + model.length : index] = action.text;
      return;
    }
    case 'insert': {
      const pivot = model[action.place % Math.max(1, model.length)] ?? 'nothing';
      assert.equal(list.insert(action.before, pivot, action.text), model.includes(pivot));
      insertInModel(model, action.before, pivot, action.text);
      return;
    }
    case 'remove':
      assert.equal(list.remove(action.count, action.text), removeFromModel(model, action.count, action.text));
      return;
    case 'trim': {
      const first = Math.min(action.first, model.length);
      const count = Math.max(0, model.length - first - action.last);
      lists.trim(entry, first, count);
      model.splice(0, first);
      model.length = count;
      return;
    }
    case 'rotate':
      if (model.length === 0) return;
      lists.move(entry, action.fromHead, entry, action.toHead);
      {
        const moved = action.fromHead ? model.shift() : model.pop();
        if (action.toHead) model.unshift(moved ?? '');
        else model.push(moved ?? '');
      }
      return;
  }
}
