/** What v1 asks of handles, and v1 where sockets have neither a handle nor a descriptor: by streams alone. */
import assert from 'node:assert/strict';
import { EventEmitter, once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { Duplex } from 'node:stream';
import { BufferPool } from '../../src/base/buffer-pool.js';
import { Connection } from '../../v1/connection.js';
import { converse } from '../../v1/converse.js';
import { acceptFrom, descriptorOf, type Handle, readInto } from '../../v1/handle.js';
import { SendBuffer } from '../../v1/send-buffer.js';
import { LineServer } from '../v2/support/line-server.js';

describe('handles that a listener accepts', () => {
  let listener: Server;
  let client: Socket;

  beforeEach(async () => {
    listener = createServer();
    listener.listen(0, '127.0.0.1');
    await once(listener, 'listening');
  });

  afterEach(() => {
    client?.destroy();
    listener.close();
  });

  function accepted(): Promise<Handle> {
    const handle = new Promise<Handle>((resolve) => {
      acceptFrom(listener, (what) => {
        assert.ok(!('on' in what), 'Node made a socket of it');
        resolve(what);
      });
    });
    const address = listener.address();
    assert.ok(address !== null && typeof address === 'object');
    client = connect(address.port, '127.0.0.1');
    return handle;
  }

  it('are read into the buffer given', async () => {
    const buffer = Buffer.alloc(8);
    const handle = await accepted();
    const received = new Promise<string>((resolve) => {
      const socket = readInto(handle, buffer, (count, bytes) => {
        assert.equal(bytes, buffer);
        resolve(bytes.toString('latin1', 0, count));
        socket.destroy();
        return true;
      });
    });
    client.write('one');
    assert.equal(await received, 'one');
  });

  it('send small pieces at once, until they are told otherwise', async () => {
    const handle = await accepted();
    const told: boolean[] = [];
    const { setNoDelay } = handle;
    assert.ok(setNoDelay !== undefined);
    handle.setNoDelay = (isOn) => {
      told.push(isOn);
      return setNoDelay.call(handle, isOn);
    };
    const socket = readInto(handle, Buffer.alloc(8), () => true);
    socket.setNoDelay(false);
    socket.setNoDelay(true);
    socket.destroy();
    assert.deepEqual(told, [true, false, true]);
  });

  it('leave it to the listener to tell why nobody could be accepted', async () => {
    acceptFrom(listener, () => assert.fail('nobody came'));
    const failed = once(listener, 'error');
    const { _handle } = listener as unknown as { _handle: { onconnection(error: number): void } };
    // Source: uv_errno_t; 4095 below zero is UV_EOF on all systems.
    _handle.onconnection(-4095);
    assert.equal((await failed)[0].syscall, 'accept');
  });

  it('are done without where a listener has none', () => {
    const bare = new EventEmitter();
    const sockets: unknown[] = [];
    acceptFrom(bare as Server, (what) => sockets.push(what));
    const socket = new Duplex({ read() {} });
    bare.emit('connection', socket);
    assert.deepEqual(sockets, [socket]);
  });
});

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
