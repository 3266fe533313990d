/** The two servers of a differential run, started once, and fresh connections to both. */

import { type ReferenceServer, startReference } from '../support/reference-server.js';
import { type FrontendName, startServer, type TestServer } from '../support/running-server.js';
import { Duel } from './duel.js';

export class Contenders {
  private constructor(
    readonly ours: TestServer,
    readonly theirs: ReferenceServer,
  ) {}

  static async start(frontend: FrontendName): Promise<Contenders> {
    return new Contenders(await startServer({ frontend }), await startReference());
  }

  async open(resp: 2 | 3): Promise<Duel> {
    const [ours, theirs] = await Promise.all([this.ours.connect(), this.theirs.connect()]);
    if (resp === 3) await Promise.all([ours.hello3(), theirs.hello3()]);
    return new Duel(ours, theirs);
  }

  async stop(): Promise<void> {
    await Promise.all([this.ours.stop(), this.theirs.stop()]);
  }
}
