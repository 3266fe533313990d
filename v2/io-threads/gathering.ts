/**
 * Keeps a busy thread from being woken for every other request. When wake-ups follow one another within microseconds,
 * a switch of threads costs more than the requests it brings. So, while it pays, the thread lets a fixed moment pass
 * before it sleeps until something happens, and handles what has gathered. I/O threads do this, and so does the
 * engine's, which hears of requests from them.
 *
 * It pays when a moment brings several requests but only a few of the busy clients, since clients that wait for us
 * send nothing meanwhile. Moments that pay earn credit for some that don't, because requests come in bursts. Without
 * credit a moment is tried now and then, after a number of sleeps that grows with each failure. A thread with nothing
 * to do sleeps as usual.
 */

/** As asked for; the kernel adds its timer slack, 50 µs. Source: prctl(2), PR_SET_TIMERSLACK. */
const MOMENT_MS = 0.3;
/** Requests that are worth a moment. */
const REQUESTS_MIN = 6;
/** A moment that brings requests of more than one in this many busy clients isn't worth their waiting. */
const CLIENTS_PER_REQUEST_MIN = 16;
/** The number of busy clients is counted over this many requests. */
export const REQUESTS_PER_CENSUS = 1024;
/** A moment that pays earns this many that don't, up to the limit. */
const CREDIT_PER_MOMENT = 4;
export const CREDIT_MAX = 64;
/** Sleeps from one try to the next, at first and at most. */
export const SLEEPS_MIN = 16;
export const SLEEPS_MAX = 1024;

/** The census in which a connection was last heard; 0 before the first. */
export interface Counted {
  census: number;
}

export class Gathering {
  readonly #letPass: () => void;
  #requests = 0;
  #census = 1;
  #censusEnd = REQUESTS_PER_CENSUS;
  #clientsHeard = 0;
  /** As the last census says. */
  #busyClients = 0;
  /** A moment has passed, and what it brought has been handled. */
  #isOver = false;
  #requestsBefore = 0;
  #credit = 0;
  #sleepsBetween = SLEEPS_MIN;
  #sleepsLeft = SLEEPS_MIN;

  /** @param letPass lets the moment pass */
  constructor(letPass = sleeper()) {
    this.#letPass = letPass;
  }

  /** A client has sent something. */
  heard(client: Counted): void {
    if (client.census !== this.#census) {
      client.census = this.#census;
      this.#clientsHeard++;
    }
    this.#requests = (this.#requests + 1) | 0;
    if (this.#requests === this.#censusEnd) this.#endCensus();
  }

  /** Asked when nothing is left to do. @returns true: a moment has passed, look again; false: sleep */
  wait(): boolean {
    if (this.#isOver) {
      this.#isOver = false;
      this.#judge();
      return false;
    }
    if (this.#credit === 0 && this.#sleepsLeft-- > 0) return false;
    this.#requestsBefore = this.#requests;
    this.#letPass();
    this.#isOver = true;
    return true;
  }

  #judge(): void {
    const gathered = (this.#requests - this.#requestsBefore) | 0;
    if (gathered >= REQUESTS_MIN && gathered * CLIENTS_PER_REQUEST_MIN <= this.#busyClients) {
      this.#credit = Math.min(this.#credit + CREDIT_PER_MOMENT, CREDIT_MAX);
      this.#sleepsBetween = SLEEPS_MIN;
    } else if (this.#credit > 0) {
      this.#credit--;
    } else {
      this.#sleepsBetween = Math.min(this.#sleepsBetween * 2, SLEEPS_MAX);
    }
    this.#sleepsLeft = this.#sleepsBetween - 1;
  }

  #endCensus(): void {
    this.#busyClients = this.#clientsHeard;
    this.#clientsHeard = 0;
    this.#census = (this.#census + 1) | 0;
    this.#censusEnd = (this.#requests + REQUESTS_PER_CENSUS) | 0;
  }
}

/** Blocks the thread: nobody ever notifies this word. */
function sleeper(): () => void {
  const word = new Int32Array(new SharedArrayBuffer(4));
  return () => {
    Atomics.wait(word, 0, 0, MOMENT_MS);
  };
}
