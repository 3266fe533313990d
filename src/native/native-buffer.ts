/**
 * Memory that the kernel is told the address of.
 *
 * A raw address keeps nothing alive: a Buffer that no live object refers to is collected, and the kernel
 * then writes into memory that belongs to somebody else. Therefore an address never travels alone: it
 * lives in one object with its Buffer, and code that passes the address holds that object.
 */

/** What knows where a Buffer's bytes lie: libc's binding. */
export interface AddressSource {
  addressOf(bytes: Buffer): number;
}

export class NativeBuffer {
  /** Off V8's heap: it never moves. */
  readonly bytes: Buffer;
  /** Of `bytes[0]`; user space addresses have 47 bits, a Number is exact. */
  readonly address: number;

  /** The bytes are not zeroed. @throws RangeError when there is no memory. */
  constructor(source: AddressSource, byteLength: number) {
    // Not from Buffer's pool, and not small enough for V8 to keep it in its moving heap.
    this.bytes = Buffer.allocUnsafeSlow(Math.max(byteLength, ON_HEAP_BYTES_MAX + 1));
    this.address = source.addressOf(this.bytes);
  }
}

/**
 * Typed arrays up to this size may lie in V8's moving heap, where they have no stable address.
 * Source: V8's default of `--typed-array-max-size-in-heap`.
 */
const ON_HEAP_BYTES_MAX = 64;

/**
 * Addresses of Buffers that others own, for the length of a call. Most writes come from the same Buffer,
 * so the last one's address is kept together with the Buffer itself.
 */
export class AddressCache {
  readonly #source: AddressSource;
  readonly #scratch: NativeBuffer;
  #bytes: Buffer;
  #address: number;

  constructor(source: AddressSource) {
    this.#source = source;
    this.#scratch = new NativeBuffer(source, ON_HEAP_BYTES_MAX);
    this.#bytes = this.#scratch.bytes;
    this.#address = this.#scratch.address;
  }

  /** The address of `bytes[start]`, or of a copy, valid until the next call. */
  of(bytes: Buffer, start: number, end: number): number {
    if (bytes === this.#bytes) return this.#address + start;
    if (bytes.length <= ON_HEAP_BYTES_MAX) {
      bytes.copy(this.#scratch.bytes, 0, start, end);
      return this.#scratch.address;
    }
    this.#bytes = bytes;
    this.#address = this.#source.addressOf(bytes);
    return this.#address + start;
  }
}
