/** A handler that writes down what it is told, and consumes everything unless told otherwise. */
import type { Connection } from '../../../v2/reactor/connection.js';
import type { ConnectionHandler, CreateHandler } from '../../../v2/reactor/connection-handler.js';

export class Recorder implements ConnectionHandler {
  readonly calls: string[] = [];
  readonly chunks: Buffer[] = [];
  errno = -1;
  onOpened: () => void = () => {};
  onReceived: (bytes: Buffer) => void = () => {};
  onEnded: () => void = () => this.connection.close(false);

  constructor(
    readonly connection: Connection,
    /** Shared by several recorders: the order of their calls. */
    private readonly log: string[] = [],
    private readonly name = '',
  ) {}

  /** Makes recorders and keeps them in `into`. */
  static factory(into: Recorder[], log: string[] = [], name = ''): CreateHandler {
    return (connection) => {
      const recorder = new Recorder(connection, log, `${name}${into.length}`);
      into.push(recorder);
      return recorder;
    };
  }

  get text(): string {
    return Buffer.concat(this.chunks).toString();
  }

  opened(): void {
    this.#note('opened');
    this.onOpened();
  }

  received(bytes: Buffer, start: number, end: number): number {
    this.#note('received');
    const copy = Buffer.from(bytes.subarray(start, end));
    this.chunks.push(copy);
    this.onReceived(copy);
    return end - start;
  }

  drained(): void {
    this.#note('drained');
  }

  ended(): void {
    this.#note('ended');
    this.onEnded();
  }

  endedWhilePaused(): void {
    this.#note('endedWhilePaused');
  }

  closed(errno: number): void {
    this.errno = errno;
    this.#note('closed');
  }

  #note(call: string): void {
    this.calls.push(call);
    this.log.push(`${this.name} ${call}`);
  }
}
