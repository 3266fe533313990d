/**
 * As much of an HTTP server as people and scripts need to look inside: it answers GET, one request per connection. It
 * stands on the reactor, as everything here does.
 */
import type { Clock } from '../../src/base/clock.js';
import type { SocketAddress } from '../../src/native/socket-address.js';
import type { Connection } from '../reactor/connection.js';
import type { ConnectionHandler } from '../reactor/connection-handler.js';
import { type Deadline, Deadlines } from '../reactor/deadlines.js';
import type { Listener } from '../reactor/listener.js';
import type { Reactor } from '../reactor/reactor.js';

export interface HttpReply {
  readonly status: number;
  readonly type: 'application/json' | 'text/plain';
  readonly body: string;
}

/** @returns null when there is no such path */
export type Route = (path: string, query: URLSearchParams) => HttpReply | Promise<HttpReply> | null;

const REASONS: Readonly<Record<number, string>> = {
  200: 'OK',
  400: 'Bad Request',
  404: 'Not Found',
  405: 'Method Not Allowed',
  409: 'Conflict',
  431: 'Request Header Fields Too Large',
};

const BACKLOG = 128;
const REQUEST_BYTES_MAX = 8 * 1024;
const REQUEST_TIMEOUT_MS = 10_000;
const END_OF_HEAD = Buffer.from('\r\n\r\n');

export function plain(status: number, body = `${status} ${REASONS[status]}\n`): HttpReply {
  return { status, type: 'text/plain', body };
}

export class HttpResponder {
  readonly #listener: Listener;
  readonly #deadlines: Deadlines<HttpClient>;

  /** @throws SystemError when it can't listen */
  constructor(reactor: Reactor, clock: Clock, address: SocketAddress, route: Route) {
    this.#deadlines = new Deadlines(clock, REQUEST_TIMEOUT_MS, (client) => client.timedOut());
    this.#listener = reactor.listen(
      address,
      (connection) => new HttpClient(connection, route, this.#deadlines),
      {
        backlog: BACKLOG,
      },
    );
  }

  /** As bound. */
  get address(): SocketAddress {
    return this.#listener.address;
  }
}

class HttpClient implements ConnectionHandler, Deadline {
  dueMs = 0;
  dueBefore: Deadline | null = null;
  dueAfter: Deadline | null = null;
  #isAnswered = false;

  constructor(
    private readonly connection: Connection,
    private readonly route: Route,
    private readonly deadlines: Deadlines<HttpClient>,
  ) {}

  opened(): void {
    this.deadlines.set(this);
  }

  received(bytes: Buffer, start: number, end: number): number {
    if (this.#isAnswered) return end - start;
    const head = bytes.subarray(start, end).indexOf(END_OF_HEAD);
    if (head < 0) {
      if (end - start < REQUEST_BYTES_MAX) return 0;
      this.#answer(plain(431), true);
    } else {
      this.#request(bytes.toString('latin1', start, start + head));
    }
    return end - start;
  }

  drained(): void {}

  /** Behind a request it means nothing: some close their side at once, and still want their answer. */
  ended(): void {
    if (!this.#isAnswered) this.connection.close(false);
  }

  endedWhilePaused(): void {}

  closed(): void {
    this.#isAnswered = true;
    this.deadlines.lift(this);
  }

  timedOut(): void {
    this.connection.close(true);
  }

  #request(head: string): void {
    this.#isAnswered = true;
    const [method, target = '', version = ''] = head.split('\r\n', 1)[0].split(' ');
    if (!/^HTTP\/1\.[01]$/.test(version) || !target.startsWith('/')) {
      this.#answer(plain(400), true);
      return;
    }
    const hasBody = method !== 'HEAD';
    if (hasBody && method !== 'GET') {
      this.#answer(plain(405), true);
      return;
    }
    const url = new URL(target, 'http://status');
    const reply = this.route(url.pathname, url.searchParams) ?? plain(404);
    if (!(reply instanceof Promise)) {
      this.#answer(reply, hasBody);
      return;
    }
    // It may take as long as was asked for.
    this.deadlines.lift(this);
    void reply.then((later) => this.#answer(later, hasBody));
  }

  #answer({ status, type, body }: HttpReply, hasBody: boolean): void {
    this.#isAnswered = true;
    const bytes = Buffer.from(body);
    const head =
      `HTTP/1.1 ${status} ${REASONS[status]}\r\nContent-Type: ${type}; charset=utf-8\r\n` +
      `Content-Length: ${bytes.length}\r\nConnection: close\r\n\r\n`;
    const text = hasBody ? Buffer.concat([Buffer.from(head), bytes]) : Buffer.from(head);
    this.connection.write(text, 0, text.length);
    this.connection.close(false);
    if (!this.connection.isOver) this.deadlines.set(this);
  }
}
