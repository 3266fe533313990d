/** Connections that do nothing until they leave: what do they cost those that work? */
import type { Connection } from '../../v2/reactor/connection.js';
import { Crowd } from './crowd.js';
import { LoadClient } from './load-client.js';
import { describeReply } from './reply-check.js';

export class IdleCrowd extends Crowd<IdleClient> {
  protected create(connection: Connection): IdleClient {
    return new IdleClient(this, connection);
  }

  begin(): void {}

  stop(): void {
    for (const client of this.clients) client?.finish();
  }
}

class IdleClient extends LoadClient {
  received(bytes: Buffer, start: number, end: number): number {
    this.fail('a reply nobody asked for', describeReply(bytes, start, end));
    return end - start;
  }
}
