/**
 * When each request of an open loop is due. Arrival n comes at `start + n / rate` and belongs to client
 * `n mod clients`, so each client's own arrivals follow from a count: nothing is queued, however far the
 * server falls behind, and a request that could not be sent in time keeps the time at which it was due.
 */
export class Pacer {
  readonly #intervalUs: number;
  readonly #clients: number;
  /** Arrivals that each client has sent. */
  readonly #sent: Float64Array;
  #startUs = Number.POSITIVE_INFINITY;
  /** The next arrival that `nextDue` looks at. */
  #next = 0;

  constructor(clients: number, ratePerSecond: number) {
    this.#clients = clients;
    this.#intervalUs = 1e6 / ratePerSecond;
    this.#sent = new Float64Array(clients);
  }

  start(nowUs: number): void {
    this.#startUs = nowUs;
  }

  /** @returns the client whose arrival fell due, -1 when none did; each arrival is reported once */
  nextDue(nowUs: number): number {
    if (this.#startUs + this.#next * this.#intervalUs > nowUs) return -1;
    const client = this.#next % this.#clients;
    this.#next++;
    return client;
  }

  /** When the client's next request is due. */
  dueUs(client: number): number {
    return this.#startUs + (client + this.#sent[client] * this.#clients) * this.#intervalUs;
  }

  /** The client's next due time; if it has come, the request counts as sent. */
  take(client: number, nowUs: number): number {
    const due = this.dueUs(client);
    if (due <= nowUs) this.#sent[client]++;
    return due;
  }
}
