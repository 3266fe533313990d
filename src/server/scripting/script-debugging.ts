/**
 * SCRIPT DEBUG: which clients debug their scripts, and how. A script that is debugged runs in a Lua of its own, so that the one
 * of all others has no hook and no check for it; here is what runs it, and src/scripting/debugger what talks with the client.
 *
 * Source: redis.io/docs/interact/programmability/lua-debugging.
 */
import type { Argv } from '../../commands/argv.js';
import type { Clients } from '../../commands/services/clients.js';
import type { DebugMode } from '../../commands/services/scripting.js';
import type { Reply } from '../../protocol/reply.js';
import { ReplyError } from '../../protocol/reply-error.js';
import type { DebugChannel } from '../../scripting/debugger/channel.js';
import { DebugSession } from '../../scripting/debugger/debug-session.js';
import type { Transport } from '../frontend.js';
import type { Session } from '../session.js';
import { DebugCopies, type DebugCopiesHost, NO_THREADS } from './debug-copies.js';
import type { StartDebugThread } from './debug-thread.js';

/** States of a client that no gate asks about: its scripts are debugged, while all others wait. */
export const DEBUGS_WAITING = 1 << 25;
/** … on a copy of the data. */
export const DEBUGS_COPY = 1 << 26;
export const DEBUGS = DEBUGS_WAITING | DEBUGS_COPY;

const STATES: Readonly<Record<DebugMode, number>> = { no: 0, sync: DEBUGS_WAITING, yes: DEBUGS_COPY };

const IN_PIPELINE = new ReplyError('ERR SCRIPT DEBUG must be called outside a pipeline');
const BAD_MODE = new ReplyError('ERR Use SCRIPT DEBUG YES/SYNC/NO');
const NO_CHANNEL = new ReplyError(
  'ERR SCRIPT DEBUG SYNC is not available on this connection, SCRIPT DEBUG YES is',
);

/** Where scripts are never given up. */
const PATIENCE_MS = 5000;

/** The socket of a client, to be waited for. @returns null where nobody can */
export type OpenDebugChannel = (transport: Transport) => DebugChannel | null;

export interface ScriptDebuggingHost extends DebugCopiesHost {
  readonly serving: { readonly currentSession: Session };
  readonly clients: Clients;
  readonly clock: { monotonicUs(): number };
  readonly time: { wallMsAt(nowUs: number): number };
  readonly keyspace: { nowMs: number };
  readonly context: { nowMs: number };
}

export class ScriptDebugging {
  /** `busy-reply-threshold`. */
  thresholdMs = PATIENCE_MS;
  readonly #host: ScriptDebuggingHost;
  readonly #openChannel: OpenDebugChannel | null;
  readonly #copies: DebugCopies | null;

  /** @param startThread null where there are no threads: no script is debugged on a copy */
  constructor(
    host: ScriptDebuggingHost,
    openChannel: OpenDebugChannel | null,
    startThread: StartDebugThread | null,
  ) {
    this.#host = host;
    this.#openChannel = openChannel;
    this.#copies = startThread && new DebugCopies(host, startThread);
  }

  /** @param reply to the batch: what is in it would come behind what the debugger says */
  setMode(mode: DebugMode | null, reply: Reply): void {
    const session = this.#host.serving.currentSession;
    if (reply.length > 0 || session.transport.pendingBytes > 0) throw IN_PIPELINE;
    if (mode === null) throw BAD_MODE;
    if (mode === 'sync') this.#channelOf(session);
    session.states = (session.states & ~DEBUGS) | STATES[mode];
  }

  /** Debugs a script of the current session, and parts with it. @param run runs it here */
  debug(argv: Argv, run: (session: DebugSession) => void): void {
    const { serving, clients } = this.#host;
    const { currentSession } = serving;
    if ((currentSession.states & DEBUGS_COPY) !== 0) {
      // Once, whether it can be or not.
      currentSession.states &= ~DEBUGS;
      if (this.#copies === null) throw NO_THREADS;
      this.#copies.start(currentSession, argv);
      return;
    }
    const session = new DebugSession(this.#debugHost(), this.#channelOf(currentSession), argv.copy(1));
    try {
      run(session);
    } finally {
      session.end();
      clients.closeAfterReply(currentSession);
    }
  }

  /** As `FrontendServer.receive`, of a client whose script is debugged on a copy. */
  receive(session: Session, bytes: Buffer, start: number, end: number): number {
    return this.#copies?.receive(session, bytes, start, end) ?? end - start;
  }

  /** The client is gone. */
  forget(session: Session): void {
    this.#copies?.forget(session);
  }

  /** @throws NO_CHANNEL */
  #channelOf({ transport }: Session): DebugChannel {
    const channel = this.#openChannel?.(transport) ?? null;
    if (channel === null) throw NO_CHANNEL;
    return channel;
  }

  #debugHost() {
    const { clock, time, keyspace, context } = this.#host;
    return {
      monotonicMs: () => clock.monotonicUs() / 1000,
      patienceMs: this.thresholdMs === 0 ? PATIENCE_MS : this.thresholdMs,
      timePassed(): void {
        const nowMs = time.wallMsAt(clock.monotonicUs());
        keyspace.nowMs = nowMs;
        context.nowMs = nowMs;
      },
    };
  }
}
