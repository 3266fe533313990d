/** What every frontend owes to a server whose client doesn't take its replies. */
import assert from 'node:assert/strict';
import type { ServedLines } from './served-lines.js';
import { until } from './until.js';

const MEGABYTE = 1024 * 1024;

export function itStopsReading(served: ServedLines): void {
  it('stops reading while more is pending than the limit, and goes on afterwards', async () => {
    const block = Buffer.alloc(MEGABYTE, 0x62);
    served.server.answer = (session) => session.transport.write(block, 0, block.length);
    await served.start({ pendingBytesPause: 4 * MEGABYTE });
    const client = await served.connect();
    client.socket.pause();
    await until(() => served.server.sessions.length > 0);
    const [session] = served.server.sessions;
    let requests = 0;
    // One request at a time, until one is not read.
    for (;;) {
      client.write('!\n');
      requests++;
      for (let turn = 0; turn < 20; turn++) await new Promise(setImmediate);
      if (session.lines < requests) break;
      assert.ok(requests < 100, 'reading never stopped');
    }
    assert.ok(session.transport.pendingBytes > 4 * MEGABYTE);
    client.socket.resume();
    await client.read(requests * MEGABYTE);
    assert.equal(session.lines, requests);
  });
}
