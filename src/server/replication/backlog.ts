/**
 * The last bytes of the replication stream, so that a replica whose connection broke can go on where it was.
 *
 * Offsets count the bytes of the stream since its beginning, which may have been another server's.
 */
export class Backlog {
  /** Offset of the first byte kept, and of the one that comes next. */
  startOffset: number;
  endOffset: number;
  #ring: Buffer;

  /** @param offset of the first byte to come */
  constructor(capacityBytes: number, offset: number) {
    this.#ring = Buffer.from(new ArrayBuffer(capacityBytes));
    this.startOffset = offset;
    this.endOffset = offset;
  }

  get capacityBytes(): number {
    return this.#ring.length;
  }

  get length(): number {
    return this.endOffset - this.startOffset;
  }

  append(bytes: Buffer, start: number, end: number): void {
    const capacity = this.#ring.length;
    // Of what is longer than the ring, its end.
    let from = Math.max(start, end - capacity);
    this.endOffset += from - start;
    while (from < end) {
      const at = this.endOffset % capacity;
      const count = Math.min(end - from, capacity - at);
      bytes.copy(this.#ring, at, from, from + count);
      from += count;
      this.endOffset += count;
    }
    this.startOffset = Math.max(this.startOffset, this.endOffset - capacity);
  }

  /** Whether everything from an offset on is kept. */
  has(offset: number): boolean {
    return offset >= this.startOffset && offset <= this.endOffset;
  }

  /** A copy of everything from an offset on. */
  since(offset: number): Buffer {
    const copy = Buffer.allocUnsafe(this.endOffset - offset);
    const capacity = this.#ring.length;
    for (let at = offset; at < this.endOffset; ) {
      const from = at % capacity;
      const count = Math.min(this.endOffset - at, capacity - from);
      this.#ring.copy(copy, at - offset, from, from + count);
      at += count;
    }
    return copy;
  }

  /** Keeps as much as fits. */
  resize(capacityBytes: number): void {
    const kept = this.since(Math.max(this.startOffset, this.endOffset - capacityBytes));
    this.#ring = Buffer.from(new ArrayBuffer(capacityBytes));
    this.startOffset = this.endOffset - kept.length;
    this.endOffset = this.startOffset;
    this.append(kept, 0, kept.length);
  }
}
