import assert from 'node:assert/strict';
import fc from 'fast-check';
import { Arena } from '../../src/engine/arena.js';
import { BLOCK_BYTES, CLASS_COUNT, classOf, SLAB_BLOCK_BYTES_MAX } from '../../src/engine/size-classes.js';

const MiB = 1 << 20;

/** A block as the model knows it: what it must hold from its first to its last byte. */
interface Block {
  ref: number;
  capacity: number;
  mark: number;
}

/** Marks both ends and the middle, where overlapping blocks would show. */
function marksOf(capacity: number): number[] {
  const words = capacity / 4;
  return [0, words >>> 2, words >>> 1, words - 1];
}

class ArenaModel {
  readonly arena = new Arena();
  readonly blocks: Block[] = [];
  #marks = 0;

  allocate(bytes: number): void {
    const ref = this.arena.allocate(bytes);
    assert.notEqual(ref, 0);
    this.#adopt(ref, bytes);
  }

  free(choice: number): void {
    if (this.blocks.length === 0) return;
    const index = choice % this.blocks.length;
    const block = this.blocks[index];
    this.#verify(block);
    this.blocks[index] = this.blocks[this.blocks.length - 1];
    this.blocks.pop();
    this.arena.free(block.ref);
  }

  resize(choice: number, bytes: number): void {
    if (this.blocks.length === 0) return;
    const index = choice % this.blocks.length;
    const { ref, mark } = this.blocks[index];
    this.#verify(this.blocks[index]);
    const moved = this.arena.resize(ref, bytes);
    assert.equal(this.arena.word(moved, 0), mark, 'resizing keeps the contents');
    this.blocks.splice(index, 1);
    this.#adopt(moved, bytes);
  }

  check(): void {
    let used = 0;
    for (const block of this.blocks) {
      this.#verify(block);
      used += block.capacity;
    }
    assert.equal(this.arena.usedBytes, used);
    assert.ok(this.arena.reservedBytes >= used);
  }

  #adopt(ref: number, bytes: number): void {
    const capacity = this.arena.capacity(ref);
    assert.ok(capacity >= bytes);
    const block = { ref, capacity, mark: ++this.#marks };
    for (const word of marksOf(capacity)) this.arena.setWord(ref, word, block.mark);
    this.blocks.push(block);
  }

  #verify(block: Block): void {
    assert.equal(this.arena.capacity(block.ref), block.capacity);
    for (const word of marksOf(block.capacity)) assert.equal(this.arena.word(block.ref, word), block.mark);
  }
}

const blockBytes = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: 8, max: 200 }) },
  { weight: 3, arbitrary: fc.integer({ min: 8, max: SLAB_BLOCK_BYTES_MAX }) },
  { weight: 2, arbitrary: fc.integer({ min: SLAB_BLOCK_BYTES_MAX, max: 4 * MiB }) },
  { weight: 1, arbitrary: fc.integer({ min: 4 * MiB, max: 9 * MiB }) },
);

const action = fc.oneof(
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('allocate'), bytes: blockBytes, choice: fc.nat() }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('free'), bytes: blockBytes, choice: fc.nat() }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('resize'), bytes: blockBytes, choice: fc.nat() }) },
);

