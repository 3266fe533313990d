import assert from 'node:assert/strict';
import { LISTS_BYTES, smallBlocks } from '../../../src/scripting/lua/allocator.js';
import type { WasmMemory } from '../../../src/scripting/lua/web-assembly.js';
import { type Dice, itRandomly } from '../../support/dice.js';

const MEMORY_PAGES = 64;
const PAGE_BYTES = 64 * 1024;

type Allocate = (userData: number, block: number, oldBytes: number, newBytes: number) => number;

interface Block {
  address: number;
  bytes: number;
  mark: number;
}

/** Memory with the allocator over one that only ever goes forward, and says what it was asked for. */
class TestMemory {
  readonly memory: WasmMemory;
  readonly bytes: Buffer;
  readonly allocate: Allocate;
  readonly asked: { oldBytes: number; newBytes: number }[] = [];
  #next = 1024;
  #end: number;

  constructor(limitBytes = MEMORY_PAGES * PAGE_BYTES) {
    const { WebAssembly } = globalThis as unknown as {
      WebAssembly: { Memory: new (limits: { initial: number }) => WasmMemory };
    };
    this.memory = new WebAssembly.Memory({ initial: MEMORY_PAGES });
    this.bytes = Buffer.from(this.memory.buffer);
    this.#end = limitBytes;
    const lists = this.#next;
    this.#next += LISTS_BYTES + (8 - (LISTS_BYTES % 8));
    const large: Allocate = (_userData, block, oldBytes, newBytes) => {
      this.asked.push({ oldBytes, newBytes });
      if (newBytes === 0 || this.#next + newBytes > this.#end) return 0;
      const address = this.#next;
      this.#next += newBytes + (8 - (newBytes % 8));
      if (block !== 0) this.bytes.copy(this.bytes, address, block, block + Math.min(oldBytes, newBytes));
      return address;
    };
    this.allocate = smallBlocks(this.memory, large, lists) as Allocate;
  }
}

describe("Lua's allocator", () => {
  itRandomly('keeps what is in blocks apart, and with them when they move', (dice) => {
    const test = new TestMemory();
    const blocks: Block[] = [];
    for (let step = 0; step < 20_000; step++) {
      if (blocks.length < 10 || (blocks.length < 300 && dice.oneIn(2))) blocks.push(begin(test, dice));
      else if (dice.oneIn(2)) resize(test, dice.pick(blocks), sizeOf(dice), dice);
      else end(test, blocks.splice(dice.between(0, blocks.length - 1), 1)[0]);
    }
    for (const block of blocks) expectIntact(test, block, block.bytes);
  });

  it('gives a block that was given back to the next who asks for that size', () => {
    const { allocate } = new TestMemory();
    const block = allocate(0, 0, 0, 40);
    allocate(0, block, 40, 0);
    assert.notEqual(allocate(0, 0, 0, 48), block);
    assert.equal(allocate(0, 0, 0, 37), block);
  });

  it('leaves a block where it is as long as its size rounds up to the same', () => {
    const { allocate } = new TestMemory();
    const block = allocate(0, 0, 0, 33);
    assert.equal(allocate(0, block, 33, 40), block);
    assert.notEqual(allocate(0, block, 40, 41), block);
  });

  it('takes memory in chunks, and large blocks from who allocates them', () => {
    const { allocate, asked } = new TestMemory();
    for (let count = 0; count < 100; count++) allocate(0, 0, 0, 24);
    assert.equal(asked.length, 1);
    allocate(0, 0, 0, 513);
    assert.deepEqual(asked[1], { oldBytes: 0, newBytes: 513 });
  });

  it('loses nothing when a chunk ends', () => {
    const { allocate, asked } = new TestMemory();
    const chunkBytes = 32 * 1024;
    for (let used = 0; used + 504 <= chunkBytes; used += 504) allocate(0, 0, 0, 504);
    assert.equal(asked.length, 1);
    allocate(0, 0, 0, 512);
    assert.equal(asked.length, 2);
    allocate(0, 0, 0, chunkBytes % 504);
    assert.equal(asked.length, 2);
  });

  it('says so when there is no memory, and works on with what comes back', () => {
    const { allocate } = new TestMemory(64 * 1024);
    const blocks: number[] = [];
    for (;;) {
      const block = allocate(0, 0, 0, 64);
      if (block === 0) break;
      blocks.push(block);
    }
    assert.ok(blocks.length >= 512);
    assert.equal(allocate(0, 0, 0, 64), 0);
    assert.equal(allocate(0, blocks[0], 64, 2 ** 20), 0, 'a block that can not grow');
    allocate(0, blocks[1], 64, 0);
    assert.equal(allocate(0, 0, 0, 64), blocks[1]);
  });
});

/** Small sizes mostly, and around the limit. */
const sizeOf = (dice: Dice): number =>
  dice.oneIn(8) ? dice.between(490, 700) : dice.between(1, dice.oneIn(3) ? 520 : 64);

function begin(test: TestMemory, dice: Dice): Block {
  const bytes = sizeOf(dice);
  const address = test.allocate(0, 0, 0, bytes);
  assert.notEqual(address, 0);
  assert.equal(address % 8, 0);
  const mark = dice.between(1, 255);
  test.bytes.fill(mark, address, address + bytes);
  return { address, bytes, mark };
}

function resize(test: TestMemory, block: Block, bytes: number, dice: Dice): void {
  const kept = Math.min(bytes, block.bytes);
  block.address = test.allocate(0, block.address, block.bytes, bytes);
  assert.notEqual(block.address, 0);
  block.bytes = bytes;
  expectIntact(test, block, kept);
  block.mark = dice.between(1, 255);
  test.bytes.fill(block.mark, block.address, block.address + bytes);
}

function end(test: TestMemory, block: Block): void {
  expectIntact(test, block, block.bytes);
  assert.equal(test.allocate(0, block.address, block.bytes, 0), 0);
}

function expectIntact(test: TestMemory, { address, mark }: Block, bytes: number): void {
  for (let index = 0; index < bytes; index++) assert.equal(test.bytes[address + index], mark);
}
