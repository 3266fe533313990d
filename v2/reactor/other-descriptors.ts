/** What a reactor's epoll set holds beside connections, by descriptor. Each is told by its descriptor and its generation. */
import type { Listener } from './listener.js';
import type { Wakeup } from './wakeup.js';

interface Heard {
  readonly generation: number;
  readonly onEvent: () => void;
}

export class OtherDescriptors {
  readonly listeners = new Map<number, Listener>();
  readonly wakeups = new Map<number, Wakeup>();
  /** These are others' to close. */
  readonly #heard = new Map<number, Heard>();

  hear(descriptor: number, generation: number, onEvent: () => void): void {
    this.#heard.set(descriptor, { generation, onEvent });
  }

  /** Something happened to what had this descriptor then. */
  dispatch(descriptor: number, generation: number): void {
    const listener = this.listeners.get(descriptor);
    if (listener !== undefined && listener.generation === generation) listener.acceptAll();
    const wakeup = this.wakeups.get(descriptor);
    if (wakeup !== undefined && wakeup.generation === generation) wakeup.onWake();
    const heard = this.#heard.get(descriptor);
    if (heard !== undefined && heard.generation === generation) heard.onEvent();
  }
}
