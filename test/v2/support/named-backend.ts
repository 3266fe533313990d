/**
 * A backend for tests of the proxy: it greets each client with its name, so that they know whom they have, and can be
 * killed.
 */
import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';

/** Behind its greeting it sends back what it gets, and it ends when the client has. */
export class NamedBackend {
  readonly sockets = new Set<Socket>();
  accepted = 0;
  port = 0;
  #server: Server;

  constructor(readonly name: string) {
    this.#server = this.#create();
  }

  onConnection: (socket: Socket) => void = (socket) => {
    socket.write(`${this.name}\n`);
    socket.pipe(socket);
  };

  get target(): string {
    return `127.0.0.1:${this.port}`;
  }

  async listen(): Promise<this> {
    this.#server.listen(this.port, '127.0.0.1', 4096);
    await once(this.#server, 'listening');
    this.port = (this.#server.address() as { port: number }).port;
    return this;
  }

  /** As a process that is killed: nobody listens, and its connections are reset. */
  async kill(): Promise<void> {
    for (const socket of this.sockets) socket.resetAndDestroy();
    if (this.#server.listening) {
      this.#server.close();
      await once(this.#server, 'close');
    }
    this.#server = this.#create();
  }

  #create(): Server {
    return createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
      this.accepted++;
      this.sockets.add(socket);
      socket.on('error', () => {}).on('close', () => this.sockets.delete(socket));
      this.onConnection(socket);
    });
  }
}
