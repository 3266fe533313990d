/**
 * When, and how much at a time, a new server plays what clients usually ask for, so that the first of them meet compiled code.
 * V8 compiles a function well only when it has run some thousand times, and compiling the way from a socket to the data
 * and back takes its thread more than a second: clients who come first would pay for both.
 *
 * All of it is idle time: short slices, long rests in which V8's thread compiles, and none while the thread that serves is
 * wanted by others. What is played is another's business (stage.ts).
 */
import type { Clock } from '../base/clock.js';

/** Whom the server is for. */
export interface Audience {
  readonly clientCount: number;
  /** Requests that it has run. */
  readonly requestCount: number;
}

/** Where it is played. */
export interface Stage {
  /** @param actorCount how many of the actors send what comes next. @returns false: that was all */
  play(actorCount: number): boolean;
  /** What was sent is answered. */
  isAnswered(): boolean;
  close(): void;
}

/** After the start: whoever starts a server for a short test is not to pay for it. */
const DELAY_MS = 1000;
/** Of one slice; others wait no longer, because they have their turn between any two batches. */
const SLICE_US = 1000;
const SLICE_BEFORE_AUDIENCE_US = 250;
/** For V8's compiler: what a slice makes it compile takes it several times as long. */
const REST_MS = 5;
/** A timer that comes so late says that the thread has other work, and so do that many requests … */
const LATE_US = 2000;
const REQUESTS_PER_MS_MAX = 5;
/** … which come first. */
const BUSY_REST_MS = 100;
/** Whoever has so much to do warms up by that. */
const BUSY_RESTS_MAX = 100;
/** Several at once, as a turn of the loop usually has … */
export const ACTORS_MAX = 8;
/** … but fewer while their requests take as long as this, because no code is compiled yet. */
const ANSWER_US_MAX = 400;
/** Turns of the loop until an answer is there; more than that, and something is wrong. */
const TURNS_MAX = 1000;

export class Rehearsal {
  readonly #clock: Clock;
  readonly #audience: Audience;
  readonly #raise: () => Stage;
  #stage: Stage | null = null;
  #isOver = false;
  #dueUs = 0;
  /** When it began to rest, and what had been asked for until then. */
  #restUs = 0;
  #requestCount = 0;
  #sliceEndUs = 0;
  #busyRests = 0;
  #actorCount = 1;
  #sentUs = 0;
  /** Since something was sent; 0: all is answered. */
  #turns = 0;

  /** @param raise makes the stage, when it is time */
  constructor(clock: Clock, audience: Audience, raise: () => Stage) {
    this.#clock = clock;
    this.#audience = audience;
    this.#raise = raise;
    this.#rest(clock.monotonicUs(), DELAY_MS);
  }

  /** @returns ms until it is to be called again, 0 after the sockets had their turn; Infinity: it is over */
  tick(): number {
    if (this.#isOver) return Number.POSITIVE_INFINITY;
    const nowUs = this.#clock.monotonicUs();
    if (this.#turns > 0) return this.#await(nowUs);
    if (nowUs < this.#dueUs) return (this.#dueUs - nowUs) / 1000;
    if (this.#isWanted(nowUs)) return this.#giveWay(nowUs);
    this.#stage ??= this.#raise();
    this.#sliceEndUs = nowUs + (this.#audience.clientCount > 0 ? SLICE_BEFORE_AUDIENCE_US : SLICE_US);
    return this.#play(this.#stage, nowUs);
  }

  /** For good, in the middle or not. */
  end(): void {
    this.#isOver = true;
    this.#stage?.close();
    this.#stage = null;
  }

  #play(stage: Stage, nowUs: number): number {
    if (!stage.play(this.#actorCount)) {
      this.end();
      return Number.POSITIVE_INFINITY;
    }
    this.#sentUs = nowUs;
    this.#turns = 1;
    return 0;
  }

  #await(nowUs: number): number {
    const stage = this.#stage as Stage;
    if (!stage.isAnswered()) {
      if (++this.#turns <= TURNS_MAX) return 0;
      this.end();
      return Number.POSITIVE_INFINITY;
    }
    this.#turns = 0;
    const isQuick = nowUs - this.#sentUs < ANSWER_US_MAX;
    this.#actorCount = isQuick ? Math.min(ACTORS_MAX, this.#actorCount * 2) : Math.ceil(this.#actorCount / 2);
    return nowUs < this.#sliceEndUs ? this.#play(stage, nowUs) : this.#rest(nowUs, REST_MS);
  }

  /** The thread is, for clients or for whatever else. */
  #isWanted(nowUs: number): boolean {
    const requestCount = this.#audience.requestCount - this.#requestCount;
    return (
      nowUs > this.#dueUs + LATE_US || requestCount > ((nowUs - this.#restUs) / 1000) * REQUESTS_PER_MS_MAX
    );
  }

  #giveWay(nowUs: number): number {
    if (++this.#busyRests <= BUSY_RESTS_MAX) return this.#rest(nowUs, BUSY_REST_MS);
    this.end();
    return Number.POSITIVE_INFINITY;
  }

  #rest(nowUs: number, restMs: number): number {
    this.#restUs = nowUs;
    this.#requestCount = this.#audience.requestCount;
    this.#dueUs = nowUs + restMs * 1000;
    return restMs;
  }
}
