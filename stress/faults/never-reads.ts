/**
 * Clients that never read: each stores a value, asks for it again and again, and takes nothing. Their replies
 * fill the socket and then the server's memory. A server may disconnect such a client; the others, which are
 * what is measured, should not feel it.
 */
import type { Connection } from '../../v2/reactor/connection.js';
import { Crowd, type CrowdContext } from '../load/crowd.js';
import type { NeverReadsGroup } from '../load/groups.js';
import { LoadClient } from '../load/load-client.js';

const GET = '*2\r\n$3\r\nGET\r\n$11\r\nnever-reads\r\n';

export class NeverReadsCrowd extends Crowd<NeverReadsClient> {
  /** A SET and all GETs, the same for all. */
  readonly requests: Buffer;

  constructor(context: CrowdContext, group: NeverReadsGroup, count: number) {
    super(context, count);
    const value = 'x'.repeat(group.valueBytes);
    const set = `*3\r\n$3\r\nSET\r\n$11\r\nnever-reads\r\n$${value.length}\r\n${value}\r\n`;
    this.requests = Buffer.from(set + GET.repeat(group.requests));
  }

  protected create(connection: Connection): NeverReadsClient {
    return new NeverReadsClient(this, connection);
  }

  begin(): void {
    // All write the same key, in this process or another: the first process answers for it.
    if (this.context.isFirstShare) this.tally.keysWritten++;
    for (const client of this.clients) client?.ask(this.requests);
  }

  stop(): void {
    for (const client of this.clients) client?.finish();
  }
}

class NeverReadsClient extends LoadClient {
  readonly #crowd: NeverReadsCrowd;

  constructor(crowd: NeverReadsCrowd, connection: Connection) {
    super(crowd, connection);
    this.#crowd = crowd;
  }

  override opened(): void {
    super.opened();
    this.connection.pause();
  }

  ask(requests: Buffer): void {
    if (this.isOpen) this.connection.write(requests, 0, requests.length);
  }

  /** Nothing is received while it is paused. */
  received(_bytes: Buffer, start: number, end: number): number {
    return end - start;
  }

  override closed(errno: number): void {
    if (!this.isOpen) {
      super.closed(errno);
      return;
    }
    this.#crowd.tally.countTolerated('a client that never reads was disconnected by the server');
    this.finish();
  }
}
