/**
 * Deadlines, earliest first: a binary heap whose items know their place, so that one can be taken out.
 */
export interface Timed {
  /** When it is due, on the clock that the owner of the queue reads. */
  readonly dueMs: number;
  /** Its place in the queue; -1 when it isn't in one. Kept by the queue. */
  queueIndex: number;
}

export class TimerQueue<T extends Timed> {
  readonly #heap: T[] = [];

  /** When the first is due; Infinity when there is none. */
  get firstDueMs(): number {
    return this.#heap.length === 0 ? Number.POSITIVE_INFINITY : this.#heap[0].dueMs;
  }

  add(item: T): void {
    this.#heap.push(item);
    this.#siftUp(item, this.#heap.length - 1);
  }

  /** Takes an item out; nothing happens when it isn't in. */
  remove(item: T): void {
    const index = item.queueIndex;
    if (index < 0) return;
    item.queueIndex = -1;
    const last = this.#heap.pop();
    if (last === undefined || last === item) return;
    this.#siftUp(last, index);
    this.#siftDown(last, last.queueIndex);
  }

  /** Takes out the first item that is due, or returns null. */
  takeDue(nowMs: number): T | null {
    const first = this.#heap[0];
    if (first === undefined || first.dueMs > nowMs) return null;
    this.remove(first);
    return first;
  }

  #siftUp(item: T, from: number): void {
    let index = from;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (this.#heap[parent].dueMs <= item.dueMs) break;
      this.#place(this.#heap[parent], index);
      index = parent;
    }
    this.#place(item, index);
  }

  #siftDown(item: T, from: number): void {
    let index = from;
    for (;;) {
      let child = 2 * index + 1;
      if (child >= this.#heap.length) break;
      if (child + 1 < this.#heap.length && this.#heap[child + 1].dueMs < this.#heap[child].dueMs) child++;
      if (this.#heap[child].dueMs >= item.dueMs) break;
      this.#place(this.#heap[child], index);
      index = child;
    }
    this.#place(item, index);
  }

  #place(item: T, index: number): void {
    this.#heap[index] = item;
    item.queueIndex = index;
  }
}
