/**
 * Whether effects are gathered into the stream for replicas: from when the first one comes until none may come back. What a
 * transaction or script does is one unit, so within one the switch waits for the end.
 */
import type { Propagation } from '../propagation/propagation.js';
import type { PropagationSink } from '../propagation/sink.js';

export interface StreamSwitchHost {
  readonly propagation: Propagation;
  readonly serving: { readonly isInsideAtomic: boolean };
}

export class StreamSwitch {
  readonly #host: StreamSwitchHost;
  readonly #stream: PropagationSink;
  #isWanted = false;
  #isOn = false;

  constructor(host: StreamSwitchHost, stream: PropagationSink) {
    this.#host = host;
    this.#stream = stream;
  }

  turn(isWanted: boolean): void {
    this.#isWanted = isWanted;
    this.settle();
  }

  /** Does what had to wait. */
  settle(): void {
    if (this.#isWanted === this.#isOn || this.#host.serving.isInsideAtomic) return;
    this.#isOn = this.#isWanted;
    if (this.#isOn) this.#host.propagation.attach(this.#stream);
    else this.#host.propagation.detach(this.#stream);
  }
}
