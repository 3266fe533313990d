/**
 * Serving others from inside of a script that runs too long: the server's own batch, its argv and its replies wait
 * for the script to return, so these clients get others. Most of what they ask for is refused by the gate below.
 */
import { Argv } from '../../commands/argv.js';
import type { Context } from '../../commands/context.js';
import { ALLOW_BUSY } from '../../commands/flags.js';
import type { CommandTable } from '../../commands/table.js';
import { Reply } from '../../protocol/reply.js';
import type { CommandStatistics } from '../introspection/command-statistics.js';
import { Dispatcher, type DispatcherHost } from '../requests/dispatcher.js';
import { type Gate, PASS } from '../requests/gates.js';
import type { Serving } from '../requests/serving.js';
import { type Session, STOP_CLOSING, STOP_DEBUGGED } from '../session.js';
import type { ScriptCalls } from './script-calls.js';
import type { Scripting } from './scripts.js';

/** A state of the server that gates ask about: a script keeps all others waiting. */
export const BUSY = 1 << 20;

/** What it needs of its server. */
export interface BusyHost extends DispatcherHost {
  readonly table: CommandTable;
  readonly context: Context;
  readonly statistics: CommandStatistics;
  readonly serving: Serving;
  readonly scripting: Scripting;
  readonly limits: { bulkBytesMax: number };
  endTurn(): void;
}

export class BusyServing {
  readonly argv = new Argv();
  readonly #reply = new Reply();
  readonly #host: BusyHost;
  readonly #dispatcher: Dispatcher;

  constructor(host: BusyHost) {
    this.#host = host;
    this.#dispatcher = new Dispatcher(
      host.table,
      host.context,
      this.argv,
      this.#reply,
      host.statistics,
      new WithoutFinish(host),
      host.limits,
    );
  }

  /**
   * Others are served while a script runs too long.
   * @param serve brings what their connections have received, through the server's `receive`
   * @param isReachable whether that goes for clients that have yet to connect, too
   */
  alsoServe(serve: () => void, isReachable: boolean): void {
    this.#host.scripting.calls.supervision.alsoServe(() => {
      // Their replies don't wait for the script: what was changed before it is written now.
      this.#host.endTurn();
      serve();
    }, isReachable);
  }

  /** As the server's `receive`. */
  receive(session: Session, bytes: Buffer, start: number, end: number): number {
    if ((session.stops & STOP_DEBUGGED) !== 0) {
      return this.#host.scripting.debugging.receive(session, bytes, start, end);
    }
    if (end - start < session.bytesWanted || session.stops !== 0) return 0;
    this.#host.serving.serveAside(session, this.#reply);
    try {
      const at = this.#dispatcher.runBatch(session, bytes, start, end);
      this.#host.introspection.traffic.received(at - start);
      session.queryBytes = end - at;
      session.requestSinceMs = this.#host.statistics.readUs / 1000;
      this.#dispatcher.flush(session);
      if ((session.stops & STOP_CLOSING) !== 0) session.transport.close(false);
      return at - start;
    } finally {
      this.#host.serving.endAside();
    }
  }
}

/** A dispatcher's host that leaves what is to be done after a request until the script has ended. */
class WithoutFinish implements DispatcherHost {
  readonly unfinishedWork = 0;
  readonly #host: DispatcherHost;
  readonly gates: DispatcherHost['gates'];
  readonly introspection: DispatcherHost['introspection'];
  readonly outbox: DispatcherHost['outbox'];
  readonly afterCommand: DispatcherHost['afterCommand'];
  readonly beginsToWait: DispatcherHost['beginsToWait'];
  readonly countError: DispatcherHost['countError'];
  readonly postpone: DispatcherHost['postpone'];
  readonly requestRefused: DispatcherHost['requestRefused'];
  readonly queue: DispatcherHost['queue'];
  readonly isWaiting: DispatcherHost['isWaiting'];
  readonly internalError: DispatcherHost['internalError'];

  constructor(host: DispatcherHost) {
    this.#host = host;
    this.gates = host.gates;
    this.introspection = host.introspection;
    this.outbox = host.outbox;
    this.afterCommand = host.afterCommand.bind(host);
    this.beginsToWait = host.beginsToWait.bind(host);
    this.countError = host.countError.bind(host);
    this.postpone = host.postpone.bind(host);
    this.requestRefused = host.requestRefused.bind(host);
    this.queue = host.queue.bind(host);
    this.isWaiting = host.isWaiting.bind(host);
    this.internalError = host.internalError.bind(host);
  }

  get states(): number {
    return this.#host.states;
  }

  get afterCommandMask(): number {
    return this.#host.afterCommandMask;
  }

  finishWork(): void {}
}

/** @param argv of the request that is asked about */
export function busyGate(calls: () => ScriptCalls, argv: () => Argv): Gate {
  return {
    state: BUSY,
    heeds: (flags, name) => (flags & ALLOW_BUSY) === 0 || name === 'shutdown',
    refusal: () => (isShutdownWithoutSave(argv()) ? PASS : calls().busy),
  };
}

/** SHUTDOWN is for those who give up what the script did. */
function isShutdownWithoutSave(argv: Argv): boolean {
  if (!argv.is(0, 'SHUTDOWN')) return false;
  for (let index = 1; index < argv.count; index++) {
    if (argv.is(index, 'NOSAVE')) return true;
  }
  return false;
}
