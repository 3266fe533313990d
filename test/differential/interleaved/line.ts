/** One connection of an interleaved run: whatever comes is kept in the order in which it came, pushes included. */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { ReplyReader } from '../../support/reply-reader.js';
import { encodeRequest } from '../../support/words.js';
import type { Request } from '../grammar.js';

/** Stands where a connection ended. */
const ENDED = Buffer.from('+ended\r\n');

export const isEnd = (frame: Buffer): boolean => frame.subarray(-ENDED.length).equals(ENDED);

export class Line {
  isClosed = false;
  #isEndTold = false;
  readonly #reader = new ReplyReader();

  private constructor(readonly socket: Socket) {
    socket.setNoDelay(true);
    socket.on('data', (chunk: Buffer) => this.#reader.feed(chunk));
    // How a connection ends is what is compared.
    socket.on('error', () => {});
    socket.on('close', () => {
      this.isClosed = true;
    });
  }

  static open(port: number): Promise<Line> {
    return new Promise((resolve, reject) => {
      const socket = connect({ port, host: '127.0.0.1' });
      socket.once('error', reject);
      socket.once('connect', () => {
        socket.off('error', reject);
        resolve(new Line(socket));
      });
    });
  }

  send(request: Request): void {
    if (!this.isClosed) this.socket.write(encodeRequest(request));
  }

  /** A request whose reply nobody compares: the first thing that is said. */
  async greet(request: Request): Promise<void> {
    this.send(request);
    while (this.#reader.next() === null) await once(this.socket, 'data');
  }

  /** What came since it was asked last: replies and pushes, and when the server closed it, what isn't whole and ENDED. */
  take(): Buffer[] {
    const frames: Buffer[] = [];
    for (let frame = this.#reader.next(); frame !== null; frame = this.#reader.next()) frames.push(frame);
    if (this.isClosed && !this.#isEndTold) {
      this.#isEndTold = true;
      frames.push(Buffer.concat([this.#reader.rest, ENDED]));
    }
    return frames;
  }

  async close(): Promise<void> {
    if (this.isClosed) return;
    const closed = new Promise<void>((resolve) => this.socket.once('close', () => resolve()));
    this.socket.destroy();
    await closed;
  }
}
