/** The little HTTP server, asked by node:http and by hand. */
import assert from 'node:assert/strict';
import { systemClock } from '../../../src/base/clock.js';
import { HttpResponder, plain } from '../../../v2/proxy/http-responder.js';
import { Reactor } from '../../../v2/reactor/reactor.js';
import { describeOnLinux } from '../../support/linux.js';
import { NetClient } from '../support/net-client.js';

describeOnLinux('the HTTP responder', () => {
  let reactor: Reactor;
  let port: number;
  const clients: NetClient[] = [];

  beforeEach(async () => {
    reactor = await Reactor.create();
    const responder = new HttpResponder(
      reactor,
      systemClock,
      { host: '127.0.0.1', port: 0 },
      (path, query) => {
        if (path === '/later') return new Promise((resolve) => setImmediate(resolve, plain(200, 'later\n')));
        return path === '/echo' ? plain(200, `${query.get('text')}\n`) : null;
      },
    );
    ({ port } = responder.address as { port: number });
  });

  afterEach(async () => {
    for (const client of clients.splice(0)) client.destroy();
    await reactor.drain(100);
    reactor.close();
  });

  async function ask(...pieces: readonly string[]): Promise<string> {
    const client = await NetClient.connect({ host: '127.0.0.1', port });
    clients.push(client);
    for (const piece of pieces) await new Promise((resolve) => client.socket.write(piece, resolve));
    return (await client.readToEnd()).toString();
  }

  it('answers what fetch asks, now or later', async () => {
    for (const [path, expected] of [
      ['echo?text=a%20b', 'a b\n'],
      ['later', 'later\n'],
    ]) {
      const response = await fetch(`http://127.0.0.1:${port}/${path}`);
      assert.equal(response.status, 200);
      assert.equal(response.headers.get('content-type'), 'text/plain; charset=utf-8');
      assert.equal(await response.text(), expected);
    }
  });

  it('answers a request that comes in pieces', async () => {
    assert.match(
      await ask('GET /echo?te', 'xt=hi HTTP/1.1\r\nHost: x\r', '\n\r\n'),
      /^HTTP\/1\.1 200 OK\r\n.*\r\n\r\nhi\n$/s,
    );
  });

  it('leaves the body out where only the head is asked for', async () => {
    assert.match(
      await ask('HEAD /echo?text=hi HTTP/1.0\r\n\r\n'),
      /Content-Length: 3\r\nConnection: close\r\n\r\n$/,
    );
  });

  it('refuses what it does not know', async () => {
    const status = async (request: string): Promise<string> => (await ask(request)).slice(9, 12);
    assert.equal(await status('GET /other HTTP/1.1\r\n\r\n'), '404');
    assert.equal(await status('POST /echo HTTP/1.1\r\n\r\n'), '405');
    assert.equal(await status('hello\r\n\r\n'), '400');
    assert.equal(await status('GET http://elsewhere/ HTTP/1.1\r\n\r\n'), '400');
    assert.equal(await status(`GET /${'x'.repeat(9000)}`), '431');
  });
});
