/**
 * A large stream as it was at one moment, shown while commands go on changing it: node by node in their order, then what
 * was counted, and its groups. A node that changes before its turn is copied, one that goes is taken over with its block
 * (types/frozen-nodes.ts). Groups aren't copied: whoever shows them is told before a command gets at them.
 */
import { type Arena, NONE } from '../../arena.js';
import { listpackBytes } from '../../packed/listpack.js';
import { FrozenNodes } from '../frozen-nodes.js';
import { type ConsumerGroup, inNameOrder } from './consumer-group.js';
import type { NodeDirectory } from './node-directory.js';
import type { StreamFacts } from './read-count.js';
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

/** A stream. */
export interface Freezable extends NodeDirectory, StreamFacts {
  readonly groups: ReadonlyMap<string, ConsumerGroup>;
}

export class FrozenStream {
  readonly facts: StreamFacts;
  /** In the order of their names. They may have been deleted since. */
  readonly groups: readonly ConsumerGroup[];
  /** A command asks for the groups, and may change them; may be called again and again. */
  groupsAreAskedFor: () => void = () => {};

  readonly #arena: Arena;
  readonly #directory: NodeDirectory;
  readonly #frozen: FrozenNodes<KeptNode>;
  readonly #master = new StreamId();

  constructor(arena: Arena, stream: Freezable) {
    const { length, entriesAdded, firstId, lastId, maxDeletedId } = stream;
    this.facts = {
      length,
      entriesAdded,
      firstId: firstId.clone(),
      lastId: lastId.clone(),
      maxDeletedId: maxDeletedId.clone(),
    };
    this.groups = inNameOrder(stream.groups);
    this.#arena = arena;
    this.#directory = stream;
    this.#frozen = new FrozenNodes(stream.nodeCount);
  }

  /** Nodes. */
  get count(): number {
    return this.#frozen.count;
  }

  /** A node is about to change. */
  changes(node: number): void {
    if (this.#frozen.left === 0 || !this.#frozen.isDue(node)) return;
    const ref = this.#directory.nodeRef(node);
    const bytes = this.#arena.bytesOf(ref);
    const at = this.#arena.offsetOf(ref);
    const master = this.#directory.readMasterId(node, new StreamId());
    const copy = Buffer.from(bytes.subarray(at, at + listpackBytes(bytes, at)));
    this.#frozen.keep(node, { master, bytes: copy, at: 0, ref: NONE });
  }

  /** A node is about to go. @returns true when its block is not the stream's any more: it isn't to be freed */
  takesOver(node: number): boolean {
    if (this.#frozen.left === 0 || !this.#frozen.isDue(node)) return false;
    const ref = this.#directory.nodeRef(node);
    const master = this.#directory.readMasterId(node, new StreamId());
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
        const ref = this.#directory.nodeRef(node);
        const master = this.#directory.readMasterId(node, this.#master);
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
  }
}
