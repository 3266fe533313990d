/** Fills a server over one connection: commands in batches, each batch's replies counted before the next. */
import { connect, type Socket } from 'node:net';
import Parser from 'redis-parser';
import { HOST } from '../run/server-process.js';

/** A command as its words. */
export type Command = readonly (string | number)[];

export class BulkLoader {
  readonly #socket: Socket;
  #awaited = 0;
  #trouble: Error | null = null;
  #onBatch: () => void = () => {};

  static open(port: number): Promise<BulkLoader> {
    return new Promise((resolve, reject) => {
      const socket = connect({ host: HOST, port });
      socket.once('error', reject);
      socket.once('connect', () => resolve(new BulkLoader(socket)));
    });
  }

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.setNoDelay(true);
    const parser = new Parser({
      returnReply: () => {
        this.#awaited--;
      },
      returnError: (error) => this.#fail(error),
      returnBuffers: true,
    });
    socket.on('data', (bytes) => {
      parser.execute(bytes);
      if (this.#awaited === 0) this.#onBatch();
    });
    socket.on('error', (error) => this.#fail(error));
    socket.on('close', () => this.#fail(new Error('the server closed the connection')));
  }

  /** Resolves when all are answered. @throws Error with the first error reply */
  send(commands: Iterable<Command>): Promise<void> {
    let text = '';
    for (const command of commands) {
      text += `*${command.length}\r\n`;
      for (const word of command) text += `$${Buffer.byteLength(String(word))}\r\n${word}\r\n`;
      this.#awaited++;
    }
    this.#socket.write(text);
    return new Promise((resolve, reject) => {
      this.#onBatch = () => {
        if (this.#trouble !== null) reject(this.#trouble);
        else resolve();
      };
      if (this.#trouble !== null || this.#awaited === 0) this.#onBatch();
    });
  }

  close(): void {
    this.#socket.destroy();
  }

  #fail(error: Error): void {
    this.#trouble ??= error;
    this.#onBatch();
  }
}

const BATCH_COMMANDS = 500;

/** Sends `count` commands. @param make the index-th one */
export async function fill(port: number, count: number, make: (index: number) => Command): Promise<void> {
  const loader = await BulkLoader.open(port);
  try {
    for (let start = 0; start < count; start += BATCH_COMMANDS) {
      const length = Math.min(BATCH_COMMANDS, count - start);
      await loader.send(Array.from({ length }, (_, offset) => make(start + offset)));
    }
  } finally {
    loader.close();
  }
}
