/** A plain TCP client for tests: it collects what comes and waits for as much as asked, without sleeping. */
import { once } from 'node:events';
import { connect, type NetConnectOpts, type Socket } from 'node:net';

export class NetClient {
  readonly socket: Socket;
  readonly #chunks: Buffer[] = [];
  #length = 0;
  isEnded = false;
  error: NodeJS.ErrnoException | null = null;
  #wake: () => void = () => {};

  constructor(socket: Socket) {
    this.socket = socket;
    socket.on('data', (chunk: Buffer) => {
      this.#chunks.push(chunk);
      this.#length += chunk.length;
      this.#wake();
    });
    socket.on('end', () => {
      this.isEnded = true;
      this.#wake();
    });
    socket.on('close', () => {
      this.isEnded = true;
      this.#wake();
    });
    socket.on('error', (error) => {
      this.error = error;
      this.#wake();
    });
  }

  static async connect(options: NetConnectOpts): Promise<NetClient> {
    const socket = connect({ allowHalfOpen: true, noDelay: true, ...options });
    const client = new NetClient(socket);
    await once(socket, 'connect');
    return client;
  }

  write(bytes: Buffer | string): void {
    this.socket.write(bytes);
  }

  get receivedBytes(): number {
    return this.#length;
  }

  /** Takes what came so far. */
  take(): Buffer {
    const all = Buffer.concat(this.#chunks);
    this.#chunks.length = 0;
    this.#length = 0;
    return all;
  }

  /** Waits until `count` bytes are there, or the end, and takes everything. */
  async read(count: number): Promise<Buffer> {
    while (this.#length < count && !this.isEnded) await this.#change();
    return this.take();
  }

  /** Waits for the peer's end and takes everything. */
  async readToEnd(): Promise<Buffer> {
    while (!this.isEnded) await this.#change();
    return this.take();
  }

  destroy(): void {
    this.socket.destroy();
  }

  #change(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }
}
