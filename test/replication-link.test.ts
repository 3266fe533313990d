import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:net';
import { connectOverTcp } from '../src/replication-link.js';

describe('a connection to another server', () => {
  let server: Server;
  /** Where each came from. */
  let sources: (string | undefined)[];

  beforeEach(async () => {
    sources = [];
    server = createServer((socket) => {
      sources.push(socket.remoteAddress);
      socket.end('hello');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  afterEach(() => server.close());

  /** Connects and reads to the end. */
  const talk = (sourceAddress?: string): Promise<string> =>
    new Promise((resolve, reject) => {
      const address = server.address();
      assert.ok(address !== null && typeof address === 'object');
      let received = '';
      const link = connectOverTcp(
        '127.0.0.1',
        address.port,
        {
          connected: () => {},
          received: (bytes) => {
            received += bytes;
          },
          closed: (error) => (error === null ? resolve(received) : reject(error)),
        },
        sourceAddress,
      );
      assert.equal(link.pendingBytes, 0);
    });

  it('comes from the address that is asked for', async () => {
    assert.equal(await talk('127.0.0.5'), 'hello');
    assert.equal(await talk(), 'hello');
    assert.equal(await talk('localhost'), 'hello');
    assert.deepEqual(sources, ['127.0.0.5', '127.0.0.1', '127.0.0.1']);
  });

  it('comes from another one when the machine has no such address', async () => {
    assert.equal(await talk('192.0.2.1'), 'hello');
    assert.deepEqual(sources, ['127.0.0.1']);
  });

  it('is reported as failed when nobody listens there', async () => {
    const { port } = server.address() as { port: number };
    await new Promise((resolve) => server.close(resolve));
    await assert.rejects(
      new Promise((_resolve, reject) => {
        connectOverTcp(
          '127.0.0.1',
          port,
          { connected: () => {}, received: () => {}, closed: (error) => reject(error) },
          '192.0.2.1',
        );
      }),
      { code: 'ECONNREFUSED' },
    );
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
});
