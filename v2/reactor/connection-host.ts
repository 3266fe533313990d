/** What a connection needs of its reactor. */
import type { Connection } from './connection.js';
import type { EpollSet } from './epoll-set.js';
import type { Trigger } from './interest.js';
import type { ReceiverHost } from './receiver.js';
import type { SenderHost } from './sender.js';

export interface ConnectionHost extends ReceiverHost, SenderHost {
  readonly epoll: EpollSet;
  readonly trigger: Trigger;
  readonly pendingBytesPause: number;
  /** The connection whose handler is running: its writes go out at once, others' at the turn's end. */
  active: Connection | null;
  /** Set when a handler took its time: no further turn before others in the process had theirs. */
  isLate: boolean;
  /** Calls `proceed` in a later turn. */
  proceedLater(connection: Connection): void;
  /** Calls `flush` at the end of this turn, or in the next. */
  flushLater(connection: Connection): void;
  /** Throws away what arrives for a connection that lingers. */
  discardInput(descriptor: number): void;
  /** Tells the handler at the end of this turn, or in the next, and closes the descriptor. */
  finish(connection: Connection): void;
}
