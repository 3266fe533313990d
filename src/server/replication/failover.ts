/**
 * FAILOVER: this master hands over to one of its replicas without losing a write. Writes are held back until a replica has
 * everything; then this server follows that one, and asks it with its PSYNC to become the master. When that goes wrong,
 * everything is as it was.
 *
 * Source: redis.io/commands/failover.
 */

import type { Clock } from '../../base/clock.js';
import type { FailoverRequest } from '../../commands/services/replication.js';
import { ReplyError } from '../../protocol/reply-error.js';
import { NOTICE } from '../log-levels.js';
import type { Replica } from './replica.js';

const IS_REPLICA = new ReplyError('ERR FAILOVER is not valid when server is a replica.');
const IN_PROGRESS = new ReplyError('ERR FAILOVER already in progress.');
const NOT_IN_PROGRESS = new ReplyError('ERR No failover in progress.');
const NO_REPLICAS = new ReplyError('ERR FAILOVER requires connected replicas.');
const NOT_A_REPLICA = new ReplyError('ERR FAILOVER target HOST and PORT is not a replica.');
const NOT_ONLINE = new ReplyError('ERR FAILOVER target replica is not online.');
const FORCE_INCOMPLETE = new ReplyError(
  'ERR FAILOVER with force option requires both a timeout and target HOST and IP.',
);

/** As INFO names it. */
export type FailoverState = 'no-failover' | 'waiting-for-sync' | 'failover-in-progress';

export interface FailoverHost {
  readonly clock: Clock;
  readonly isReplica: boolean;
  readonly offset: number;
  readonly replicas: { readonly all: readonly Replica[] };
  follow(address: string, port: number): boolean;
  lead(): void;
  /** Writes wait until `resumeWrites`. */
  holdWrites(): void;
  resumeWrites(): void;
  hasten(delayMs: number): void;
  log(level: number, message: string): void;
}

export class Failover {
  state: FailoverState = 'no-failover';

  readonly #host: FailoverHost;
  #request: FailoverRequest = { target: null, isForced: false, timeoutMs: 0 };
  /** Wall clock; Infinity: whenever it may be. */
  #untilMs = Number.POSITIVE_INFINITY;

  constructor(host: FailoverHost) {
    this.#host = host;
  }

  /** @throws ReplyError */
  begin(request: FailoverRequest): void {
    const host = this.#host;
    const { target, isForced, timeoutMs } = request;
    if (host.isReplica) throw IS_REPLICA;
    if (this.state !== 'no-failover') throw IN_PROGRESS;
    if (host.replicas.all.length === 0) throw NO_REPLICAS;
    if (isForced && (timeoutMs === 0 || target === null)) throw FORCE_INCOMPLETE;
    if (target !== null) {
      const replica = this.#find(target);
      if (replica === undefined) throw NOT_A_REPLICA;
      if (replica.state !== 'online') throw NOT_ONLINE;
    }
    this.#request = request;
    this.#untilMs = timeoutMs === 0 ? Number.POSITIVE_INFINITY : host.clock.wallMs() + timeoutMs;
    this.state = 'waiting-for-sync';
    host.log(NOTICE, 'FAILOVER requested');
    host.holdWrites();
    host.hasten(0);
  }

  /** FAILOVER ABORT. @throws ReplyError */
  abort(): void {
    if (this.state === 'no-failover') throw NOT_IN_PROGRESS;
    this.#end('Failover manually aborted');
  }

  /** The connection to the new master is there, or it refused. */
  concluded(isAccepted: boolean): void {
    if (this.state !== 'failover-in-progress') return;
    if (!isAccepted) {
      this.#end('Failover target rejected psync request');
      return;
    }
    this.state = 'no-failover';
    this.#host.log(NOTICE, 'FAILOVER succeeded');
    this.#host.resumeWrites();
  }

  /** A replica said how far it is. */
  acknowledged(): void {
    if (this.state === 'waiting-for-sync') this.#host.hasten(0);
  }

  tick(): void {
    if (this.state !== 'waiting-for-sync') return;
    const host = this.#host;
    const { target, isForced } = this.#request;
    const isOver = host.clock.wallMs() >= this.#untilMs;
    if (isOver && !isForced) {
      this.#end('Failover target replica did not catch up in time');
      return;
    }
    const candidates = target === null ? host.replicas.all : [this.#find(target)];
    const caughtUp = candidates.find(
      (replica) => replica?.state === 'online' && replica.acknowledgedOffset >= host.offset,
    );
    const chosen =
      caughtUp === undefined ? null : { address: caughtUp.address, port: caughtUp.listeningPort };
    const next = chosen ?? (isOver ? target : null);
    // They say how far they are every second. To ask them would make the stream longer, which they would lag behind again.
    if (next === null) return;
    this.state = 'failover-in-progress';
    host.log(NOTICE, `Failover target is ${next.address}:${next.port}`);
    host.follow(next.address, next.port);
  }

  #find(target: { readonly address: string; readonly port: number }): Replica | undefined {
    return this.#host.replicas.all.find(
      ({ address, listeningPort }) => address === target.address && listeningPort === target.port,
    );
  }

  #end(reason: string): void {
    const isHandedOver = this.state === 'failover-in-progress';
    this.state = 'no-failover';
    this.#host.log(NOTICE, reason);
    if (isHandedOver) this.#host.lead();
    this.#host.resumeWrites();
  }
}
