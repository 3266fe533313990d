/** What happens when, in virtual time: a heap, ordered by time and then by the order in which it was arranged. */
interface Event {
  readonly atMs: number;
  readonly number: number;
  readonly happen: () => void;
}

export class EventQueue {
  readonly #heap: Event[] = [];
  #count = 0;

  get nextMs(): number {
    return this.#heap.length === 0 ? Number.POSITIVE_INFINITY : this.#heap[0].atMs;
  }

  add(atMs: number, happen: () => void): void {
    const heap = this.#heap;
    heap.push({ atMs, number: this.#count++, happen });
    let index = heap.length - 1;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (!isBefore(heap[index], heap[parent])) return;
      [heap[index], heap[parent]] = [heap[parent], heap[index]];
      index = parent;
    }
  }

  /** The earliest event, which is no longer there. */
  take(): Event | null {
    const heap = this.#heap;
    const first = heap[0] ?? null;
    const last = heap.pop();
    if (last === undefined || last === first) return first;
    heap[0] = last;
    let index = 0;
    for (;;) {
      let least = index;
      for (const child of [2 * index + 1, 2 * index + 2]) {
        if (child < heap.length && isBefore(heap[child], heap[least])) least = child;
      }
      if (least === index) return first;
      [heap[index], heap[least]] = [heap[least], heap[index]];
      index = least;
    }
  }
}

function isBefore(a: Event, b: Event): boolean {
  return a.atMs < b.atMs || (a.atMs === b.atMs && a.number < b.number);
}
