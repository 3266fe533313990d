/**
 * A client's socket while its script is debugged and the server waits, for SCRIPT DEBUG SYNC: no event can arrive, so the
 * descriptor is read and written directly. It belongs to the frontend, which looks at it again when the script is over. Sockets
 * don't block here, so this looks again and again: a few hundred times a second, for a person who types.
 */
import { readSync, writeSync } from 'node:fs';
import { block } from '../base/clock.js';
import type { DebugChannel } from '../scripting/debugger/channel.js';
import type { Transport } from '../server/frontend.js';

const READ_BYTES = 16 * 1024;
const LOOK_INTERVAL_MS = 2;
/** A client that doesn't take what it is told, for 5 s, is told no more: Redis' own limit. */
const UNTAKEN_LOOKS_MAX = 5000 / LOOK_INTERVAL_MS;

/** @returns null where there is no descriptor, or it is another thread's */
export function openDebugChannel({ descriptor, isReadElsewhere }: Transport): DebugChannel | null {
  return descriptor < 0 || isReadElsewhere === true ? null : new SocketChannel(descriptor);
}

class SocketChannel implements DebugChannel {
  readonly #descriptor: number;
  readonly #buffer = Buffer.allocUnsafe(READ_BYTES);

  constructor(descriptor: number) {
    this.#descriptor = descriptor;
  }

  read(): Buffer | null {
    for (;;) {
      const count = attempt(() => readSync(this.#descriptor, this.#buffer, 0, READ_BYTES, null));
      if (count === null || count === 0) return null;
      if (count > 0) return this.#buffer.subarray(0, count);
      block(LOOK_INTERVAL_MS);
    }
  }

  write(bytes: Buffer): void {
    let start = 0;
    for (let looks = 0; start < bytes.length && looks < UNTAKEN_LOOKS_MAX; ) {
      const count = attempt(() => writeSync(this.#descriptor, bytes, start));
      // The next read tells that it is gone.
      if (count === null) return;
      if (count > 0) {
        start += count;
        looks = 0;
      } else {
        block(LOOK_INTERVAL_MS);
        looks++;
      }
    }
  }
}

/** @returns what a call does, -1 when it would have to wait, null when the connection is broken */
function attempt(call: () => number): number | null {
  try {
    return call();
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw error;
    return error.code === 'EAGAIN' ? -1 : null;
  }
}
