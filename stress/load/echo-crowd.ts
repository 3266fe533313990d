/**
 * Many connections to an echo server, from this process on v2's reactor: each sends a message, waits until it is back,
 * compares it, and sends the next.
 */
import { systemClock } from '../../src/base/clock.js';
import type { Connection } from '../../v2/reactor/connection.js';
import type { ConnectionHandler } from '../../v2/reactor/connection-handler.js';
import { Reactor } from '../../v2/reactor/reactor.js';
import { Connector } from './connector.js';

export class EchoCrowd {
  /** From the first connect until every client had a message back. */
  connectMs = 0;
  readonly #reactor: Reactor;
  readonly #message: Buffer;
  readonly #clients: EchoClient[] = [];
  #echoes = 0;
  #echoesWanted = 0;
  #settle: { readonly resolve: () => void; readonly reject: (error: Error) => void } | null = null;

  /**
   * @param source a number of its own, below 250, for each crowd of a minute: connector.ts
   * @throws Error when a client is refused
   */
  static async connect(
    host: string,
    port: number,
    count: number,
    messageBytes: number,
    source = 0,
  ): Promise<EchoCrowd> {
    const crowd = new EchoCrowd(await Reactor.create(), messageBytes);
    const connector = new Connector(crowd.#reactor, host, port, source);
    try {
      const startUs = systemClock.monotonicUs();
      for (let index = 0; index < count; index++) {
        connector.connect(index, (connection) => {
          const client = new EchoClient(crowd, connection);
          crowd.#clients.push(client);
          return client;
        });
      }
      await crowd.#wait(count);
      crowd.connectMs = (systemClock.monotonicUs() - startUs) / 1000;
      return crowd;
    } catch (error) {
      crowd.close();
      throw error;
    }
  }

  private constructor(reactor: Reactor, messageBytes: number) {
    this.#reactor = reactor;
    this.#message = Buffer.alloc(messageBytes, 'januskv ');
  }

  /** Has all clients together send this many messages. @throws Error when one is lost or changed */
  async exchange(messages: number): Promise<void> {
    const done = this.#wait(messages);
    for (const client of this.#clients) client.send(this.#message);
    await done;
  }

  close(): void {
    this.#reactor.close();
  }

  /** One is back. @returns the next one to send, null when there are enough */
  next(isSame: boolean): Buffer | null {
    if (!isSame) this.fail(new Error('a message came back changed'));
    this.#echoes++;
    if (this.#echoes === this.#echoesWanted) this.#settle?.resolve();
    // Of those that are under way none is left when the last one is counted.
    return this.#echoes + this.#clients.length <= this.#echoesWanted ? this.#message : null;
  }

  get message(): Buffer {
    return this.#message;
  }

  fail(error: Error): void {
    this.#settle?.reject(error);
  }

  #wait(echoes: number): Promise<void> {
    this.#echoes = 0;
    this.#echoesWanted = Math.max(echoes, this.#clients.length);
    return new Promise((resolve, reject) => {
      this.#settle = { resolve, reject };
    });
  }
}

class EchoClient implements ConnectionHandler {
  constructor(
    private readonly crowd: EchoCrowd,
    private readonly connection: Connection,
  ) {}

  opened(): void {
    this.send(this.crowd.message);
  }

  send(message: Buffer): void {
    this.connection.write(message, 0, message.length);
  }

  received(bytes: Buffer, start: number, end: number): number {
    const { message } = this.crowd;
    if (end - start < message.length) return 0;
    const isSame = bytes.compare(message, 0, message.length, start, end) === 0;
    const next = this.crowd.next(isSame);
    if (next !== null) this.send(next);
    return end - start;
  }

  drained(): void {}

  ended(): void {
    this.crowd.fail(new Error('the server has closed a connection'));
    this.connection.close(true);
  }

  endedWhilePaused(): void {}

  closed(errno: number): void {
    if (errno !== 0) this.crowd.fail(new Error(`a connection was lost: errno ${errno}`));
  }
}
