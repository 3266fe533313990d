/**
 * The memory that an I/O thread shares with the engine's thread: two rings, and beside them what is read more often
 * than it is worth a record.
 */
import { RingMemory } from '../ring/ring-memory.js';

/** Connections of one thread at a time. More than descriptors on most machines; 4 bytes each. */
export const SLOTS_MAX = 1 << 17;

export interface SharedBuffers {
  readonly inbound: SharedArrayBuffer;
  readonly outbound: SharedArrayBuffer;
  readonly sent: SharedArrayBuffer;
  readonly settings: SharedArrayBuffer;
}

export class SharedMemory {
  readonly inbound: RingMemory;
  readonly outbound: RingMemory;
  /** Of each slot: bytes of its connection that the kernel has taken, modulo 2^32. Written by the I/O thread. */
  readonly sent: Int32Array;
  /** Seconds of `tcp-keepalive`. Written by the engine's thread. */
  readonly settings: Int32Array;

  /** @param ringBytes of each ring, a power of two; a piece of a request or of a reply takes half of it at most */
  static create(ringBytes: number): SharedMemory {
    return new SharedMemory({
      inbound: RingMemory.create(ringBytes).shared,
      outbound: RingMemory.create(ringBytes).shared,
      sent: new SharedArrayBuffer(SLOTS_MAX * 4),
      settings: new SharedArrayBuffer(4),
    });
  }

  constructor(readonly buffers: SharedBuffers) {
    this.inbound = new RingMemory(buffers.inbound);
    this.outbound = new RingMemory(buffers.outbound);
    this.sent = new Int32Array(buffers.sent);
    this.settings = new Int32Array(buffers.settings);
  }

  get keepaliveSeconds(): number {
    return Atomics.load(this.settings, 0);
  }

  set keepaliveSeconds(seconds: number) {
    if (this.settings[0] !== seconds) Atomics.store(this.settings, 0, seconds);
  }
}
