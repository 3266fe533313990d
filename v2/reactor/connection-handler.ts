/** The side of a connection that its user implements. */
import type { Connection } from './connection.js';

/** Makes the handler of a connection that was accepted or is connecting. `opened` follows. */
export type CreateHandler = (connection: Connection) => ConnectionHandler;

/** What a connection's user implements. All calls come from the reactor's turn. */
export interface ConnectionHandler {
  /** The connection was accepted, or connecting succeeded. Nothing else but `closed` comes without it. */
  opened(): void;
  /**
   * Bytes arrived: [start, end), which begins with what earlier calls left over. Valid until it returns.
   * @returns bytes consumed; the connection keeps the rest and offers it again with what follows.
   */
  received(bytes: Buffer, start: number, end: number): number;
  /** Reads what `received` is going to read, for the cache alone. @returns anything */
  preload?(): number;
  /** `pendingBytes` fell to zero after having been above it. */
  drained(): void;
  /** The peer has sent its last byte, and it was received. We may still send. */
  ended(): void;
  /** The peer has sent its last byte, perhaps not yet received: reading is paused. May come repeatedly. */
  endedWhilePaused(): void;
  /** It is over; nothing works on it any more. @param errno why, 0 when it ended in order */
  closed(errno: number): void;
}
