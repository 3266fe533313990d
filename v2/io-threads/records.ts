/**
 * What an I/O thread and the engine's thread tell each other through their two rings (../ring). The subject of a record
 * is a connection's slot; a slot has another connection only after the engine has released it, so that no record about
 * an earlier one reaches a later one.
 *
 *     I/O thread ── inbound ──►  engine         engine ── outbound ──►  I/O thread
 *
 *     OPENED     descriptor in detail,          WRITE      bytes
 *                peer NUL local address         PAUSE      stop receiving
 *     RECEIVED   bytes                          RESUME     go on
 *     DRAINED    nothing is pending any more;   CLOSE      detail 1: drop what is pending
 *                detail: pauses it answers
 *     ENDED      the peer's end was received    RELEASE    the slot is free again
 *     ENDED_WHILE_PAUSED                        LISTEN     subject: number of the listener, JSON: ListenRequest
 *     CLOSED     errno in detail                DRAIN      detail: deadline in milliseconds
 *     LISTENING  JSON: ListenAnswer
 *     TROUBLE    JSON: SystemFailure
 */

export const OPENED = 1;
export const RECEIVED = 2;
export const DRAINED = 3;
export const ENDED = 4;
export const ENDED_WHILE_PAUSED = 5;
export const CLOSED = 6;
export const LISTENING = 7;
export const TROUBLE = 8;

export const WRITE = 11;
export const PAUSE = 12;
export const RESUME = 13;
export const CLOSE = 14;
export const RELEASE = 15;
export const LISTEN = 16;
export const DRAIN = 17;

/** Between the two addresses of OPENED: no address has one. */
export const ADDRESS_SEPARATOR = '\0';

export interface SystemFailure {
  readonly call: string;
  readonly errno: number;
  readonly subject: string;
}
