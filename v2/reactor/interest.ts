/**
 * What the kernel is asked to say of a connection, in the three ways that epoll can say it.
 *
 * - edge: each change once. Asked once when the connection begins; the cheapest, and the one that has to
 *   remember what it was told (`mayRead` of the receiver). Such a connection needs no Interest.
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
import type { EpollSet } from './epoll-set.js';

export type Trigger = 'edge' | 'level' | 'oneshot';

const INPUT = EPOLLIN | EPOLLRDHUP | EPOLLPRI;

/**
 * With one of these the mere lack of a full buffer proves nothing: the peer's end, an error or the byte
 * after urgent data wait behind what was received.
 */
export const READ_TO_THE_END = EPOLLRDHUP | EPOLLHUP | EPOLLERR | EPOLLPRI;

/** No epoll_ctl per write: EPOLLOUT is only reported when it changes. */
export const EDGE_EVENTS = INPUT | EPOLLOUT | EPOLLET;

/** Told once, the kernel says nothing until it is asked again; no mask has this value. */
const NOT_ASKED = -1;

/** What one connection that isn't edge-triggered asked for last, and asks for next. */
export class Interest {
  readonly #epoll: EpollSet;
  readonly #descriptor: number;
  readonly #generation: number;
  readonly #isOneShot: boolean;
  #events = NOT_ASKED;

  constructor(epoll: EpollSet, descriptor: number, generation: number, trigger: 'level' | 'oneshot') {
    this.#epoll = epoll;
    this.#descriptor = descriptor;
    this.#generation = generation;
    this.#isOneShot = trigger === 'oneshot';
  }

  /** Asks for the first time: for input, and where it `isConnecting` for the outcome. @returns 0, or -errno */
  begin(isConnecting: boolean): number {
    this.#events = this.#eventsWanted(true, false, isConnecting);
    return this.#epoll.add(this.#descriptor, this.#generation, this.#events);
  }

  /** An event came. */
  heard(): void {
    // A connection that wanted nothing heard of a hang-up; asked again, it would hear of it for ever.
    if ((this.#events & EPOLLONESHOT) !== 0 && this.#events !== EPOLLONESHOT) this.#events = NOT_ASKED;
  }

  /**
   * Asks again, where that is not what was asked for last.
   * @param isReading it takes what comes
   * @param peerEnded the peer's end is known
   * @param isSending it has something for the kernel, or waits to be connected
   * @returns 0, or -errno
   */
  ask(isReading: boolean, peerEnded: boolean, isSending: boolean): number {
    const wanted = this.#eventsWanted(isReading, peerEnded, isSending);
    if (wanted === this.#events) return 0;
    this.#events = wanted;
    return this.#epoll.modify(this.#descriptor, this.#generation, wanted);
  }

  #eventsWanted(isReading: boolean, peerEnded: boolean, isSending: boolean): number {
    let events = isSending ? EPOLLOUT : 0;
    if (isReading) events |= INPUT;
    else if (!peerEnded) events |= EPOLLRDHUP;
    // A hang-up is reported whether asked for or not: a connection that wants nothing hears of it once.
    return this.#isOneShot || events === 0 ? events | EPOLLONESHOT : events;
  }
}
