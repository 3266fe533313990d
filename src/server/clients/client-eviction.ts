/**
 * `maxmemory-clients`: what all clients together may make the server keep for them. When they exceed it, those that
 * cost most are disconnected, except those that asked for CLIENT NO-EVICT.
 *
 * Source: redis.io/docs/reference/clients, "Client eviction". Redis looks before each command; here it is after what grew
 * a client's buffers, and at each tick for the rest.
 */
import type { MemoryClass } from '../../commands/services/debugging.js';
import { NOTICE } from '../log-levels.js';
import type { Session } from '../session.js';
import { clientBytes, clientTypeOf } from './client-line.js';

/** Less than this would leave no client to change it back. */
const LIMIT_BYTES_MIN = 128 * 1024;
/** Where Redis' classes of clients begin: at 0, and at each power of two from 32 KiB to 4 GiB. */
const CLASS_STARTS = [0, ...Array.from({ length: 18 }, (_, index) => 2 ** (15 + index))];

export interface ClientEvictionHost {
  readonly sessions: ReadonlyMap<number, Session>;
  readonly memoryLimit: { readonly bytesMax: number };
  readonly bufferLimits: { grew: ((session: Session) => void) | null };
  readonly clients: {
    describe(session: Session): string;
    disconnect(session: Session): void;
    closeAfterReply(session: Session): void;
  };
  readonly serving: { readonly batchSession: Session | null };
  log(level: number, message: string): void;
}

export class ClientEviction {
  /** Evicted so far, for INFO; CONFIG RESETSTAT sets it back. */
  count = 0;

  readonly #host: ClientEvictionHost;
  #setting = 0;
  /** Of all clients, as far as is known between two ticks. */
  #totalBytes = 0;
  /** Nobody is left to evict: no use to look again before the next tick. */
  #isExhausted = false;

  constructor(host: ClientEvictionHost) {
    this.#host = host;
  }

  /** Bytes, or below 0 a percentage of `maxmemory`; 0 for no limit. */
  set setting(setting: number) {
    this.#setting = setting;
    this.#host.bufferLimits.grew = setting === 0 ? null : (session) => this.#grew(session);
  }

  /** Infinity while there is none. */
  get limitBytes(): number {
    const setting = this.#setting;
    const { bytesMax } = this.#host.memoryLimit;
    if (setting === 0 || (setting < 0 && bytesMax === 0)) return Number.POSITIVE_INFINITY;
    return Math.max(LIMIT_BYTES_MIN, setting < 0 ? Math.floor((bytesMax * -setting) / 100) : setting);
  }

  /** Clients by the power of two that their bytes amount to; null while there is no limit. */
  classes(): readonly MemoryClass[] | null {
    if (this.#setting === 0) return null;
    const classes = CLASS_STARTS.map((fromBytes, index) => ({
      fromBytes,
      toBytes: (CLASS_STARTS[index + 1] ?? Number.POSITIVE_INFINITY) - 1,
      clientCount: 0,
      totalBytes: 0,
    }));
    for (const { countedBytes } of this.#counted()) {
      const found = classes.findLast(({ fromBytes }) => fromBytes <= countedBytes);
      if (found === undefined) continue;
      found.clientCount++;
      found.totalBytes += countedBytes;
    }
    return classes;
  }

  tick(): void {
    if (this.#setting === 0) return;
    this.#isExhausted = false;
    this.#evict();
  }

  #grew(session: Session): void {
    const bytes = clientBytes(session, 0);
    this.#totalBytes += bytes - session.countedBytes;
    session.countedBytes = bytes;
    if (!this.#isExhausted && this.#totalBytes >= this.limitBytes) this.#evict();
  }

  #evict(): void {
    const { limitBytes } = this;
    const sessions = this.#counted();
    if (this.#totalBytes < limitBytes) return;
    sessions.sort((a, b) => b.countedBytes - a.countedBytes);
    for (const session of sessions) {
      if (session.isNoEvict) continue;
      this.#totalBytes -= session.countedBytes;
      this.count++;
      this.#host.log(NOTICE, `Evicting client: ${this.#host.clients.describe(session).trimEnd()}`);
      if (session === this.#host.serving.batchSession) this.#host.clients.closeAfterReply(session);
      else this.#host.clients.disconnect(session);
      if (this.#totalBytes < limitBytes) return;
    }
    this.#isExhausted = true;
  }

  /** Counts again. Replicas have limits of their own, and a master isn't a client. */
  #counted(): Session[] {
    this.#totalBytes = 0;
    const sessions: Session[] = [];
    for (const session of this.#host.sessions.values()) {
      const type = clientTypeOf(session);
      if (type !== 'normal' && type !== 'pubsub') continue;
      session.countedBytes = clientBytes(session, 0);
      this.#totalBytes += session.countedBytes;
      sessions.push(session);
    }
    return sessions;
  }
}
