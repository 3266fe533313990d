/**
 * Where requests are rehearsed: a second server, without files and with data of its own, and clients of this process on
 * connections that the frontends serve like all others. So everything between the kernel and the data runs the way it does
 * for real clients, in objects of the same classes, and the server they use isn't touched: neither its data nor what it counts.
 *
 *     repertoire ─► actors ─ socket pairs ─► frontend ─► understudy (a JanusServer)
 */
import type { Libc } from '../native/libc.js';
import { EAGAIN, SystemError } from '../native/system-error.js';
import type { Frontend } from '../server/frontend.js';
import type { JanusServer } from '../server/server.js';
import { Actor } from './actor.js';
import { ACTORS_MAX, type Stage } from './rehearsal.js';
import { type Batches, repertoire } from './repertoire.js';

export interface StageHost {
  readonly libc: Libc;
  /** Those that can adopt connections. */
  readonly frontends: readonly Frontend[];
  /** Makes a server like the one that is for clients. */
  readonly createUnderstudy: () => JanusServer;
}

export class RequestStage implements Stage {
  readonly #host: StageHost;
  readonly #understudy: JanusServer;
  readonly #actors: Actor[] = [];
  readonly #batches: Batches;

  constructor(host: StageHost) {
    this.#host = host;
    this.#understudy = host.createUnderstudy();
    this.#batches = repertoire(host.libc);
  }

  play(actorCount: number): boolean {
    this.#understudy.tick();
    for (let index = 0; index < actorCount; index++) {
      if (!this.#batches.next()) return false;
      if (this.#batches.isFirst) this.#recast();
      this.#check('send', this.#actors[index].send(this.#batches.address, this.#batches.byteLength));
    }
    return true;
  }

  /** Others take their places: connections come and go. @throws SystemError when there are no descriptors */
  #recast(): void {
    const { libc, frontends } = this.#host;
    this.close();
    for (let index = 0; index < ACTORS_MAX; index++) {
      const [own, served] = libc.socketPair();
      this.#actors.push(new Actor(libc, own));
      frontends[index % frontends.length].adopt?.(served, this.#understudy);
    }
  }

  isAnswered(): boolean {
    let waitingCount = 0;
    for (const actor of this.#actors) {
      const count = actor.receive();
      if (count === -EAGAIN) waitingCount++;
      else this.#check('recv', count);
    }
    return waitingCount === 0;
  }

  /** The frontends see that their peers are gone, and forget the understudy. */
  close(): void {
    for (const actor of this.#actors.splice(0)) actor.close();
  }

  #check(call: string, result: number): void {
    if (result < 0) throw new SystemError(call, -result, -1, 'rehearsal');
  }
}
