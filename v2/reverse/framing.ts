/**
 * Where a message begins and ends in a stream. A frame is head, body and tail; only the body is turned round. None of
 * these keeps state of a connection, and none allocates.
 *
 *     line     body │ \n or \r\n
 *     length   4 bytes, the body's length in network order │ body
 *     chunk    body: what one receive brought
 */

/** Answers of `find`, besides the length of a frame. */
export const INCOMPLETE = 0;
export const TOO_LONG = -1;

export type FramingName = 'line' | 'length' | 'chunk';

export interface Framing {
  /** Of the frame that was found last. */
  head: number;
  tail: number;
  /** After INCOMPLETE: how many bytes from `start` on are needed before asking again makes sense. */
  wanted: number;
  /**
   * Looks for a frame at `start`.
   * @param searched bytes from `start` on that an earlier call has seen
   * @returns its length in bytes, INCOMPLETE or TOO_LONG
   */
  find(bytes: Buffer, start: number, end: number, searched: number): number;
}

const NEWLINE = 0x0a;
const RETURN = 0x0d;
const LENGTH_BYTES = 4;

/** @param bodyBytesMax longer messages are refused */
export function createFraming(name: FramingName, bodyBytesMax: number): Framing {
  if (name === 'line') return new LineFraming(bodyBytesMax);
  if (name === 'length') return new LengthFraming(bodyBytesMax);
  return new ChunkFraming(bodyBytesMax);
}

/** What a frame may take beside its body. */
export const FRAME_OVERHEAD_BYTES = LENGTH_BYTES;

class LineFraming implements Framing {
  readonly head = 0;
  tail = 0;
  wanted = 0;

  constructor(private readonly bodyBytesMax: number) {}

  find(bytes: Buffer, start: number, end: number, searched: number): number {
    let at = start + searched;
    while (at < end && bytes[at] !== NEWLINE) at++;
    this.wanted = end - start + 1;
    if (at === end) return end - start > this.bodyBytesMax + 1 ? TOO_LONG : INCOMPLETE;
    this.tail = at > start && bytes[at - 1] === RETURN ? 2 : 1;
    const length = at + 1 - start;
    return length - this.tail > this.bodyBytesMax ? TOO_LONG : length;
  }
}

class LengthFraming implements Framing {
  readonly head = LENGTH_BYTES;
  readonly tail = 0;
  wanted = 0;

  constructor(private readonly bodyBytesMax: number) {}

  find(bytes: Buffer, start: number, end: number): number {
    this.wanted = LENGTH_BYTES;
    if (end - start < LENGTH_BYTES) return INCOMPLETE;
    const length = bytes.readUInt32BE(start);
    if (length > this.bodyBytesMax) return TOO_LONG;
    this.wanted = LENGTH_BYTES + length;
    return end - start < this.wanted ? INCOMPLETE : this.wanted;
  }
}

class ChunkFraming implements Framing {
  readonly head = 0;
  readonly tail = 0;
  readonly wanted = 1;

  constructor(private readonly bodyBytesMax: number) {}

  find(_bytes: Buffer, start: number, end: number): number {
    return Math.min(end - start, this.bodyBytesMax);
  }
}
