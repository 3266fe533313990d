/** The bytes of a snapshot as a master sends it, apart from what announces and ends it. Of what is in them it knows nothing. */
import { announcementOf } from './payload.js';

const UNKNOWN = -1;

export class SnapshotBytes {
  /** Of the snapshot; -1 when it isn't known. */
  readonly totalBytes: number;
  receivedBytes = 0;

  readonly #endMark: Buffer;
  readonly #emit: (piece: Buffer) => void;
  /** What came last, as long as the mark: it may be the mark's beginning. */
  #tail: Buffer = Buffer.alloc(0);

  /** @param line that announces it @param emit is given each piece, which it copies @throws BadFormat */
  constructor(line: string, emit: (piece: Buffer) => void) {
    const { totalBytes, endMark } = announcementOf(line);
    this.totalBytes = totalBytes;
    this.#endMark = Buffer.from(endMark, 'latin1');
    this.#emit = emit;
  }

  /** @returns the bytes behind the snapshot, or null while it isn't whole */
  take(bytes: Buffer): Buffer | null {
    if (this.totalBytes !== UNKNOWN) {
      const piece = bytes.subarray(0, this.totalBytes - this.receivedBytes);
      this.#pass(piece);
      return this.receivedBytes === this.totalBytes ? bytes.subarray(piece.length) : null;
    }
    const window = Buffer.concat([this.#tail, bytes]);
    const end = Math.max(0, window.length - this.#endMark.length);
    this.#pass(window.subarray(0, end));
    this.#tail = Buffer.from(window.subarray(end));
    // Nothing follows the mark before we ask for it.
    return this.#tail.equals(this.#endMark) ? Buffer.alloc(0) : null;
  }

  #pass(piece: Buffer): void {
    this.receivedBytes += piece.length;
    if (piece.length > 0) this.#emit(piece);
  }
}
