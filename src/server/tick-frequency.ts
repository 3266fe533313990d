/**
 * How often the server looks after what is due between its clients' batches: `hz` times a second, and twice, four times …
 * as often while there are more clients than one look should have to deal with, unless `dynamic-hz` is off.
 *
 * Source: redis.conf, "hz" and "dynamic-hz"; the number of clients a look deals with is Redis'.
 */

/** Of `hz`, however many clients there are. */
export const HZ_MAX = 500;
const CLIENTS_PER_TICK_MAX = 200;

export class TickFrequency {
  /** At this moment, for INFO. */
  hz = 10;
  /** `dynamic-hz` */
  isDynamic = true;
  #configuredHz = 10;

  /** `hz` */
  set configuredHz(hz: number) {
    this.#configuredHz = hz;
    this.hz = hz;
  }

  /** With nothing due, the clock and limits are looked at so often. */
  get intervalMs(): number {
    return 1000 / this.hz;
  }

  /** Called at every tick. */
  follow(clientCount: number): void {
    let hz = this.#configuredHz;
    if (this.isDynamic) {
      while (hz < HZ_MAX && Math.floor(clientCount / hz) > CLIENTS_PER_TICK_MAX)
        hz = Math.min(HZ_MAX, hz * 2);
    }
    this.hz = hz;
  }
}
