/**
 * The echo server: one listener in this thread and others in threads of their own, all on one port, among which the
 * kernel shares out the connections. Threads are stopped by a wake-up, an eventfd in each one's epoll set.
 */
import { once } from 'node:events';
import type { Worker } from 'node:worker_threads';
import { type Libc, loadLibc } from '../../src/native/libc.js';
import type { SocketAddress } from '../../src/native/socket-address.js';
import { Reactor } from '../reactor/reactor.js';
import { startThread } from '../threads/start-thread.js';
import { EchoListener, type EchoSettings } from './echo-listener.js';

export interface EchoOptions extends Omit<EchoSettings, 'isShared'> {
  readonly listeners: number;
  /** Told of failed accepts. */
  readonly report: (trouble: Error) => void;
}

interface ThreadMessage {
  readonly wakeupDescriptor?: number;
  readonly trouble?: string;
}

export class EchoServer {
  readonly address: SocketAddress;
  readonly ended: Promise<void>;
  readonly #libc: Libc;
  readonly #first: EchoListener;
  readonly #threads: readonly EchoThread[];

  /** @throws SystemError when it can't listen */
  static async start(options: EchoOptions): Promise<EchoServer> {
    const { address, listeners, report } = options;
    const isShared = listeners > 1;
    if (isShared && address.port !== 0) await refuseBusyPort(address);
    const settings = { ...options, report: undefined, isShared };
    const first = await EchoListener.start(settings, report);
    const bound = first.address as { readonly host: string; readonly port: number };
    const shared = { ...settings, address: bound };
    const libc = await loadLibc();
    const others: EchoThread[] = [];
    try {
      while (others.length < listeners - 1) others.push(new EchoThread(shared, report));
      await Promise.all(others.map((thread) => thread.listening));
    } catch (error) {
      first.stop();
      for (const thread of others) thread.stop(libc);
      throw error;
    }
    return new EchoServer(libc, first, others);
  }

  private constructor(libc: Libc, first: EchoListener, threads: readonly EchoThread[]) {
    this.#libc = libc;
    this.#first = first;
    this.#threads = threads;
    this.address = first.address;
    this.ended = Promise.all([first.ended, ...threads.map((thread) => thread.ended)]).then(() => {});
  }

  stop(): void {
    this.#first.stop();
    for (const thread of this.#threads) thread.stop(this.#libc);
  }
}

/** Sharing a port would share it with a stranger's server too: so it is tried alone first. */
async function refuseBusyPort(address: SocketAddress): Promise<void> {
  const reactor = await Reactor.create();
  try {
    reactor.listen(address, unexpected, { backlog: 1 }).close();
  } finally {
    reactor.close();
  }
}

function unexpected(): never {
  throw new Error('nobody is accepted before the server listens');
}

/** A listener in a thread of its own, seen from outside. */
class EchoThread {
  readonly listening: Promise<void>;
  readonly ended: Promise<void>;
  readonly #worker: Worker;
  #wakeupDescriptor = -1;

  constructor(settings: EchoSettings, report: (trouble: Error) => void) {
    this.#worker = startThread(import.meta.url, 'echo-thread', settings);
    this.ended = once(this.#worker, 'exit').then(() => {
      this.#wakeupDescriptor = -1;
    });
    this.listening = new Promise((resolve, reject) => {
      this.#worker.on('message', ({ wakeupDescriptor, trouble }: ThreadMessage) => {
        if (trouble !== undefined) report(new Error(trouble));
        if (wakeupDescriptor === undefined) return;
        this.#wakeupDescriptor = wakeupDescriptor;
        resolve();
      });
      this.#worker.once('error', (error) => {
        reject(error);
        // Once it listens only a bug ends it.
        if (this.#wakeupDescriptor >= 0) throw error;
      });
    });
  }

  /** By waking it; one that doesn't listen yet has nothing to finish. */
  stop(libc: Libc): void {
    if (this.#wakeupDescriptor < 0) void this.#worker.terminate();
    else libc.eventfdSignal(this.#wakeupDescriptor);
  }
}
