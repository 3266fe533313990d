/**
 * How long a script may run. It holds the only thread: after `busy-reply-threshold` the server looks after the other
 * clients from inside of it, between two instructions. They are told BUSY, but for SCRIPT KILL, FUNCTION KILL and
 * SHUTDOWN NOSAVE.
 *
 * That takes a frontend whose sockets can be served from inside. Where none lets in those who come to end a script (v1
 * hears whoever is connected, but node:net accepts in the event loop, which waits for the script), it could be that
 * nobody ever can, so the server does, after INSTRUCTIONS_MAX, whether it has written or not: what it did stays done, as
 * with any script that fails half-way.
 *
 * Source: redis.io/docs/interact/programmability, "Limiting a script's execution time".
 */
import { HOOK_INSTRUCTIONS } from '../../scripting/lua/binary.js';

/** Some ten seconds. */
const INSTRUCTIONS_MAX = 2_000_000_000;
/** Between two looks at the other clients. */
const LOOK_INTERVAL_MS = 5;

/** FUNCTION KILL says the same. */
const KILLED = 'ERR Script killed by user with SCRIPT KILL...';

export class Supervision {
  /** `busy-reply-threshold`; 0: others are never served. */
  thresholdMs = 5000;
  /** Serves what the other clients sent; null while no frontend can. */
  serveOthers: (() => void) | null = null;
  /** And those who connect meanwhile. */
  isReachable = false;
  /** Told when a script begins and ends to keep others waiting too long. */
  becameBusy: (isBusy: boolean) => void = () => {};
  isBusy = false;
  /** For scripts that it could be that nobody can end. */
  instructionsMax = INSTRUCTIONS_MAX;

  #startedMs = 0;
  #hookCount = 0;
  #lookedMs = 0;
  #isKilled = false;
  #isEnded = false;

  constructor(readonly monotonicMs: () => number) {}

  /** A frontend can serve its clients from inside of a command: while a script runs long, it does. */
  alsoServe(serve: () => void, isReachable: boolean): void {
    this.isReachable ||= isReachable;
    const earlier = this.serveOthers;
    this.serveOthers = () => {
      earlier?.();
      serve();
    };
  }

  begin(): void {
    this.#hookCount = 0;
    this.#isKilled = false;
    this.#isEnded = false;
  }

  end(): void {
    if (!this.isBusy) return;
    this.isBusy = false;
    this.becameBusy(false);
  }

  /** Since when the script at hand has run, as far as it was looked at. */
  get runningMs(): number {
    return this.#hookCount === 0 ? 0 : this.monotonicMs() - this.#startedMs;
  }

  kill(): void {
    this.#isKilled = true;
  }

  /** SHUTDOWN NOSAVE: the script goes nowhere any more. */
  abandon(): void {
    this.#isEnded = true;
  }

  /** Called every HOOK_INSTRUCTIONS instructions. @returns why the script ends here, or null */
  interrupt(): string | null {
    if (this.#hookCount++ === 0) this.#startedMs = this.monotonicMs();
    if (!this.isReachable || this.thresholdMs === 0) {
      const isTooLong = this.#hookCount > this.instructionsMax / HOOK_INSTRUCTIONS;
      if (isTooLong) return `ERR Script killed by the server after ${this.instructionsMax} instructions.`;
    }
    if (this.serveOthers === null || this.thresholdMs === 0) return null;
    const nowMs = this.monotonicMs();
    if (nowMs - this.#startedMs < this.thresholdMs) return null;
    if (nowMs - this.#lookedMs >= LOOK_INTERVAL_MS && !this.#isKilled && !this.#isEnded) {
      this.#lookedMs = nowMs;
      if (!this.isBusy) {
        this.isBusy = true;
        this.becameBusy(true);
      }
      this.serveOthers();
    }
    if (this.#isEnded) return 'ERR Script ended by SHUTDOWN.';
    return this.#isKilled ? KILLED : null;
  }
}