describe('Arena', () => {
  it('has size classes that fit and waste little', () => {
    for (let bytes = 1; bytes <= SLAB_BLOCK_BYTES_MAX; bytes++) {
      const index = classOf(bytes);
      assert.ok(index < CLASS_COUNT);
      assert.ok(BLOCK_BYTES[index] >= bytes);
      assert.ok(BLOCK_BYTES[index] - bytes <= Math.max(7, bytes / 8));
    }
  });

  it('hands out blocks that never overlap, counts them exactly, and has nothing left when all are free', () => {
    fc.assert(
      fc.property(fc.array(action, { maxLength: 400, size: 'max' }), (actions) => {
        const model = new ArenaModel();
        for (const { kind, bytes, choice } of actions) {
          if (kind === 'allocate') model.allocate(bytes);
          else if (kind === 'free') model.free(choice);
          else model.resize(choice, bytes);
        }
        model.check();
        while (model.blocks.length > 0) model.free(0);
        assert.equal(model.arena.usedBytes, 0);
      }),
      { numRuns: 30 },
    );
  });

  it('lets memory that was freed at one size serve another', () => {
    const arena = new Arena();
    let peak = 0;
    for (const bytes of [16, 100, 3000, 700, 20_000, 100_000, 2_000_000, 64]) {
      const refs: number[] = [];
      for (let total = 0; total < 24 * MiB; total += bytes) refs.push(arena.allocate(bytes));
      if (peak === 0) peak = arena.reservedBytes;
      assert.ok(arena.reservedBytes <= peak * 1.5, `${arena.reservedBytes} reserved for blocks of ${bytes}`);
      for (const ref of refs) arena.free(ref);
      assert.equal(arena.usedBytes, 0);
    }
    assert.ok(arena.reservedBytes <= 33 * MiB, `${arena.reservedBytes} still reserved`);
  });

  it('gives a block above 4 MiB memory of its own, up to 512 MiB, and that back when it is freed', () => {
    const arena = new Arena();
    const ref = arena.allocate(512 * MiB + 100);
    const end = arena.offsetOf(ref) + 512 * MiB + 99;
    arena.bytesOf(ref)[end] = 7;
    assert.equal(arena.bytesOf(ref)[end], 7);
    assert.ok(arena.usedBytes >= 512 * MiB + 100);
    arena.free(ref);
    assert.equal(arena.usedBytes, 0);
    assert.equal(arena.reservedBytes, 0);
  });

  it('keeps a block in place while its contents stay about as long', () => {
    const arena = new Arena();
    const ref = arena.allocate(96);
    assert.equal(arena.resize(ref, 96), ref);
    assert.equal(arena.resize(ref, 90), ref);
    assert.notEqual(arena.resize(ref, 97), ref);
  });

  it('starts afresh after clear, in the chunk that it had', () => {
    const model = new ArenaModel();
    for (let count = 0; count < 1000; count++) model.allocate(count * 50 + 1);
    const [chunk] = model.arena.chunks;
    model.arena.allocate(30 * MiB);
    for (let round = 0; round < 3; round++) {
      model.arena.clear();
      model.blocks.length = 0;
      assert.equal(model.arena.usedBytes, 0);
      assert.equal(model.arena.reservedBytes, chunk.length);
      for (let count = 0; count < 1000; count++) model.allocate(count * 10 + round + 1);
      for (let count = 0; count < 500; count++) model.free(count);
      model.check();
      assert.equal(model.arena.chunks[0], chunk);
    }
  });

  it('keeps no memory of a single large block after clear', () => {
    const arena = new Arena();
    arena.allocate(30 * MiB);
    arena.clear();
    assert.equal(arena.reservedBytes, 0);
    assert.notEqual(arena.allocate(100), 0);
  });

  describe('with an adviser', () => {
    const CHUNK_BLOCK_BYTES = 3 * MiB;

    /** Blocks enough for some chunks, and what the adviser was told. */
    function filled(): { arena: Arena; refs: number[]; added: Buffer[]; discarded: Buffer[] } {
      const arena = new Arena();
      const added: Buffer[] = [];
      const discarded: Buffer[] = [];
      arena.adviseChunks({
        added: (chunk) => added.push(chunk),
        discard: (chunk) => discarded.push(chunk),
      });
      const refs = Array.from({ length: 20 }, () => arena.allocate(CHUNK_BLOCK_BYTES));
      return { arena, refs, added, discarded };
    }

    it('has the memory of dropped chunks given back, one chunk at a time', () => {
      const { arena, refs, added, discarded } = filled();
      const chunkCount = added.length;
      assert.ok(chunkCount >= 3);
      for (const ref of refs) arena.free(ref);
      assert.equal(discarded.length, 0);
      for (let count = 1; count < chunkCount; count++) {
        assert.equal(arena.collectDropped(), count === chunkCount - 1);
        assert.equal(discarded.length, count);
      }
      assert.ok(arena.collectDropped());
      assert.equal(new Set(discarded).size, chunkCount - 1);
    });

    it('uses what was dropped before it asks for more', () => {
      const { arena, refs, added, discarded } = filled();
      const memories = new Set(added.map((chunk) => chunk.buffer));
      for (const ref of refs) arena.free(ref);
      arena.collectDropped();
      for (const _ of refs) arena.allocate(CHUNK_BLOCK_BYTES);
      assert.equal(discarded.length, 1);
      assert.deepEqual(new Set(added.map((chunk) => chunk.buffer)), memories);
      arena.clear();
      while (!arena.collectDropped());
      assert.equal(discarded.length, 1 + memories.size - 1);
    });

    it('cuts chunks from its reserve, and has others made when that is used up', () => {
      const arena = new Arena();
      arena.adviseChunks({ added() {}, discard: (chunk) => chunk.fill(0) });
      const announced: [number, number][] = [];
      const reserve = new ArrayBuffer(2.5 * 16 * MiB);
      arena.useReserve(reserve, 48, (_, start, end) => announced.push([start, end]));
      const refs = Array.from({ length: 20 }, () => arena.allocate(CHUNK_BLOCK_BYTES));
      const memories = arena.chunks.map(({ buffer }) => buffer);
      assert.ok(memories.length > 2);
      assert.equal(memories[1], memories[0]);
      assert.equal(new Set(memories).size, memories.length - 1);
      const places = new Set(arena.chunks.map(({ byteOffset }) => byteOffset % 64));
      assert.equal(places.size, 1);
      // What was announced is one piece, and all of the chunks once all are used.
      const [claimed] = arena.chunks;
      assert.ok(
        announced.every(
          ([start], index) => start === (index === 0 ? claimed.byteOffset : announced[index - 1][1]),
        ),
      );
      assert.equal(announced[announced.length - 1][1], claimed.byteOffset + 2 * 16 * MiB);
      for (const ref of refs) arena.free(ref);
      while (!arena.collectDropped());
      for (const _ of refs) arena.allocate(CHUNK_BLOCK_BYTES);
      assert.deepEqual(new Set(arena.chunks.map(({ buffer }) => buffer)), new Set(memories));
    });

    it('announces the rest of the chunk that was there before the reserve', () => {
      const arena = new Arena();
      arena.adviseChunks({ added() {}, discard() {} });
      const memory = arena.bytesOf(arena.allocate(100_000)).buffer;
      const announced: [memory: ArrayBufferLike, start: number, end: number][] = [];
      arena.useReserve(new ArrayBuffer(4 * 16 * MiB + 64), 48, (...part) => announced.push(part));
      while (new Set(arena.chunks.map(({ buffer }) => buffer)).size === 1) arena.allocate(100_000);
      const [[first, start]] = announced;
      assert.equal(first, memory);
      const [chunk] = arena.chunks;
      assert.equal(start, chunk.byteOffset);
      const ends = announced.filter(([where]) => where === memory).map(([, , end]) => end);
      assert.equal(Math.max(...ends), chunk.byteOffset + chunk.length);
      assert.ok(
        announced.some(([where]) => where !== memory),
        'and then the next one',
      );
    });

    it('announces memory that was given back before it is used again', () => {
      const arena = new Arena();
      const absent = new Set<number>();
      const pageOf = (offset: number): number => Math.floor(offset / MiB);
      const mark = (start: number, end: number, isAbsent: boolean): void => {
        for (let page = pageOf(start); page < pageOf(end); page++) {
          if (isAbsent) absent.add(page);
          else absent.delete(page);
        }
      };
      arena.adviseChunks({
        added() {},
        discard: ({ byteOffset, length }) => mark(byteOffset, byteOffset + length, true),
      });
      const reserve = new ArrayBuffer(8 * 16 * MiB + 64);
      arena.useReserve(reserve, 48, (_, start, end) => mark(start, end, false));
      mark(0, reserve.byteLength, true);
      for (let round = 0; round < 3; round++) {
        const refs: number[] = [];
        let met = 0;
        for (let count = 0; count < 900; count++) {
          const ref = arena.allocate(100_000);
          refs.push(ref);
          const start = arena.bytesOf(ref).byteOffset + arena.offsetOf(ref);
          if (absent.has(pageOf(start))) met++;
        }
        assert.equal(met, 0, `round ${round}`);
        for (const ref of refs) arena.free(ref);
        while (!arena.collectDropped());
        assert.ok(absent.size > 60);
      }
    });

    it('stays sound in used memory', () => {
      const model = new ArenaModel();
      model.arena.adviseChunks({ added() {}, discard: (chunk) => chunk.fill(0xaa) });
      for (let round = 0; round < 3; round++) {
        for (let count = 0; count < 2000; count++) model.allocate(count * 25 + round + 1);
        model.check();
        while (model.blocks.length > 0) model.free(0);
        while (!model.arena.collectDropped());
      }
      assert.equal(model.arena.usedBytes, 0);
    });
  });
});
