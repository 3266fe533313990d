/**
 * What the kernel is asked to say of a connection, in the three ways that epoll can say it.
 *
 * - edge: each change once. Asked once when the connection begins; the cheapest, and the one that has to
 *   remember what it was told (`mayRead` of the receiver).
 * - level: again and again while it is so. The question changes with what the connection wants: a call
 *   when it pauses, backs up, or has something to send.
 * - oneshot: once, and then nothing until asked again. A call after every event.
 *
 * Source: epoll(7), epoll_ctl(2).
 */
import {
  EPOLLERR,
  EPOLLET,
  EPOLLHUP,
  EPOLLIN,
  EPOLLONESHOT,
  EPOLLOUT,
  EPOLLPRI,
  EPOLLRDHUP,
} from '../../src/native/constants.js';

export type Trigger = 'edge' | 'level' | 'oneshot';

const INPUT = EPOLLIN | EPOLLRDHUP | EPOLLPRI;

/**
 * With one of these the mere lack of a full buffer proves nothing: the peer's end, an error or the byte
 * after urgent data wait behind what was received.
 */
export const READ_TO_THE_END = EPOLLRDHUP | EPOLLHUP | EPOLLERR | EPOLLPRI;

/** Told once, the kernel says nothing until it is asked again; no mask has this value. */
export const NOT_ASKED = -1;

/** No epoll_ctl per write: EPOLLOUT is only heard of when it changes. */
const EDGE_EVENTS = INPUT | EPOLLOUT | EPOLLET;

/** What a connection is registered with. */
export function firstEvents(trigger: Trigger, isConnecting: boolean): number {
  return trigger === 'edge' ? EDGE_EVENTS : eventsWanted(trigger, true, false, isConnecting);
}

/**
 * What to ask next, of a connection that is not edge-triggered.
 * @param isReading it takes what comes
 * @param peerEnded the peer's end is known
 * @param isSending it has something for the kernel, or waits to be connected
 */
export function eventsWanted(
  trigger: Trigger,
  isReading: boolean,
  peerEnded: boolean,
  isSending: boolean,
): number {
  let events = isSending ? EPOLLOUT : 0;
  if (isReading) events |= INPUT;
  else if (!peerEnded) events |= EPOLLRDHUP;
  // A hang-up is told whether asked for or not: who wants nothing hears of it once.
  return trigger === 'oneshot' || events === 0 ? events | EPOLLONESHOT : events;
}
