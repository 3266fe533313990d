/**
 * XINFO STREAM tells how many nodes the radix tree has that Redis keeps a stream's nodes in. Here is none: what it
 * would be follows from the master ids, 16 bytes each with the highest first, which are its keys. It consists of
 *
 *     a leaf for each key,
 *     a node wherever keys that agreed so far differ,
 *     and one node before either of these for the bytes in between that all keys below it share, if there are any.
 *
 * Source: the description of Redis' radix tree, github.com/antirez/rax.
 */
import type { NodeRow } from './node-row.js';
import { StreamId } from './stream-id.js';

const ID_BYTES = 16;
const WORD_BYTES = 4;
/** Depth of what is above the root. */
const NOWHERE = -1;

/** Bytes that two different ids begin with alike. */
function commonBytes(a: StreamId, b: StreamId): number {
  if (a.msHi !== b.msHi) return Math.clz32(a.msHi ^ b.msHi) >>> 3;
  if (a.msLo !== b.msLo) return WORD_BYTES + (Math.clz32(a.msLo ^ b.msLo) >>> 3);
  if (a.seqHi !== b.seqHi) return 2 * WORD_BYTES + (Math.clz32(a.seqHi ^ b.seqHi) >>> 3);
  return 3 * WORD_BYTES + (Math.clz32(a.seqLo ^ b.seqLo) >>> 3);
}

/** A leaf or a branching with what leads to it from the branching above, one byte of which that one has itself. */
const nodesFor = (depth: number, depthAbove: number): number => (depth > depthAbove + 1 ? 2 : 1);

export function countRadixNodes(nodes: NodeRow): number {
  if (nodes.nodeCount === 0) return 1;
  let total = 0;
  /** Depths of the branchings on the way to the key at hand, the highest first. */
  const path: number[] = [];
  const id = nodes.readMasterId(0, new StreamId());
  const next = new StreamId();
  for (let node = 0, before = NOWHERE; node < nodes.nodeCount; node++) {
    const isLast = node + 1 === nodes.nodeCount;
    const common = isLast ? NOWHERE : commonBytes(id, nodes.readMasterId(node + 1, next));
    total += nodesFor(ID_BYTES, Math.max(before, common));
    while (path.length > 0 && path[path.length - 1] > common) {
      const depth = path.pop() ?? NOWHERE;
      total += nodesFor(depth, Math.max(path.at(-1) ?? NOWHERE, common));
    }
    if (common > (path.at(-1) ?? NOWHERE)) path.push(common);
    id.copyFrom(next);
    before = common;
  }
  return total;
}
