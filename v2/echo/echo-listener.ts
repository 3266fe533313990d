/**
 * One thread's share of the echo server: a reactor with a listener that sends back whatever arrives. What a client
 * doesn't take yet is kept, in order; a client that takes too little for too long isn't read from meanwhile.
 */
import type { SocketAddress } from '../../src/native/socket-address.js';
import type { SystemError } from '../../src/native/system-error.js';
import type { Connection } from '../reactor/connection.js';
import type { ConnectionHandler } from '../reactor/connection-handler.js';
import type { Trigger } from '../reactor/interest.js';
import type { Listener } from '../reactor/listener.js';
import { Reactor } from '../reactor/reactor.js';

/** The kernel caps it at net.core.somaxconn. */
const BACKLOG = 65_535;

export interface EchoSettings {
  /** With the port to share; 0 for any. */
  readonly address: { readonly host: string; readonly port: number };
  /** Others listen on the same port. */
  readonly isShared: boolean;
  /** Kept for a client before it isn't read from any more. */
  readonly pendingBytesMax: number;
  /** Pending bytes get this long when it is told to stop. */
  readonly drainMs: number;
  readonly trigger: Trigger;
}

class EchoHandler implements ConnectionHandler {
  constructor(private readonly connection: Connection) {}

  opened(): void {}

  received(bytes: Buffer, start: number, end: number): number {
    this.connection.write(bytes, start, end);
    return end - start;
  }

  drained(): void {}

  /** What is pending is sent first. */
  ended(): void {
    this.connection.close(false);
  }

  endedWhilePaused(): void {}

  closed(): void {}
}

export class EchoListener {
  /** Resolves when it has stopped. */
  readonly ended: Promise<void>;
  /** Any thread may signal it: the listener stops. */
  readonly wakeupDescriptor: number;
  readonly #reactor: Reactor;
  readonly #listener: Listener;
  readonly #drainMs: number;
  #isStopping = false;
  #end: () => void = () => {};

  /** @throws SystemError */
  static async start(settings: EchoSettings, report: (trouble: SystemError) => void): Promise<EchoListener> {
    const reactor = await Reactor.create({
      pendingBytesPause: settings.pendingBytesMax,
      trigger: settings.trigger,
    });
    try {
      return new EchoListener(reactor, settings, report);
    } catch (error) {
      reactor.close();
      throw error;
    }
  }

  private constructor(reactor: Reactor, settings: EchoSettings, report: (trouble: SystemError) => void) {
    this.#reactor = reactor;
    this.#drainMs = settings.drainMs;
    this.#listener = reactor.listen(settings.address, (connection) => new EchoHandler(connection), {
      backlog: BACKLOG,
      reusePort: settings.isShared,
      report,
    });
    this.ended = new Promise((resolve) => {
      this.#end = resolve;
    });
    this.wakeupDescriptor = reactor.createWakeup(() => this.stop()).descriptor;
  }

  get address(): SocketAddress {
    return this.#listener.address;
  }

  /** Stops accepting, sends what is pending, and ends. */
  stop(): void {
    if (this.#isStopping) return;
    this.#isStopping = true;
    void this.#reactor.drain(this.#drainMs).then(() => {
      this.#reactor.close();
      this.#end();
    });
  }
}
