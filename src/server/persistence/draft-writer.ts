/**
 * Brings the pieces of a snapshot into a file, one after the other, while the thread does other things.
 *
 * Pieces are gathered in blocks, which are used again: new memory for each piece had the garbage collector run each few
 * milliseconds, and each of its pages was touched for the first time.
 */
import type { Draft } from './disk.js';
import type { SnapshotConsumer } from './snapshots.js';

/** So much may wait for the disk; the snapshot waits then. What clients are about to change is added all the same. */
const WAITING_BYTES_MAX = 8 * 1024 * 1024;
/** What the disk is given at once. */
const BLOCK_BYTES = 256 * 1024;

export class DraftWriter implements SnapshotConsumer {
  /** Bytes written so far. */
  writtenBytes = 0;
  begun: () => void = () => {};

  readonly #draft: Draft;
  /** Told when it isn't congested any more. */
  readonly #makesRoom: () => void;
  /** Told once: null when the file is in its place. */
  readonly #finished: (error: Error | null) => void;
  /** Blocks to be written, the first ones full; the last is being filled. */
  readonly #blocks: Buffer[] = [];
  readonly #spare: Buffer[] = [];
  /** Bytes in the last block. */
  #filledBytes = BLOCK_BYTES;
  #waitingBytes = 0;
  #isBusy = false;
  #isComplete = false;
  #isCancelled = false;
  #isOver = false;

  constructor(draft: Draft, makesRoom: () => void, finished: (error: Error | null) => void) {
    this.#draft = draft;
    this.#makesRoom = makesRoom;
    this.#finished = finished;
  }

  get isCongested(): boolean {
    return this.#waitingBytes > WAITING_BYTES_MAX;
  }

  write(piece: Buffer): void {
    if (this.#isOver || this.#isCancelled) return;
    this.#waitingBytes += piece.length;
    for (let from = 0; from < piece.length; ) {
      if (this.#filledBytes === BLOCK_BYTES) {
        this.#blocks.push(this.#spare.pop() ?? Buffer.from(new ArrayBuffer(BLOCK_BYTES)));
        this.#filledBytes = 0;
      }
      const copied = piece.copy(this.#blocks[this.#blocks.length - 1], this.#filledBytes, from);
      this.#filledBytes += copied;
      from += copied;
    }
    this.#next();
  }

  completed(): void {
    this.#isComplete = true;
    this.#next();
  }

  failed(error: Error): void {
    this.#isCancelled = true;
    if (this.#isBusy) return;
    this.#end(error);
  }

  #next(): void {
    if (this.#isBusy || this.#isOver) return;
    const isLast = this.#blocks.length === 1;
    if (this.#blocks.length === 0) {
      if (this.#isComplete) this.#begin((done) => this.#draft.complete(done), true);
    } else if (!isLast || this.#filledBytes === BLOCK_BYTES || this.#isComplete) {
      const block = this.#blocks[0];
      const bytes = isLast ? this.#filledBytes : BLOCK_BYTES;
      this.#blocks.shift();
      if (isLast) this.#filledBytes = BLOCK_BYTES;
      this.#begin((done) => this.#writeBlock(block, bytes, done), false);
    }
  }

  #writeBlock(block: Buffer, bytes: number, done: (error: Error | null) => void): void {
    this.#draft.write(block.subarray(0, bytes), (error) => {
      this.#waitingBytes -= bytes;
      this.writtenBytes += bytes;
      if (this.#spare.length * BLOCK_BYTES < WAITING_BYTES_MAX) this.#spare.push(block);
      done(error);
    });
  }

  #begin(work: (done: (error: Error | null) => void) => void, isLast: boolean): void {
    this.#isBusy = true;
    const wasCongested = this.isCongested;
    work((error) => {
      this.#isBusy = false;
      if (error === null && isLast) {
        this.#isOver = true;
        this.#spare.length = 0;
        this.#finished(null);
      } else if (error !== null || this.#isCancelled) {
        this.#end(error ?? new Error('cancelled'));
      } else {
        if (wasCongested && !this.isCongested) this.#makesRoom();
        this.#next();
      }
    });
  }

  #end(error: Error): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#blocks.length = 0;
    this.#spare.length = 0;
    this.#draft.discard();
    this.#finished(error);
  }
}
