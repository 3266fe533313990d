/** A sender gives the kernel what it was given, in order, through the turn's log and past it. */
import assert from 'node:assert/strict';
import { Random } from '../../../src/base/random.js';
import type { Libc } from '../../../src/native/libc.js';
import { AddressCache } from '../../../src/native/native-buffer.js';
import { EAGAIN } from '../../../src/native/system-error.js';
import { ChunkPool } from '../../../v2/reactor/backlog.js';
import { ReactorCounters } from '../../../v2/reactor/counters.js';
import { Sender } from '../../../v2/reactor/sender.js';
import { TurnLog } from '../../../v2/reactor/turn-log.js';

/** A kernel that takes as much as `room` says from memory that it knows by address. */
class FakeKernel {
  room = Number.POSITIVE_INFINITY;
  sends = 0;
  readonly taken: Buffer[][] = [];
  readonly #buffers: { bytes: Buffer; address: number }[] = [];
  #next = 4096;

  addressOf(bytes: Buffer): number {
    const address = this.#next;
    this.#next += bytes.length;
    this.#buffers.push({ bytes, address });
    return address;
  }

  send(descriptor: number, address: number, byteLength: number): number {
    this.sends++;
    const count = Math.min(byteLength, this.room);
    if (count === 0) return -EAGAIN;
    const from = this.#buffers.find(
      (each) => address >= each.address && address < each.address + each.bytes.length,
    );
    assert.ok(from, 'an address that was handed out');
    const at = address - from.address;
    this.taken[descriptor] ??= [];
    this.taken[descriptor].push(Buffer.from(from.bytes.subarray(at, at + count)));
    return count;
  }

  received(descriptor: number): Buffer {
    return Buffer.concat(this.taken[descriptor] ?? []);
  }
}

/** Senders by descriptor on one turn's log, over a kernel of the test's own. */
function sendersOf(count: number) {
  const kernel = new FakeKernel();
  const libc = kernel as unknown as Libc;
  const host = {
    libc,
    counters: new ReactorCounters(),
    addresses: new AddressCache(libc),
    chunks: new ChunkPool(libc),
    turnLog: new TurnLog(libc),
  };
  const senders = Array.from({ length: count }, (_, descriptor) => new Sender(host, descriptor));
  const endTurn = (): void => {
    for (const sender of senders) sender.flush();
    host.turnLog.clear();
  };
  return { kernel, senders, endTurn, turnLog: host.turnLog };
}

describe('sender', () => {
  it('sends a turn of the same messages to many from one place, in one send each', () => {
    const { kernel, senders, endTurn, turnLog } = sendersOf(100);
    // Two that are the same and one that isn't.
    const messages = ['hello', 'hello', 'world!'].map((text) => Buffer.from(text));
    for (const message of messages) {
      for (const sender of senders) assert.equal(sender.keepForTurn(message, 0, message.length), 0);
    }
    assert.equal(turnLog.bytes.toString('latin1', 0, 16), 'hellohelloworld!');
    endTurn();
    assert.equal(kernel.sends, 100);
    for (const { pendingBytes } of senders) assert.equal(pendingBytes, 0);
    for (let descriptor = 0; descriptor < 100; descriptor++) {
      assert.equal(kernel.received(descriptor).toString(), 'hellohelloworld!');
    }
  });

  it('keeps order and bytes for any sizes, kinds of writes, turns and full sockets', () => {
    for (let seed = 1; seed <= 30; seed++) {
      const random = new Random(seed);
      const { kernel, senders, endTurn } = sendersOf(4);
      const written: Buffer[][] = senders.map(() => []);
      for (let step = 0; step < 300; step++) {
        kernel.room = random.below(3) === 0 ? random.below(2000) : Number.POSITIVE_INFINITY;
        // Few values: many messages are the same as others.
        const size = random.below(40) === 0 ? 100_000 : 1 + random.below(3);
        const message = Buffer.alloc(size, random.below(2));
        for (let index = 0; index < senders.length; index++) {
          if (random.below(3) === 0) continue;
          const sender = senders[index];
          written[index].push(message);
          if (sender.pendingBytes === 0 && random.below(5) === 0) sender.send(message, 0, size);
          else if (random.below(10) === 0) sender.keep(message, 0, size);
          else sender.keepForTurn(message, 0, size);
        }
        if (random.below(4) === 0) endTurn();
      }
      kernel.room = Number.POSITIVE_INFINITY;
      while (senders.some(({ pendingBytes }) => pendingBytes > 0)) endTurn();
      for (let index = 0; index < senders.length; index++) {
        assert.ok(kernel.received(index).equals(Buffer.concat(written[index])), `seed ${seed}`);
      }
    }
  });
});
