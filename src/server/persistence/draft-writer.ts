/** Brings the pieces of a snapshot into a file, one after the other, while the thread does other things. */
import type { Draft } from './disk.js';
import type { SnapshotConsumer } from './snapshots.js';

/** So much may wait for the disk; the snapshot waits then. What clients are about to change is added all the same. */
const WAITING_BYTES_MAX = 8 * 1024 * 1024;

export class DraftWriter implements SnapshotConsumer {
  /** Bytes written so far. */
  writtenBytes = 0;
  begun: () => void = () => {};

  readonly #draft: Draft;
  /** Told when it isn't congested any more. */
  readonly #makesRoom: () => void;
  /** Told once: null when the file is in its place. */
  readonly #finished: (error: Error | null) => void;
  readonly #pieces: Buffer[] = [];
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
    this.#pieces.push(piece);
    this.#waitingBytes += piece.length;
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
    const piece = this.#pieces.shift();
    if (piece === undefined) {
      if (this.#isComplete) this.#begin((done) => this.#draft.complete(done), true);
      return;
    }
    this.#begin((done) => {
      this.#draft.write(piece, (error) => {
        this.#waitingBytes -= piece.length;
        this.writtenBytes += piece.length;
        done(error);
      });
    }, false);
  }

  #begin(work: (done: (error: Error | null) => void) => void, isLast: boolean): void {
    this.#isBusy = true;
    const wasCongested = this.isCongested;
    work((error) => {
      this.#isBusy = false;
      if (error === null && isLast) {
        this.#isOver = true;
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
    this.#pieces.length = 0;
    this.#draft.discard();
    this.#finished(error);
  }
}
