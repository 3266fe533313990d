/**
 * A server on a copy of another's data, for one script of one client, which it debugs as SCRIPT DEBUG SYNC does. It has no disk, no
 * sockets and no timers: it ends with the script.
 */
import type { Clock } from '../../base/clock.js';
import type { Declaration } from '../../commands/define.js';
import { RdbFileLoader } from '../../persistence/rdb/file-loader.js';
import type { DebugChannel } from '../../scripting/debugger/channel.js';
import { splitArguments } from '../config/arguments.js';
import { Config } from '../config/config.js';
import type { Transport } from '../frontend.js';
import { UNWRITTEN } from '../persistence/aof-gate.js';
import { UNSAVED } from '../persistence/gates.js';
import { targetOf } from '../persistence/rdb-target.js';
import { CUT_OFF, READ_ONLY, UNFOLLOWED } from '../replication/gates.js';
import { Payload } from '../replication/payload.js';
import { JanusServer } from '../server.js';
import type { DebuggedRequest } from './debug-thread.js';
import { DEBUGS_WAITING } from './script-debugging.js';

/** What the other server refuses, and why, is the same here. */
const ADOPTED_STATES = CUT_OFF | READ_ONLY | UNFOLLOWED | UNWRITTEN | UNSAVED;

export interface DebuggedCopyOptions {
  readonly declarations: readonly Declaration[];
  readonly clock: Clock;
  /** To the client, while the script stands still. */
  readonly channel: DebugChannel;
  readonly log: (level: number, message: string) => void;
  readonly internalError: (error: unknown, command: string) => void;
}

export class DebuggedCopy {
  readonly #request: DebuggedRequest;
  readonly #channel: DebugChannel;
  readonly #server: JanusServer;
  readonly #payload: Payload;

  constructor(
    request: DebuggedRequest,
    { declarations, clock, channel, log, internalError }: DebuggedCopyOptions,
  ) {
    const config = new Config();
    for (const [name, line] of request.settings) config.assign(name, splitArguments(line) ?? []);
    this.#request = request;
    this.#channel = channel;
    this.#server = new JanusServer({
      declarations,
      config,
      clock,
      log,
      internalError,
      openDebugChannel: () => channel,
    });
    this.#server.keyspace.nowMs = clock.wallMs();
    const loader = new RdbFileLoader(targetOf(this.#server, {}), config.get('rdbchecksum'));
    this.#payload = new Payload(`$EOF:${request.endMark}`, loader);
  }

  /** Takes a piece of the snapshot, and keeps it. @returns true when all of it is there @throws BadFormat */
  load(piece: Buffer): boolean {
    return this.#payload.take(piece) !== null;
  }

  /** Runs the script to its end, which the client's answers decide on. */
  run(): void {
    const server = this.#server;
    const { client, request, states } = this.#request;
    const session = server.open(new ChannelTransport(this.#channel));
    if (session === null) throw new Error('a server without clients takes one');
    server.states |= states & ADOPTED_STATES;
    session.db = server.keyspace.databases[client.databaseId];
    session.resp = client.resp;
    session.name = client.name;
    if (client.user !== null) {
      const [name, ...rules] = client.user;
      // It has shown elsewhere who it is.
      server.access.setUser(name, ['reset', ...rules, 'on', 'nopass']);
      server.access.authenticate(session, name, '', 'AUTH');
    }
    session.states |= DEBUGS_WAITING;
    server.receive(session, Buffer.from(request), 0, request.length);
    server.close(session);
  }
}

/** What the server has for the client goes where the debugger's words go. */
class ChannelTransport implements Transport {
  readonly peerAddress = '';
  readonly localAddress = '';
  readonly descriptor = -1;
  readonly isLocal = true;
  readonly pendingBytes = 0;
  readonly #channel: DebugChannel;

  constructor(channel: DebugChannel) {
    this.#channel = channel;
  }

  write(bytes: Buffer, start: number, end: number): void {
    this.#channel.write(bytes.subarray(start, end));
  }

  pause(): void {}
  resume(): void {}
  close(): void {}
}
