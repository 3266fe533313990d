/** Settings that commands heed, sizes most of them. Read them when they are needed: CONFIG SET changes them. */
export interface Limits {
  /** The longest string, and the longest argument: `proto-max-bulk-len`. */
  readonly bulkBytesMax: number;
  /** A HyperLogLog above this becomes dense: `hll-sparse-max-bytes`. */
  readonly hllSparseBytesMax: number;
  /** FLUSHALL and FLUSHDB count as ASYNC unless they say otherwise: `lazyfree-lazy-user-flush`. */
  readonly flushesAside: boolean;
}
