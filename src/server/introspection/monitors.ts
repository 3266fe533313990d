/** MONITOR: sends every request that ran to the clients that asked for it. */

import { quoted } from '../../base/quoted.js';
import type { Argv } from '../../commands/argv.js';
import { MAY_REPLICATE, READONLY, WRITE } from '../../commands/flags.js';
import type { Client } from '../../commands/services/client.js';
import type { Monitors as MonitorsService } from '../../commands/services/monitors.js';
import { ReplyError } from '../../protocol/reply-error.js';
import type { Gate } from '../requests/gates.js';
import { MONITORING, type Session } from '../session.js';
import { argumentText } from './shown-arguments.js';

const MICROSECONDS_DIGITS = 6;
const NOT_FOR_MONITORS = new ReplyError("ERR Replica can't interact with the keyspace");

/** Redis takes a monitor for a kind of replica: it may look on, and nothing else. */
export const monitorGate: Gate = {
  state: MONITORING,
  heeds: (flags) => (flags & (READONLY | WRITE | MAY_REPLICATE)) !== 0,
  refusal: () => NOT_FOR_MONITORS,
};

export interface MonitorHost {
  readonly sessions: ReadonlyMap<number, Session>;
  /** Sends bytes that don't answer a session's request. */
  push(session: Session, bytes: Buffer, start: number, end: number): void;
  /** There are monitors, or none any more. */
  changed(isAny: boolean): void;
}

export class Monitors implements MonitorsService {
  readonly #host: MonitorHost;
  readonly #sessions = new Set<Session>();

  constructor(host: MonitorHost) {
    this.#host = host;
  }

  get count(): number {
    return this.#sessions.size;
  }

  add(client: Client): boolean {
    const session = this.#host.sessions.get(client.id);
    if (session === undefined || this.#sessions.has(session)) return false;
    session.states |= MONITORING;
    this.#sessions.add(session);
    this.#host.changed(true);
    return true;
  }

  /** The session is over, or reset. */
  forget(session: Session): void {
    if (!this.#sessions.delete(session)) return;
    session.states &= ~MONITORING;
    this.#host.changed(this.count > 0);
  }

  /**
   * A request ran.
   * @param origin where it came from: the client's address, or `lua`
   * @param redacted indexes of secret arguments
   */
  ran(databaseId: number, origin: string, argv: Argv, nowUs: number, redacted: readonly number[]): void {
    const seconds = Math.floor(nowUs / 1_000_000);
    const rest = String(Math.floor(nowUs % 1_000_000)).padStart(MICROSECONDS_DIGITS, '0');
    let line = `+${seconds}.${rest} [${databaseId} ${origin}]`;
    for (let index = 0; index < argv.count; index++)
      line += ` ${quoted(argumentText(argv, index, redacted))}`;
    const bytes = Buffer.from(`${line}\r\n`, 'latin1');
    for (const session of this.#sessions) this.#host.push(session, bytes, 0, bytes.length);
  }
}
