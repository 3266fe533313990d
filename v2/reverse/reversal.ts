/** What passes between the two threads: the kinds of records, and how a frame's parts are noted in one. */

/** Kinds of records. A message's subject is its connection, its detail the frame's head and tail. */
export const MESSAGE = 0;
/** The thread ends. */
export const STOP = 1;

/** What the worker is started with. */
export interface WorkerSettings {
  readonly requests: SharedArrayBuffer;
  readonly replies: SharedArrayBuffer;
  /** Signalled when there are replies, or room for requests, and the other side sleeps. */
  readonly wakeupDescriptor: number;
}

const TAIL_BITS = 8;

export function packFrame(head: number, tail: number): number {
  return (head << TAIL_BITS) | tail;
}

/**
 * Copies a frame from [start, end) to `offset`, with its body turned round.
 * @param frame as packed
 */
export function reverseFrame(
  from: Buffer,
  start: number,
  end: number,
  frame: number,
  to: Buffer,
  offset: number,
): void {
  const bodyStart = start + (frame >> TAIL_BITS);
  const bodyEnd = end - (frame & ((1 << TAIL_BITS) - 1));
  let at = offset;
  for (let index = start; index < bodyStart; index++) to[at++] = from[index];
  for (let index = bodyEnd - 1; index >= bodyStart; index--) to[at++] = from[index];
  for (let index = bodyEnd; index < end; index++) to[at++] = from[index];
}
