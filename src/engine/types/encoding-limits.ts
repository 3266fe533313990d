/**
 * When a collection leaves its packed encoding: Redis' directives, live. CONFIG SET writes the fields;
 * a collection looks at them when it is written to, never before. Defaults are Redis 7.2's.
 *
 * Source: redis.conf, "ADVANCED CONFIG"; the meaning of each directive as described there.
 */

/** Bytes that list-max-listpack-size -1 … -5 allow a node. */
const NODE_BYTES = [4096, 8192, 16384, 32768, 65536];
/** A node limited by count is limited by this many bytes too. */
const COUNTED_NODE_BYTES_MAX = 8192;
const NODE_COUNT_MAX = 32767;
/** What Redis assumes an entry's header takes, before it knows. */
const ENTRY_OVERHEAD_BYTES = 8;

/** From this size on an element of a list gets a node of its own that is no listpack. */
const PACKED_THRESHOLD_BYTES = 2 ** 30;

/** More elements than any node has. A small integer: comparing counts with a double costs as much as the rest of it. */
const UNCOUNTED = 0x3fff_ffff;

export class EncodingLimits {
  hashMaxListpackEntries = 512;
  hashMaxListpackValueBytes = 64;
  setMaxIntsetEntries = 512;
  setMaxListpackEntries = 128;
  setMaxListpackValueBytes = 64;
  zsetMaxListpackEntries = 128;
  zsetMaxListpackValueBytes = 64;
  /** Bytes and entries that a node of a stream may have; 0 is no limit. */
  streamNodeMaxBytes = 4096;
  streamNodeMaxEntries = 100;
  /** DEBUG QUICKLIST-PACKED-THRESHOLD. */
  listPackedThresholdBytes = PACKED_THRESHOLD_BYTES;
  /** Nodes at either end of a list that are never compressed; 0: none is. Lists take it when they become large. */
  listCompressDepth = 0;
  /** What nodes of lists may hold that become large from now on. */
  listNodes = new ListNodeLimits(this, -2);

  /** list-max-listpack-size: above 0 elements in a node, below 0 one of five sizes in bytes. */
  get listMaxListpackSize(): number {
    return this.listNodes.size;
  }

  set listMaxListpackSize(size: number) {
    this.listNodes = new ListNodeLimits(this, size);
  }
}

/** What a list's nodes may hold: as it was configured when the list became large. Never changes. */
export class ListNodeLimits {
  /** Bytes of listpack that a list node may have. */
  readonly listNodeBytesMax: number;
  /** Elements that a list node may have. */
  readonly #listNodeCountMax: number;
  readonly #all: EncodingLimits;

  /**
   * @param all limits that are live for all lists
   * @param size list-max-listpack-size
   */
  constructor(
    all: EncodingLimits,
    readonly size: number,
  ) {
    const counted = size >= 0;
    this.#all = all;
    this.listNodeBytesMax = counted
      ? COUNTED_NODE_BYTES_MAX
      : NODE_BYTES[Math.min(-size, NODE_BYTES.length) - 1];
    this.#listNodeCountMax = counted ? Math.max(1, Math.min(size, NODE_COUNT_MAX)) : UNCOUNTED;
  }

  get listPackedThresholdBytes(): number {
    return this.#all.listPackedThresholdBytes;
  }

  /** Whether a list's listpack of so many bytes and elements is more than one node may hold. */
  listNodeExceeds(bytes: number, count: number): boolean {
    return bytes > this.listNodeBytesMax || count > this.#listNodeCountMax;
  }

  /** Whether a node of so many bytes and elements has room for an element of `addedBytes`. */
  listNodeTakes(bytes: number, count: number, addedBytes: number): boolean {
    if (addedBytes >= this.listPackedThresholdBytes) return false;
    return !this.listNodeExceeds(bytes + addedBytes + ENTRY_OVERHEAD_BYTES, count + 1);
  }

  /** Whether a quicklist's only node is small enough, by a margin, to become a bare listpack again. */
  listFitsListpack(bytes: number, count: number): boolean {
    if (this.size < 0) return bytes <= this.listNodeBytesMax / 2;
    return count <= Math.floor(this.#listNodeCountMax / 2);
  }
}
