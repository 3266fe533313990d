/**
 * The one timer of a server: calls `tick` when it is due, and no more often. Work that is left over goes
 * on in the next turn of the event loop, after the sockets had theirs.
 */
export class Ticker {
  #timer: NodeJS.Timeout | null = null;
  #immediate: NodeJS.Immediate | null = null;
  #isRunning = false;

  /** @param tick does what is due and returns ms until more is; 0 for at once */
  constructor(readonly tick: () => number) {}

  start(): void {
    this.#isRunning = true;
    this.#schedule(0);
  }

  stop(): void {
    this.#isRunning = false;
    if (this.#timer !== null) clearTimeout(this.#timer);
    if (this.#immediate !== null) clearImmediate(this.#immediate);
    this.#timer = null;
    this.#immediate = null;
  }

  readonly #run = (): void => {
    const delayMs = this.tick();
    if (this.#isRunning) this.#schedule(delayMs);
  };

  #schedule(delayMs: number): void {
    if (delayMs <= 0) this.#immediate = setImmediate(this.#run);
    else this.#timer = setTimeout(this.#run, delayMs);
  }
}
