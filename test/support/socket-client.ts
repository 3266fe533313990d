/** A client over a real socket, to januskv or to redis-server: bytes out, replies in, no library between. */
import { connect as connectSocket, type Socket } from 'node:net';
import { Client } from './client.js';

export class SocketClient extends Client {
  constructor(readonly socket: Socket) {
    super();
    socket.setNoDelay(true);
    socket.on('data', (chunk: Buffer) => this.received(chunk));
    // How a connection ends is the test's affair: it sees that it is closed.
    socket.on('error', () => {});
    socket.on('close', () => this.closed());
    socket.on('end', () => {
      this.closed();
      socket.end();
    });
    this.attach({
      send: (bytes) => {
        socket.write(bytes);
      },
      end: () => {
        socket.end();
      },
    });
  }

  /** Ends the connection with a reset, as a killed process does. */
  reset(): void {
    this.socket.resetAndDestroy();
  }

  /** Closes and waits until the server has closed too. */
  async quit(): Promise<void> {
    this.socket.destroy();
    await this.end();
  }
}

export function connect(port: number): Promise<SocketClient> {
  return opened(connectSocket({ port, host: '127.0.0.1', allowHalfOpen: true }));
}

/** @param path of a Unix socket */
export function connectPath(path: string): Promise<SocketClient> {
  return opened(connectSocket({ path, allowHalfOpen: true }));
}

function opened(socket: Socket): Promise<SocketClient> {
  return new Promise((resolve, reject) => {
    socket.once('error', reject);
    socket.once('connect', () => {
      socket.off('error', reject);
      resolve(new SocketClient(socket));
    });
  });
}
