/** v1 where sockets have neither a handle that can be read into a buffer nor a descriptor: by streams alone. */
import assert from 'node:assert/strict';
import type { Socket } from 'node:net';
import { Duplex } from 'node:stream';
import { BufferPool } from '../../src/base/buffer-pool.js';
import { Connection } from '../../v1/connection.js';
import { converse } from '../../v1/converse.js';
import { descriptorOf } from '../../v1/handle.js';
import { SendBuffer } from '../../v1/send-buffer.js';
import { LineServer } from '../v2/support/line-server.js';

describe('v1 over a stream without a handle', () => {
  let sent: string;
  /** Calls back for what was written; null when writes are taken at once. */
  let taken: (() => void)[] | null;

  /** What it is given to write is sent. */
  function stream(): Socket {
    const duplex = new Duplex({
      read() {},
      write(chunk: Buffer, _encoding, done) {
        sent += chunk.toString('latin1');
        if (taken === null) done();
        else taken.push(done);
      },
      allowHalfOpen: true,
    });
    return duplex as unknown as Socket;
  }

  function serve(server: LineServer, socket: Socket): { connection: Connection; ended: Promise<void> } {
    const connection = new Connection(
      socket,
      {
        sendBuffer: new SendBuffer(),
        receiveBuffer: Buffer.alloc(1024),
        inboxes: new BufferPool(
          (byteLength) => Buffer.alloc(byteLength),
          () => {},
        ),
        pendingBytesPause: 1024,
        lingerMs: 1000,
        bytesReceived: 0,
        bytesSent: 0,
        active: null,
        settleLater: () => {},
        served: () => {},
      },
      '/stream',
    );
    return { connection, ended: converse(server, connection) };
  }

  beforeEach(() => {
    sent = '';
    taken = null;
  });

  it('has no descriptor', () => {
    assert.equal(descriptorOf(stream()), -1);
  });

  it('answers, in order, what comes in pieces', async () => {
    const socket = stream();
    const { ended } = serve(new LineServer(), socket);
    for (const piece of ['one\ntw', 'o', '\nthree\n', null]) socket.push(piece);
    await ended;
    assert.equal(sent, 'one\ntwo\nthree\n');
  });

  it('keeps what the stream has no room for', async () => {
    taken = [];
    const socket = stream();
    const server = new LineServer();
    const { connection, ended } = serve(server, socket);
    socket.push('one\ntwo\nthree\n');
    await new Promise(setImmediate);
    assert.equal(sent, 'one\n');
    assert.equal(connection.pendingBytes, 14);
    const waiting = taken;
    taken = null;
    for (const take of waiting) take();
    socket.push(null);
    await ended;
    assert.equal(sent, 'one\ntwo\nthree\n');
    assert.equal(server.sessions[0].closes, 1);
  });
});
