/**
 * The memory that an I/O thread shares with the engine's thread: rings, and beside them values that are read too
 * often to send a record for each.
 */
import { RingMemory } from '../ring/ring-memory.js';

/** Connections of one thread at a time. More than descriptors on most machines; 4 bytes each. */
export const SLOTS_MAX = 1 << 17;

const KEEPALIVE_SECONDS = 0;
const INBOUND_INDEX = 1;
const SETTINGS = 2;

export interface SharedBuffers {
  readonly inbound: readonly [SharedArrayBuffer, SharedArrayBuffer];
  readonly outbound: SharedArrayBuffer;
  readonly sent: SharedArrayBuffer;
  readonly settings: SharedArrayBuffer;
}

export class SharedMemory {
  /** To the engine: one is in use, the other replaces it when its room can't be given back (inlet.ts). */
  readonly inbound: readonly [RingMemory, RingMemory];
  readonly outbound: RingMemory;
  /** Of each slot: bytes of its connection that the kernel has taken, modulo 2^32. Written by the I/O thread. */
  readonly sent: Int32Array;
  /** Words that the engine's thread writes, at the indices below. */
  readonly settings: Int32Array;

  /** @param ringBytes of each ring, a power of two; a piece of a request or of a reply takes half of it at most */
  static create(ringBytes: number): SharedMemory {
    return new SharedMemory({
      inbound: [RingMemory.create(ringBytes).shared, RingMemory.create(ringBytes).shared],
      outbound: RingMemory.create(ringBytes).shared,
      sent: new SharedArrayBuffer(SLOTS_MAX * 4),
      settings: new SharedArrayBuffer(SETTINGS * 4),
    });
  }

  constructor(readonly buffers: SharedBuffers) {
    const [first, second] = buffers.inbound;
    this.inbound = [new RingMemory(first), new RingMemory(second)];
    this.outbound = new RingMemory(buffers.outbound);
    this.sent = new Int32Array(buffers.sent);
    this.settings = new Int32Array(buffers.settings);
  }

  /** Of `tcp-keepalive`. */
  get keepaliveSeconds(): number {
    return Atomics.load(this.settings, KEEPALIVE_SECONDS);
  }

  set keepaliveSeconds(seconds: number) {
    if (this.settings[KEEPALIVE_SECONDS] !== seconds)
      Atomics.store(this.settings, KEEPALIVE_SECONDS, seconds);
  }

  /** Of the inbound ring that the I/O thread is to use. */
  get inboundIndex(): number {
    return Atomics.load(this.settings, INBOUND_INDEX);
  }

  set inboundIndex(index: number) {
    Atomics.store(this.settings, INBOUND_INDEX, index);
  }
}
