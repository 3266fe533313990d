/** One connection that sends batches of commands and waits for each batch to be answered; replies are counted by nobody. */
import { connect, type Socket } from 'node:net';
import { HOST } from '../../run/server-process.js';

export type Words = readonly (string | number | Buffer)[];

const END = '(end of batch)';
const END_REPLY = Buffer.from(`$${END.length}\r\n${END}\r\n`);
const END_REQUEST = encode(['ECHO', END]);

export function encode(words: Words): Buffer {
  const parts: Buffer[] = [Buffer.from(`*${words.length}\r\n`)];
  for (const word of words) {
    const bytes = Buffer.isBuffer(word) ? word : Buffer.from(String(word));
    parts.push(Buffer.from(`$${bytes.length}\r\n`), bytes, Buffer.from('\r\n'));
  }
  return Buffer.concat(parts);
}

/** Commands, and one more at their end whose reply says that all have been answered. */
export function batchOf(commands: readonly Words[]): Buffer {
  return Buffer.concat([...commands.map(encode), END_REQUEST]);
}

export class Pipe {
  readonly #socket: Socket;
  /** The last bytes received, as many as the end's reply has. */
  #tail: Buffer = Buffer.alloc(0);
  #kept: Buffer[] | null = null;
  #resolve: (() => void) | null = null;
  #reject: ((error: Error) => void) | null = null;

  static open(port: number): Promise<Pipe> {
    return new Promise((resolve, reject) => {
      const socket = connect({ host: HOST, port, noDelay: true });
      socket.once('error', reject);
      socket.once('connect', () => resolve(new Pipe(socket)));
    });
  }

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('data', (bytes) => this.#receive(bytes));
    socket.on('error', (error) => this.#reject?.(error));
    socket.on('close', () => this.#reject?.(new Error('the server closed the connection')));
  }

  /** Resolves when the batch has been answered. */
  exchange(batch: Buffer): Promise<void> {
    this.#socket.write(batch);
    return new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  /** @returns the replies as they came. @throws Error with the first reply if that is an error */
  async replies(commands: readonly Words[]): Promise<Buffer> {
    this.#kept = [];
    await this.exchange(batchOf(commands));
    const all = Buffer.concat(this.#kept);
    this.#kept = null;
    return all.subarray(0, all.length - END_REPLY.length);
  }

  close(): void {
    this.#socket.destroy();
  }

  #receive(bytes: Buffer): void {
    this.#kept?.push(bytes);
    this.#tail =
      bytes.length >= END_REPLY.length
        ? bytes.subarray(bytes.length - END_REPLY.length)
        : Buffer.concat([this.#tail, bytes]).subarray(-END_REPLY.length);
    if (this.#tail.equals(END_REPLY)) this.#resolve?.();
  }
}
