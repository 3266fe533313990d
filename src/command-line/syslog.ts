/**
 * The system's log, beside the server's own: `syslog-enabled`.
 *
 *     <facility · 8 + severity>Nov 21 08:00:00 januskv[1234]: message
 *
 * Source: syslog(3), RFC 3164.
 */
import { LocalDatagram } from '../native/local-datagram.js';
import type { Config } from '../server/config/config.js';

const SOCKET_PATH = '/dev/log';
/** Of debug, verbose, notice and warning. */
const SEVERITIES = [7, 6, 5, 4];
const USER_FACILITY = 1;
const LOCAL0_FACILITY = 16;

export class Syslog {
  readonly #socket: LocalDatagram;
  readonly #name: string;
  readonly #facility: number;

  /** @returns null when it isn't wanted. @throws SystemError */
  static async open(config: Config, path = SOCKET_PATH): Promise<Syslog | null> {
    if (!config.get('syslog-enabled')) return null;
    return new Syslog(await LocalDatagram.open(path), config);
  }

  private constructor(socket: LocalDatagram, config: Config) {
    this.#socket = socket;
    this.#name = config.get('syslog-ident');
    this.#facility = facilityOf(config.get('syslog-facility'));
  }

  /** @throws SystemError */
  write(level: number, message: string, wallMs: number): void {
    const priority = this.#facility * 8 + SEVERITIES[level];
    this.#socket.send(`<${priority}>${dateOf(wallMs)} ${this.#name}[${process.pid}]: ${message}`);
  }
}

function facilityOf(name: string): number {
  return name === 'user' ? USER_FACILITY : LOCAL0_FACILITY + Number(name.slice('local'.length));
}

/** Local time: `Nov  1 08:00:00`. */
function dateOf(wallMs: number): string {
  const date = new Date(wallMs);
  const month = date.toLocaleString('en-US', { month: 'short' });
  return `${month} ${String(date.getDate()).padStart(2)} ${date.toTimeString().slice(0, 8)}`;
}
