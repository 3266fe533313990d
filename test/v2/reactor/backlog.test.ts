/** What the kernel has not taken yet keeps its order and its bytes, however it was written and sent. */
import assert from 'node:assert/strict';
import { Random } from '../../../src/base/random.js';
import { Backlog, ChunkPool } from '../../../v2/reactor/backlog.js';

/** Addresses are offsets into all memory ever handed out, so that a test can read what lies there. */
class FakeMemory {
  readonly #buffers: { bytes: Buffer; address: number }[] = [];
  #next = 4096;
  allocatedBytes = 0;

  addressOf(bytes: Buffer): number {
    const address = this.#next;
    this.#next += bytes.length;
    this.allocatedBytes += bytes.length;
    this.#buffers.push({ bytes, address });
    return address;
  }

  read(address: number, length: number): Buffer {
    const found = this.#buffers.find(
      (each) => address >= each.address && address < each.address + each.bytes.length,
    );
    assert.ok(found, 'an address that was handed out');
    const at = address - found.address;
    return Buffer.from(found.bytes.subarray(at, at + length));
  }
}

describe('backlog', () => {
  it('gives back what it took, in order, for any sizes of writes and sends', () => {
    for (let seed = 1; seed <= 50; seed++) {
      const random = new Random(seed);
      const memory = new FakeMemory();
      const backlog = new Backlog(new ChunkPool(memory));
      const written: Buffer[] = [];
      const sent: Buffer[] = [];
      for (let step = 0; step < 200; step++) {
        const size = 1 + random.below(random.below(10) === 0 ? 200_000 : 3000);
        const bytes = Buffer.alloc(size + 7, random.below(256));
        bytes.writeUInt8(step % 256, 3);
        backlog.append(bytes, 3, 3 + size);
        written.push(bytes.subarray(3, 3 + size));
        while (backlog.contiguousBytes > 0 && random.below(3) > 0) {
          const count = 1 + random.below(backlog.contiguousBytes);
          sent.push(memory.read(backlog.address, count));
          backlog.sent(count);
        }
      }
      while (backlog.contiguousBytes > 0) {
        const count = backlog.contiguousBytes;
        sent.push(memory.read(backlog.address, count));
        backlog.sent(count);
      }
      assert.ok(Buffer.concat(sent).equals(Buffer.concat(written)), `seed ${seed}`);
    }
  });

  it('uses the same memory again', () => {
    const memory = new FakeMemory();
    const pool = new ChunkPool(memory);
    const message = Buffer.alloc(100);
    for (let round = 0; round < 1000; round++) {
      const backlog = new Backlog(pool);
      backlog.append(message, 0, 100);
      backlog.sent(100);
    }
    for (let round = 0; round < 1000; round++) {
      const backlog = new Backlog(pool);
      for (let count = 0; count < 50; count++) backlog.append(message, 0, 100);
      backlog.clear();
    }
    assert.ok(memory.allocatedBytes < 100_000, `${memory.allocatedBytes} bytes`);
  });
});
