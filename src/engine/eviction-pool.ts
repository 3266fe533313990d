/**
 * The best candidates for eviction met so far: a handful of keys, the likeliest last.
 *
 * Each round samples a few keys; keeping the best of earlier rounds makes the choice nearly as good as one among all
 * keys. Keys are copied, because an entry may be gone or elsewhere by the next round.
 */

/** As in Redis; more candidates add little. */
const POOL_SIZE = 16;
const KEY_BYTES_KEPT = 256;

interface Candidate {
  score: number;
  databaseId: number;
  key: Buffer;
  keyBytes: number;
}

export class EvictionPool {
  readonly #candidates: Candidate[] = [];
  /** Candidates that were taken out, for reuse. */
  readonly #spare: Candidate[] = [];

  get size(): number {
    return this.#candidates.length;
  }

  /** True when a candidate with this score would be kept. */
  accepts(score: number): boolean {
    return this.#candidates.length < POOL_SIZE || score > this.#candidates[0].score;
  }

  /** @param score the higher, the sooner it is evicted */
  add(score: number, databaseId: number, bytes: Buffer, start: number, end: number): void {
    if (!this.accepts(score)) return;
    if (this.#candidates.length === POOL_SIZE) this.#release(this.#candidates.shift() as Candidate);
    const candidate = this.#spare.pop() ?? {
      score,
      databaseId,
      key: Buffer.alloc(KEY_BYTES_KEPT),
      keyBytes: 0,
    };
    const keyBytes = end - start;
    // A long key's buffer does not stay once another key takes its place.
    const fits = keyBytes <= candidate.key.length && candidate.key.length <= KEY_BYTES_KEPT;
    if (!fits) candidate.key = Buffer.alloc(Math.max(keyBytes, KEY_BYTES_KEPT));
    bytes.copy(candidate.key, 0, start, end);
    candidate.keyBytes = keyBytes;
    candidate.score = score;
    candidate.databaseId = databaseId;
    let position = this.#candidates.length;
    while (position > 0 && this.#candidates[position - 1].score >= score) position--;
    this.#candidates.splice(position, 0, candidate);
  }

  /** Takes the likeliest candidate out; it is valid until the next call. The pool must not be empty. */
  takeBest(): Readonly<Candidate> {
    const best = this.#candidates.pop() as Candidate;
    this.#release(best);
    return best;
  }

  clear(): void {
    while (this.#candidates.length > 0) this.takeBest();
  }

  #release(candidate: Candidate): void {
    this.#spare.push(candidate);
  }
}
