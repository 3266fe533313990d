/**
 * The nodes of a large list as they were at one moment, in their order, shown one at a time while commands go on changing
 * the list: what changes before its turn is copied, what goes is taken over (frozen-nodes.ts).
 */
import { assert } from '../../../base/assert.js';
import { unpackLzf } from '../../../base/lzf.js';
import { type Arena, NONE } from '../../arena.js';
import { firstEntry } from '../../packed/listpack.js';
import { readEntry } from '../../packed/listpack-value.js';
import { ValueView } from '../../packed/value-view.js';
import { FrozenNodes } from '../frozen-nodes.js';

/** A node as it is stored. */
export interface StoredNode {
  /** A listpack, one plain element, or LZF of either: [at, at + storedBytes). */
  readonly bytes: Buffer;
  readonly at: number;
  readonly storedBytes: number;
  /** Bytes of the listpack or element, not compressed. */
  readonly contentBytes: number;
  readonly isPlain: boolean;
  readonly isCompressed: boolean;
  readonly elementCount: number;
}

interface KeptNode extends StoredNode {
  /** The block, which is freed when it was shown; NONE: a copy. */
  readonly ref: number;
}

/** What it needs of the list: a reader of its own, so that whatever the list has open stays open. */
export interface StoredNodes {
  readonly count: number;
  /** Opens a node. @returns it; until the next call */
  openStored(node: number): StoredNode;
}

/** The node is valid until `step` has returned. */
export type ShowNode = (node: StoredNode) => void;

export class FrozenList {
  /** Nodes. */
  readonly count: number;

  readonly #arena: Arena;
  readonly #nodes: StoredNodes;
  readonly #frozen: FrozenNodes<KeptNode>;

  constructor(arena: Arena, nodes: StoredNodes) {
    this.#arena = arena;
    this.#nodes = nodes;
    this.count = nodes.count;
    this.#frozen = new FrozenNodes(nodes.count);
  }

  /** A node's contents are about to change. */
  changes(node: number): void {
    if (this.#frozen.left === 0 || !this.#frozen.isDue(node)) return;
    const stored = this.#nodes.openStored(node);
    const { bytes, at, storedBytes } = stored;
    this.#frozen.keep(node, {
      ...factsOf(stored),
      bytes: Buffer.from(bytes.subarray(at, at + storedBytes)),
      at: 0,
      ref: NONE,
    });
  }

  /** A node is about to go. @returns true when its block is not the list's any more: it isn't to be freed */
  takesOver(node: number, ref: number): boolean {
    if (this.#frozen.left === 0 || !this.#frozen.isDue(node)) return false;
    const stored = this.#nodes.openStored(node);
    this.#frozen.keep(node, { ...factsOf(stored), bytes: stored.bytes, at: stored.at, ref });
    return true;
  }

  /** A node came to be at a place. */
  inserted(node: number): void {
    if (this.#frozen.left > 0) this.#frozen.inserted(node);
  }

  /** A node went from a place. */
  removed(node: number): void {
    if (this.#frozen.left > 0) this.#frozen.removed(node);
  }

  /** Shows the next node. @returns true when all were shown */
  step(show: ShowNode): boolean {
    return this.#frozen.step(
      (node) => show(this.#nodes.openStored(node)),
      (kept) => {
        show(kept);
        if (kept.ref !== NONE) this.#arena.free(kept.ref);
      },
    );
  }

  /** Nobody wants the rest. */
  free(): void {
    for (const { ref } of this.#frozen.unshown()) if (ref !== NONE) this.#arena.free(ref);
    this.#frozen.left = 0;
  }
}

function factsOf(node: StoredNode): Omit<StoredNode, 'bytes' | 'at'> {
  const { storedBytes, contentBytes, isPlain, isCompressed, elementCount } = node;
  return { storedBytes, contentBytes, isPlain, isCompressed, elementCount };
}

/** Of the element that is visited. */
const element = new ValueView();

export function forEachElement(node: StoredNode, visit: (element: ValueView) => void): void {
  let { bytes, at } = node;
  if (node.isCompressed) {
    const unpacked = unpackLzf(bytes, at, at + node.storedBytes, node.contentBytes);
    assert(unpacked !== null, 'what was compressed can be unpacked');
    bytes = unpacked;
    at = 0;
  }
  if (node.isPlain) {
    element.setSpan(bytes, at, at + node.contentBytes);
    visit(element);
    return;
  }
  let entry = firstEntry(at);
  for (let left = node.elementCount; left > 0; left--) {
    entry = readEntry(bytes, entry, element);
    visit(element);
  }
}
