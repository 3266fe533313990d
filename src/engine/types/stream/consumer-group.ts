/**
 * Consumer groups: how far a group has read, who reads, and which entries were delivered and not acknowledged.
 * JavaScript objects, for there are few groups, and pending entries come and go. Knows nothing of entries.
 *
 * Invariant: a pending entry is in its group's list and in that of exactly one consumer, the one it names.
 */
import { type ShownIds, SortedIds } from './sorted-ids.js';
import type { StreamId } from './stream-id.js';
import type { WideCount } from './wide-count.js';

/** Objects and what their tables take for them, measured over 50,000 groups, ten consumers each, 500,000 entries. */
const GROUP_BYTES = 420;
const CONSUMER_BYTES = 230;
const PENDING_BYTES = 160;

/** How many entries a group has read is not known. */
export const READ_COUNT_UNKNOWN = -1;

/** In the order of their names' bytes: the order in which Redis tells of groups and consumers. */
export function inNameOrder<T extends { readonly name: string }>(named: ReadonlyMap<string, T>): T[] {
  return [...named.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Changed by its group alone. */
export class PendingEntry {
  constructor(
    readonly id: StreamId,
    public consumer: Consumer,
    public deliveredAtMs: number,
    public deliveryCount: WideCount,
  ) {}
}

/** What there is to read of a consumer, now or at the moment when its group was frozen. */
export interface ShownConsumer {
  readonly name: string;
  readonly seenAtMs: number;
  readonly pending: ShownIds<Readonly<PendingEntry>>;
}

/** And of a group. */
export interface ShownGroup {
  readonly name: string;
  readonly lastId: StreamId;
  readonly readCount: WideCount;
  readonly pending: ShownIds<Readonly<PendingEntry>>;
  readonly consumers: ReadonlyMap<string, ShownConsumer>;
}

export class Consumer {
  /** When it last was active: something was delivered or claimed; −1 never. */
  activeAtMs = -1;
  readonly pending = new SortedIds<PendingEntry>();

  constructor(
    /** Each character a byte. */
    readonly name: string,
    /** When it last asked for something. */
    public seenAtMs: number,
  ) {}
}

export class ConsumerGroup implements ShownGroup {
  readonly pending = new SortedIds<PendingEntry>();
  readonly consumers = new Map<string, Consumer>();
  /** While it is frozen: what pending entries were like that have changed since. */
  #earlier: Map<PendingEntry, PendingEntry> | null = null;

  constructor(
    readonly name: string,
    readonly lastId: StreamId,
    /** Entries read, or READ_COUNT_UNKNOWN. */
    public readCount: WideCount,
  ) {}

  get heapBytes(): number {
    return GROUP_BYTES + this.consumers.size * CONSUMER_BYTES + this.pending.length * PENDING_BYTES;
  }

  createConsumer(name: string, nowMs: number): Consumer {
    const consumer = new Consumer(name, nowMs);
    this.consumers.set(name, consumer);
    return consumer;
  }

  /** @returns how many pending entries went with it */
  deleteConsumer(consumer: Consumer): number {
    const count = consumer.pending.length;
    for (const entry of consumer.pending.all()) this.pending.delete(entry.id);
    this.consumers.delete(consumer.name);
    return count;
  }

  /** Makes an entry pending with a consumer, delivered once; takes it from another one if need be. */
  deliver(id: StreamId, consumer: Consumer, nowMs: number): PendingEntry {
    const known = this.pending.get(id);
    if (known === null) return this.addPending(id.clone(), consumer, nowMs, 1);
    this.redeliver(known, consumer, nowMs, 1);
    return known;
  }

  addPending(
    id: StreamId,
    consumer: Consumer,
    deliveredAtMs: number,
    deliveryCount: WideCount,
  ): PendingEntry {
    const entry = new PendingEntry(id, consumer, deliveredAtMs, deliveryCount);
    this.pending.add(entry);
    consumer.pending.add(entry);
    return entry;
  }

  /** An entry that is pending is delivered again, to the same consumer or to another. */
  redeliver(entry: PendingEntry, consumer: Consumer, deliveredAtMs: number, deliveryCount: WideCount): void {
    if (this.#earlier !== null && !this.#earlier.has(entry)) {
      const { id, consumer, deliveredAtMs, deliveryCount } = entry;
      this.#earlier.set(entry, new PendingEntry(id, consumer, deliveredAtMs, deliveryCount));
    }
    entry.deliveredAtMs = deliveredAtMs;
    entry.deliveryCount = deliveryCount;
    if (entry.consumer === consumer) return;
    entry.consumer.pending.delete(entry.id);
    entry.consumer = consumer;
    consumer.pending.add(entry);
  }

  /** The group as it is now stays readable, until `thaw`, while it changes. A change costs a short run of pending entries. */
  freeze(): ShownGroup {
    const earlier = new Map<PendingEntry, PendingEntry>();
    this.#earlier = earlier;
    const consumers = new Map<string, ShownConsumer>();
    for (const { name, seenAtMs, pending } of this.consumers.values()) {
      consumers.set(name, { name, seenAtMs, pending: pending.freeze(earlier) });
    }
    const { name, lastId, readCount, pending } = this;
    return { name, lastId: lastId.clone(), readCount, pending: pending.freeze(earlier), consumers };
  }

  thaw(): void {
    this.#earlier = null;
    this.pending.thaw();
    for (const { pending } of this.consumers.values()) pending.thaw();
  }

  /** @returns false when it isn't pending */
  acknowledge(id: StreamId): boolean {
    const entry = this.pending.get(id);
    if (entry === null) return false;
    this.pending.delete(id);
    entry.consumer.pending.delete(id);
    return true;
  }

  copy(): ConsumerGroup {
    const copy = new ConsumerGroup(this.name, this.lastId.clone(), this.readCount);
    for (const consumer of this.consumers.values()) {
      const added = copy.createConsumer(consumer.name, consumer.seenAtMs);
      added.activeAtMs = consumer.activeAtMs;
      for (const { id, deliveredAtMs, deliveryCount } of consumer.pending.all()) {
        copy.addPending(id.clone(), added, deliveredAtMs, deliveryCount);
      }
    }
    return copy;
  }
}
