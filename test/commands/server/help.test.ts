/** HELP of every container, line by line as a real redis-server gives it. */
import assert from 'node:assert/strict';
import { MemoryServer } from '../../support/memory-server.js';
import {
  describeWithReference,
  type ReferenceServer,
  startReference,
} from '../../support/reference-server.js';
import type { SocketClient } from '../../support/socket-client.js';

/** CLIENT has two subcommands more in 7.2. */
const CONTAINERS = [
  ...['ACL', 'COMMAND', 'CONFIG', 'FUNCTION', 'LATENCY', 'MEMORY', 'MODULE', 'OBJECT', 'PUBSUB'],
  ...['SCRIPT', 'SLOWLOG', 'XGROUP', 'XINFO'],
];

describeWithReference('HELP', () => {
  let reference: ReferenceServer;
  let theirs: SocketClient;

  before(async () => {
    reference = await startReference();
    theirs = await reference.connect();
  });

  after(async () => {
    theirs.close();
    await reference.stop();
  });

  for (const container of CONTAINERS) {
    it(`of ${container} is as Redis'`, async () => {
      const ours = new MemoryServer().connect();
      assert.deepEqual(await ours.call(container, 'HELP'), await theirs.call(container, 'HELP'));
    });
  }

  it("of CLIENT has all lines of Redis'", async () => {
    const ours = (await new MemoryServer().connect().call('CLIENT', 'HELP')) as string[];
    const expected = (await theirs.call('CLIENT', 'HELP')) as string[];
    assert.deepEqual(
      expected.filter((line) => !ours.includes(line)),
      [],
    );
  });
});
