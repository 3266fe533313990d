/** One connection for the controller's own questions: PING until the server is up, then INFO and DBSIZE. */
import { connect, type Socket } from 'node:net';
import Parser from 'redis-parser';

const ANSWER_DEADLINE_MS = 5_000;

export class AdminClient {
  readonly #socket: Socket;
  readonly #waiting: { resolve: (reply: unknown) => void; reject: (error: Error) => void }[] = [];

  static open(host: string, port: number): Promise<AdminClient> {
    return new Promise((resolve, reject) => {
      const socket = connect({ host, port });
      socket.once('error', reject);
      socket.once('connect', () => {
        socket.off('error', reject);
        resolve(new AdminClient(socket));
      });
    });
  }

  private constructor(socket: Socket) {
    this.#socket = socket;
    const parser = new Parser({
      returnReply: (reply) => this.#waiting.shift()?.resolve(reply),
      returnError: (error) => this.#waiting.shift()?.reject(error),
      returnFatalError: (error) => socket.destroy(error),
    });
    socket.setTimeout(ANSWER_DEADLINE_MS);
    socket.on('timeout', () => {
      if (this.#waiting.length > 0) socket.destroy(new Error('the server does not answer'));
    });
    socket.on('data', (bytes) => parser.execute(bytes));
    socket.on('error', (error) => this.#rejectAll(error));
    socket.on('close', () => this.#rejectAll(new Error('the server closed the connection')));
  }

  call(...words: readonly string[]): Promise<unknown> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ resolve, reject });
      const bulks = words.map((word) => `$${Buffer.byteLength(word)}\r\n${word}\r\n`);
      this.#socket.write(`*${words.length}\r\n${bulks.join('')}`);
    });
  }

  /** INFO's fields, of one section or all; empty when the server has no INFO. */
  async info(section: string): Promise<Map<string, string>> {
    const text = await this.call('INFO', section).catch(() => '');
    const lines = String(text).split('\r\n');
    return new Map(
      lines
        .filter((line) => line.includes(':'))
        .map((line) => {
          const colon = line.indexOf(':');
          return [line.slice(0, colon), line.slice(colon + 1)];
        }),
    );
  }

  close(): void {
    this.#socket.destroy();
  }

  #rejectAll(error: Error): void {
    for (const { reject } of this.#waiting.splice(0)) reject(error);
  }
}
