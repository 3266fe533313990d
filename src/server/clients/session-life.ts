/** How sessions begin and end, in order and otherwise; nothing of one is left anywhere afterwards. */
import { INTERNAL_ERROR } from '../../commands/errors.js';
import { NO_COMMAND } from '../../commands/table.js';
import type { Transport } from '../frontend.js';
import type { Master } from '../replication/master.js';
import { masterTransport } from '../replication/master-transport.js';
import type { JanusServer } from '../server.js';
import { Session, STOP_CLOSING } from '../session.js';

export class SessionLife {
  readonly #server: JanusServer;
  #nextId = 1;

  constructor(server: JanusServer) {
    this.#server = server;
  }

  /** @returns null when no more are admitted: it has been told, and closes */
  open(transport: Transport): Session | null {
    const server = this.#server;
    if (!server.clients.admit(transport)) return null;
    const session = this.#begin(transport);
    server.access.welcome(session);
    return session;
  }

  /** The client in whose name a master's stream runs. */
  openMaster(master: Master): Session {
    const session = this.#begin(masterTransport(master));
    session.isMaster = true;
    return session;
  }

  close(session: Session): void {
    const server = this.#server;
    if (!server.sessions.delete(session.id)) return;
    session.stops |= STOP_CLOSING;
    server.introspection.traffic.inputBytes += session.queryBytes;
    try {
      this.#forget(session);
    } catch (error) {
      server.internalError(error, 'close');
    }
  }

  /** As if it had just begun. */
  clear(session: Session): void {
    this.#forget(session);
    session.db = this.#server.keyspace.databases[0];
    session.forgetModes();
    this.#server.access.welcome(session);
  }

  /** A bug of ours ends it. */
  endBroken(session: Session, error: unknown): void {
    const id = session.lastCommand;
    this.#server.internalError(error, id === NO_COMMAND ? 'a request' : this.#server.table.names[id]);
    const { outbox } = this.#server;
    if ((session.stops & STOP_CLOSING) === 0) {
      // Behind replies that wait for the disk.
      outbox.send(session, INTERNAL_ERROR.bytes, 0, INTERNAL_ERROR.bytes.length);
    }
    session.stops |= STOP_CLOSING;
    if (outbox.isHolding) outbox.hurry();
    session.transport.close(false);
  }

  /** A bug outside of any command: its client gets the replies to what ran before, and goes. Others are served on. */
  endBrokenBatch(session: Session, error: unknown): void {
    const { serving, dispatcher } = this.#server;
    if (serving.scriptDepth === 0) {
      session.isExecuting = false;
      serving.forgetBatch();
      dispatcher.flush(session);
    }
    this.endBroken(session, error);
  }

  #begin(transport: Transport): Session {
    const { keyspace, clock, sessions } = this.#server;
    const session = new Session(this.#nextId++, transport, keyspace.databases[0], clock.wallMs());
    session.activeSeconds = Math.floor(clock.monotonicUs() / 1_000_000);
    sessions.set(session.id, session);
    return session;
  }

  /** Nothing waits for this session, nothing is queued, watched or listened to by it any more. */
  #forget(session: Session): void {
    const server = this.#server;
    server.transactions.forget(session);
    server.blocking.forget(session);
    server.pubsub.forget(session);
    server.replication.forget(session);
    server.pause.forget(session);
    server.tracking.forget(session);
    server.introspection.monitors.forget(session);
    server.scripting.debugging.forget(session);
  }
}
