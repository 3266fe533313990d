/** redlock 4 brings no types of its own: what the tests use of it. */
declare module 'redlock' {
  import type { EventEmitter } from 'node:events';
  import type { Redis } from 'ioredis';

  namespace Redlock {
    interface Options {
      /** Part of the time to live that clocks may differ by. */
      driftFactor?: number;
      /** -1 for no end. */
      retryCount?: number;
      retryDelay?: number;
      retryJitter?: number;
    }
    interface Lock {
      readonly value: string;
      readonly expiration: number;
      unlock(): Promise<void>;
      extend(ttlMs: number): Promise<Lock>;
    }
    class LockError extends Error {}
  }
  class Redlock extends EventEmitter {
    constructor(clients: readonly Redis[], options?: Redlock.Options);
    lock(resource: string | readonly string[], ttlMs: number): Promise<Redlock.Lock>;
  }
  export = Redlock;
}
