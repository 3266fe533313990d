import assert from 'node:assert/strict';
import { FRONTENDS, startServer, type TestServer } from '../support/running-server.js';
import { connect, type SocketClient } from '../support/socket-client.js';
import { encodeRequest } from '../support/words.js';

const describeOnLinux = FRONTENDS.includes('v2') ? describe : describe.skip;

describeOnLinux('Both frontends over the same data (needs Linux, for v2)', () => {
  let server: TestServer;
  let first: SocketClient;
  let second: SocketClient;

  beforeEach(async () => {
    server = await startServer({
      listen: [
        { frontend: 'v1', port: 0 },
        { frontend: 'v2', port: 0 },
      ],
    });
    [first, second] = await Promise.all(server.ports.map(connect));
  });

  afterEach(async () => {
    await Promise.all([first.quit(), second.quit()]);
    await server.stop();
  });

  it('see what the other wrote', async () => {
    await first.call('SET', 'from', 'v1');
    assert.equal(await second.call('GET', 'from'), 'v1');
    await second.call('SET', 'from', 'v2');
    assert.equal(await first.call('GET', 'from'), 'v2');
  });

  it('run each command alone', async () => {
    const count = 20_000;
    const requests = Buffer.concat(Array.from({ length: count }, () => encodeRequest(['INCR', 'counter'])));
    first.send(requests);
    second.send(requests);
    const seen = new Set<string>();
    for (const client of [first, second]) {
      for (let index = 0; index < count; index++) seen.add((await client.reply()).toString());
    }
    assert.equal(seen.size, 2 * count, 'every number was given once');
    assert.equal(await first.call('GET', 'counter'), String(2 * count));
  });

  it('carry messages from one to the other', async () => {
    await first.call('SUBSCRIBE', 'news');
    assert.equal(await second.call('PUBLISH', 'news', 'hello'), 1);
    assert.equal((await first.reply()).toString(), '*3\r\n$7\r\nmessage\r\n$4\r\nnews\r\n$5\r\nhello\r\n');
  });
});
