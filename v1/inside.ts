/**
 * Serves connections while a command holds the thread and none of their events can arrive: their sockets are read
 * directly, in turns. Replies need no such help, because they go to the kernel within the call anyway.
 *
 * Order holds because the event loop stands still: what is read here is what it would have read next, and all that
 * it has read already is in the inbox. A connection with replies on their way is left alone until they are gone, and so
 * are connections that wait for something. Accepting, and noticing ends, is left to the event loop.
 */
import type { Connection } from './connection.js';

/**
 * To see that nothing has come costs 15 µs, since `readSync` tells by an error. So a turn costs half a millisecond,
 * however many there are, and 8,192 connections are seen within 256 turns.
 */
const LOOKS_PER_TURN = 32;

/** What waits beyond it is read in the next turn. */
const RECEIVE_BUFFER_BYTES = 16 * 1024;

export class InsideTurns {
  readonly #connections: Pick<ReadonlySet<Connection>, 'keys' | 'size'>;
  /** The buffer of the event loop's turns holds the request that is being run. */
  #buffer: Buffer | null = null;
  #round: Iterator<Connection> | null = null;

  constructor(connections: Pick<ReadonlySet<Connection>, 'keys' | 'size'>) {
    this.#connections = connections;
  }

  /** @param active the connection whose request holds the thread */
  turn(active: Connection | null): void {
    this.#buffer ??= Buffer.allocUnsafeSlow(RECEIVE_BUFFER_BYTES);
    const looks = Math.min(LOOKS_PER_TURN, this.#connections.size);
    for (let look = 0; look < looks; look++) {
      const connection = this.#next();
      if (connection !== active) connection?.takeArrived(this.#buffer);
    }
  }

  /** The next one of the round, in which all connections have their turn. */
  #next(): Connection | null {
    this.#round ??= this.#connections.keys();
    const { value, done } = this.#round.next();
    if (done !== true) return value;
    this.#round = null;
    return null;
  }
}
