/** The v2 frontend against real clients: the seam's promises on the wire. */
import assert from 'node:assert/strict';
import type { Frontend, FrontendOptions } from '../../src/server/frontend.js';
import { createFrontend } from '../../v2/frontend.js';
import { LineServer } from './support/line-server.js';
import { describeOnLinux } from './support/linux.js';
import { NetClient } from './support/net-client.js';

describeOnLinux('v2 frontend', () => {
  let server: LineServer;
  let frontend: Frontend;
  const clients: NetClient[] = [];

  async function start(options: FrontendOptions = {}, host = '127.0.0.1'): Promise<number> {
    frontend = createFrontend(server, options);
    return (await frontend.listen({ host, port: 0 }, 4096)).port;
  }

  async function client(port: number, host = '127.0.0.1'): Promise<NetClient> {
    const connected = await NetClient.connect({ port, host });
    clients.push(connected);
    return connected;
  }

  beforeEach(() => {
    server = new LineServer();
  });

  afterEach(async () => {
    for (const each of clients.splice(0)) each.destroy();
    await frontend.close(1000);
  });

  it('answers on the port it was given', async () => {
    const port = await start();
    const one = await client(port);
    one.write('hello\n');
    assert.equal((await one.read(6)).toString(), 'hello\n');
  });
});
