/**
 * A large stream as it was at one moment, shown while commands go on changing it: node by node in their order, then what
 * was counted, and its groups. A node that changes before its turn is copied, one that goes is taken over with its block
 * (types/frozen-nodes.ts). Groups are frozen before a command gets at them, and when they begin to be shown.
 */
import { type Arena, NONE } from '../../arena.js';
import { listpackBytes } from '../../packed/listpack.js';
import { FrozenNodes } from '../frozen-nodes.js';
import { type ConsumerGroup, inNameOrder, type ShownGroup } from './consumer-group.js';
import type { StreamFacts } from './read-count.js';
import { readFacts } from './stream-head.js';
import { StreamId } from './stream-id.js';

/** A node, whose listpack begins at `at`. Valid until `step` has returned. */
export type ShowStreamNode = (master: StreamId, bytes: Buffer, at: number) => void;

interface KeptNode {
  readonly master: StreamId;
  readonly bytes: Buffer;
  readonly at: number;
  /** The block, which is freed when it was shown; NONE: a copy. */
  readonly ref: number;
}

/** What of a stream there is to freeze. */
export interface Freezable {
  readonly head: number;
  readonly nodeCount: number;
  readonly groups: ReadonlyMap<string, ConsumerGroup> | null;
  nodeRef(node: number): number;
  readMasterId(node: number, id: StreamId): StreamId;
}

export class FrozenStream {
  readonly facts: StreamFacts;

  readonly #arena: Arena;
  readonly #parts: Freezable;
  readonly #frozen: FrozenNodes<KeptNode>;
  readonly #master = new StreamId();
  /** In the order of their names. They may have been deleted since. */
  readonly #groups: readonly ConsumerGroup[];
  #frozenGroups: readonly ShownGroup[] | null = null;

  constructor(arena: Arena, parts: Freezable) {
    this.facts = readFacts(arena, parts.head);
    this.#groups = parts.groups === null ? [] : inNameOrder(parts.groups);
    this.#arena = arena;
    this.#parts = parts;
    this.#frozen = new FrozenNodes(parts.nodeCount);
  }

  /** Nodes. */
  get count(): number {
    return this.#frozen.count;
  }

  /** To be called before a command gets at the stream's groups. @returns them as they were, in the order of their names */
  freezeGroups(): readonly ShownGroup[] {
    this.#frozenGroups ??= this.#groups.map((group) => group.freeze());
    return this.#frozenGroups;
  }

  /** A node is about to change. */
  changes(node: number): void {
    if (this.#frozen.left === 0 || !this.#frozen.isDue(node)) return;
    const ref = this.#parts.nodeRef(node);
    const bytes = this.#arena.bytesOf(ref);
    const at = this.#arena.offsetOf(ref);
    const master = this.#parts.readMasterId(node, new StreamId());
    const copy = Buffer.from(bytes.subarray(at, at + listpackBytes(bytes, at)));
    this.#frozen.keep(node, { master, bytes: copy, at: 0, ref: NONE });
  }

  /** A node with a block of its own is about to go. @returns true when the block isn't to be freed: it is the stream's no more */
  takesOver(node: number): boolean {
    if (this.#frozen.left === 0 || !this.#frozen.isDue(node)) return false;
    const ref = this.#parts.nodeRef(node);
    const master = this.#parts.readMasterId(node, new StreamId());
    this.#frozen.keep(node, {
      master,
      bytes: this.#arena.bytesOf(ref),
      at: this.#arena.offsetOf(ref),
      ref,
    });
    return true;
  }

  /** A node went from a place. Those that come, come behind all. */
  removed(node: number): void {
    if (this.#frozen.left > 0) this.#frozen.removed(node);
  }

  /** Shows the next node. @returns true when all were shown */
  step(show: ShowStreamNode): boolean {
    return this.#frozen.step(
      (node) => {
        const ref = this.#parts.nodeRef(node);
        const master = this.#parts.readMasterId(node, this.#master);
        show(master, this.#arena.bytesOf(ref), this.#arena.offsetOf(ref));
      },
      ({ master, bytes, at, ref }) => {
        show(master, bytes, at);
        if (ref !== NONE) this.#arena.free(ref);
      },
    );
  }

  /** Nobody wants the rest. */
  free(): void {
    for (const { ref } of this.#frozen.unshown()) if (ref !== NONE) this.#arena.free(ref);
    this.#frozen.left = 0;
    if (this.#frozenGroups !== null) for (const group of this.#groups) group.thaw();
  }
}
