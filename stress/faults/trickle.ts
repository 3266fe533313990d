/**
 * Clients that send a request one byte at a time, too slowly to come to its end. A server that waits for one
 * of them makes all others wait.
 */
import type { Connection } from '../../v2/reactor/connection.js';
import { Crowd, type CrowdContext } from '../load/crowd.js';
import type { TrickleGroup } from '../load/groups.js';
import { LoadClient } from '../load/load-client.js';
import { describeReply } from '../load/reply-check.js';

/** Its value alone is longer than any run lasts. */
const REQUEST = Buffer.from(`*3\r\n$3\r\nSET\r\n$7\r\ntrickle\r\n$100000\r\n${'x'.repeat(100_000)}`);

export class TrickleCrowd extends Crowd<TrickleClient> {
  readonly #byteIntervalMs: number;
  #timer: NodeJS.Timeout | null = null;
  #sent = 0;

  constructor(context: CrowdContext, group: TrickleGroup, count: number) {
    super(context, count);
    this.#byteIntervalMs = group.byteIntervalMs;
  }

  protected create(connection: Connection): TrickleClient {
    return new TrickleClient(this, connection);
  }

  begin(): void {
    this.#sendByte();
    this.#timer = setInterval(() => this.#sendByte(), this.#byteIntervalMs);
  }

  stop(): void {
    if (this.#timer !== null) clearInterval(this.#timer);
    for (const client of this.clients) client?.finish();
  }

  #sendByte(): void {
    for (const client of this.clients) client?.sendByte(this.#sent);
    this.#sent++;
  }
}

class TrickleClient extends LoadClient {
  sendByte(index: number): void {
    if (this.isOpen) this.connection.write(REQUEST, index, index + 1);
  }

  received(bytes: Buffer, start: number, end: number): number {
    this.fail('a reply to half a request', describeReply(bytes, start, end));
    return end - start;
  }
}
