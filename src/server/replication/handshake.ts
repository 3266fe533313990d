/**
 * The beginning of a conversation with a master: one question after the other, each a line of reply.
 *
 *     PING · AUTH · REPLCONF listening-port · REPLCONF ip-address · REPLCONF capa eof capa psync2 · PSYNC id offset
 */
import { requestOf } from '../../protocol/request-writer.js';

export interface HandshakeSettings {
  readonly user: string;
  readonly password: string;
  readonly port: number;
  readonly address: string;
  /** `?` and -1 for everything. */
  readonly replicationId: string;
  readonly offset: number;
  /** The server at the other end is to become a master first. */
  readonly handsOver: boolean;
}

export type Greeting =
  /** Everything follows, as a snapshot. */
  | { readonly kind: 'full'; readonly id: string; readonly offset: number }
  /** The stream goes on; the history may have a new name. */
  | { readonly kind: 'partial'; readonly id: string };

export class HandshakeRefused extends Error {}

interface Step {
  readonly words: readonly string[];
  readonly name: 'ping' | 'auth' | 'replconf' | 'psync';
}

export class Handshake {
  readonly #steps: Step[] = [];
  readonly #send: (bytes: Buffer) => void;

  constructor(settings: HandshakeSettings, send: (bytes: Buffer) => void) {
    const { user, password, port, address, replicationId, offset, handsOver } = settings;
    this.#send = send;
    this.#steps.push({ name: 'ping', words: ['PING'] });
    if (password !== '') {
      this.#steps.push({ name: 'auth', words: user === '' ? ['AUTH', password] : ['AUTH', user, password] });
    }
    this.#steps.push({ name: 'replconf', words: ['REPLCONF', 'listening-port', `${port}`] });
    if (address !== '') this.#steps.push({ name: 'replconf', words: ['REPLCONF', 'ip-address', address] });
    this.#steps.push({ name: 'replconf', words: ['REPLCONF', 'capa', 'eof', 'capa', 'psync2'] });
    this.#steps.push({
      name: 'psync',
      words: ['PSYNC', replicationId, `${offset}`, ...(handsOver ? ['FAILOVER'] : [])],
    });
  }

  begin(): void {
    this.#ask();
  }

  /**
   * @param line a reply without its end
   * @returns what the last one says, null before
   * @throws HandshakeRefused
   */
  answered(line: string): Greeting | null {
    const [{ name }] = this.#steps;
    if (name === 'psync') return greetingOf(line);
    const isError = line.startsWith('-');
    // A master that wants a password says so to PING, and is told it next. What it doesn't know of REPLCONF is no harm.
    const isAllowed =
      name === 'replconf' || (name === 'ping' && /^-(NOAUTH|NOPERM|ERR operation not permitted)/.test(line));
    if (isError && !isAllowed) throw new HandshakeRefused(`Error reply to ${name} from master: '${line}'`);
    this.#steps.shift();
    this.#ask();
    return null;
  }

  #ask(): void {
    this.#send(requestOf(this.#steps[0].words));
  }
}

function greetingOf(line: string): Greeting {
  const full = /^\+FULLRESYNC ([0-9a-zA-Z]{40}) (\d+)$/.exec(line);
  if (full !== null) return { kind: 'full', id: full[1], offset: Number(full[2]) };
  const partial = /^\+CONTINUE(?: ([0-9a-zA-Z]{40}))?$/.exec(line);
  if (partial !== null) return { kind: 'partial', id: partial[1] ?? '' };
  // It is about to have a master, or its data, itself: what Redis' log says then.
  if (/^-(NOMASTERLINK|LOADING)/.test(line)) {
    throw new HandshakeRefused(`Master is currently unable to PSYNC but should be in the future: ${line}`);
  }
  throw new HandshakeRefused(`Unexpected reply to PSYNC from master: '${line}'`);
}
