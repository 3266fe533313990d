/**
 * CONFIG SET of `port` and `bind`: the listening sockets move. That takes until after the command, so its client waits;
 * where the new addresses can't be had the old ones stay, and so does the whole configuration.
 *
 * It knows no socket: the composition root says how to listen anew, or that it can't.
 */
import type { Blocking as BlockingService } from '../../commands/services/blocking.js';
import type { Client } from '../../commands/services/client.js';
import { ReplyError } from '../../protocol/reply-error.js';
import type { Waiter } from '../blocking.js';
import type { Session } from '../session.js';
import { type Config, settingFailed } from './config.js';

export interface SocketMoveHost {
  readonly blocking: Pick<BlockingService, 'unblock'>;
  readonly sessions: ReadonlyMap<number, Session>;
}

type Pairs = readonly (readonly [name: string, value: string])[];

/** With what Redis says when it can't listen there. */
const MOVERS: ReadonlyMap<string, string> = new Map([
  ['bind', 'Failed to bind to specified addresses.'],
  ['port', 'Unable to listen on this port. Check server logs.'],
]);

const GIVEN = 'the addresses were not given by port and bind';
const NOT_NOW = 'sockets are not moved by transactions and scripts';
const MOVING = 'the sockets are being moved already';
const GIVEN_UP = new ReplyError('ERR CONFIG SET was unblocked before the sockets had moved');

export class SocketMove {
  /** Listens where the configuration says by now; rejects, and listens where it did, when it can't. */
  relisten: (() => Promise<void>) | null = null;
  readonly #host: SocketMoveHost;
  readonly #config: Config;
  #isMoving = false;
  /** Who waits for the end, and how it ended for whom. */
  #waiter: Waiter | null = null;
  readonly #outcomes = new WeakMap<Client, ReplyError | 'moved'>();

  constructor(host: SocketMoveHost, config: Config) {
    this.#host = host;
    this.#config = config;
  }

  isAskedBy(pairs: Pairs): boolean {
    return pairs.some(([name]) => MOVERS.has(name.toLowerCase()));
  }

  /**
   * Sets all of the pairs and begins to move.
   * @param canWait false in transactions and scripts
   * @returns false when there is nothing to move: all is done
   * @throws ReplyError
   */
  begin(pairs: Pairs, canWait: boolean, set: () => () => void): boolean {
    const name = pairs.map(([asked]) => asked.toLowerCase()).find((asked) => MOVERS.has(asked)) ?? '';
    const before = this.#addresses;
    const undo = set();
    if (this.#addresses === before) return false;
    const refuse = (reason: string): never => {
      undo();
      throw settingFailed(name, reason);
    };
    if (!canWait) return refuse(NOT_NOW);
    if (this.relisten === null) return refuse(GIVEN);
    if (this.#isMoving) return refuse(MOVING);
    this.#isMoving = true;
    this.relisten().then(
      () => this.#end('moved'),
      () => {
        undo();
        this.#end(settingFailed(name, MOVERS.get(name) ?? ''));
      },
    );
    return true;
  }

  /** The client whose request began it was just made to wait. */
  awaits(client: Client): void {
    this.#waiter = this.#host.sessions.get(client.id)?.waiter ?? null;
  }

  /** Its request is run again. @throws ReplyError */
  finish(client: Client): void {
    const outcome = this.#outcomes.get(client) ?? GIVEN_UP;
    this.#outcomes.delete(client);
    if (outcome !== 'moved') throw outcome;
  }

  get #addresses(): string {
    return `${this.#config.show('port')} ${this.#config.show('bind')}`;
  }

  #end(outcome: ReplyError | 'moved'): void {
    const waiter = this.#waiter;
    this.#isMoving = false;
    this.#waiter = null;
    // Unless it gave up, or is gone.
    if (waiter === null || waiter.session.waiter !== waiter) return;
    this.#outcomes.set(waiter.session, outcome);
    this.#host.blocking.unblock(waiter.session.id, null);
  }
}
