/**
 * How long one command took, over all its calls: a histogram of nanoseconds with two significant digits, which is
 * what INFO latencystats and LATENCY HISTOGRAM are computed from.
 *
 * 256 buckets of 1 ns, then 128 buckets for each doubling, up to a second:
 *
 *     index   0 … 255        256 … 383        384 … 511      …
 *     width   1 ns           2 ns             4 ns
 *     values  0 … 255        256 … 511        512 … 1023     …
 *
 * Source: the layout of HdrHistogram (Gil Tene, hdrhistogram.org) for two significant digits, which Redis uses:
 * bucket bounds show in its replies.
 */

const UNIT_BUCKETS = 256;
const BUCKETS_PER_DOUBLING = 128;
const DOUBLING_SHIFT = 7;
const VALUE_MAX_NS = 1_000_000_000;

/** The bucket of a duration. @param ns what lies outside 1 ns … 1 s counts as the bound */
export function bucketOf(ns: number): number {
  const value = ns >= VALUE_MAX_NS ? VALUE_MAX_NS : ns > 1 ? Math.trunc(ns) : 1;
  if (value < UNIT_BUCKETS) return value;
  const doublings = 24 - Math.clz32(value);
  return (doublings << DOUBLING_SHIFT) + (value >>> doublings);
}

const BUCKET_COUNT = bucketOf(VALUE_MAX_NS) + 1;

/** The longest duration that falls into a bucket. */
export function highestOf(bucket: number): number {
  if (bucket < UNIT_BUCKETS) return bucket;
  const doublings = (bucket >>> DOUBLING_SHIFT) - 1;
  const first = ((bucket & (BUCKETS_PER_DOUBLING - 1)) + BUCKETS_PER_DOUBLING) * 2 ** doublings;
  return first + 2 ** doublings - 1;
}

export class LatencyHistogram {
  total = 0;
  readonly #counts = new Float64Array(BUCKET_COUNT);

  /** @param bucket as `bucketOf` tells */
  add(bucket: number, calls = 1): void {
    this.#counts[bucket] += calls;
    this.total += calls;
  }

  /** The duration in ns that this percentage of the calls didn't exceed. */
  percentile(percent: number): number {
    const wanted = Math.max(1, Math.floor((Math.min(percent, 100) / 100) * this.total + 0.5));
    let count = 0;
    for (let bucket = 0; bucket < BUCKET_COUNT; bucket++) {
      count += this.#counts[bucket];
      if (count >= wanted) return highestOf(bucket);
    }
    return 0;
  }

  /**
   * Calls that took no longer than 1,024 ns, 2,048 ns … doubling; bounds that add no call are left out.
   * @returns [bound in whole µs, calls up to it]
   */
  doublings(): [microseconds: number, calls: number][] {
    const bounds: [number, number][] = [];
    let bucket = 0;
    let count = 0;
    for (let bound = 1024; count < this.total; bound *= 2) {
      const before = count;
      const last = bucketOf(bound);
      for (; bucket <= last; bucket++) count += this.#counts[bucket];
      if (count > before) bounds.push([Math.floor(highestOf(last) / 1000), count]);
    }
    return bounds;
  }
}
