/** Threads that debug scripts on copies of the data, for SCRIPT DEBUG YES, as the server's own thread sees them. */
import { MessageChannel, type MessagePort, type Worker } from 'node:worker_threads';
import { startThread } from '../../v2/threads/start-thread.js';
import type { DebuggedRequest, DebugThread, DebugThreadListener } from '../server/scripting/debug-thread.js';

/** What a thread begins with. */
export interface DebugThreadData {
  readonly request: DebuggedRequest;
  /** What the client sends, a Uint8Array each: read while the script holds the thread. */
  readonly input: MessagePort;
  /** One number, which changes when there is input. */
  readonly wakeups: Int32Array;
}

/** What a thread tells. */
export type DebugThreadMessage =
  | { readonly kind: 'loaded'; readonly byteLength: number }
  | { readonly kind: 'said'; readonly bytes: Uint8Array }
  | { readonly kind: 'logged'; readonly level: number; readonly message: string }
  | { readonly kind: 'broken'; readonly error: unknown }
  | { readonly kind: 'ended' };

export function startDebugThread(request: DebuggedRequest, listener: DebugThreadListener): DebugThread {
  return new WorkerThread(request, listener);
}

class WorkerThread implements DebugThread {
  laggingBytes = 0;
  readonly #listener: DebugThreadListener;
  readonly #worker: Worker;
  readonly #input: MessagePort;
  readonly #wakeups = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
  #isOver = false;

  constructor(request: DebuggedRequest, listener: DebugThreadListener) {
    const { port1, port2 } = new MessageChannel();
    const data: DebugThreadData = { request, input: port2, wakeups: this.#wakeups };
    this.#listener = listener;
    this.#input = port1;
    this.#worker = startThread(import.meta.url, 'debug-thread', data, [port2]);
    this.#worker.on('message', (message: DebugThreadMessage) => this.#heard(message));
    this.#worker.on('error', (error) => this.#ended(error));
    this.#worker.on('exit', () => this.#ended(new Error('the thread that debugs a script ended')));
    // A session that somebody left open keeps no process alive.
    this.#worker.unref();
    this.#input.unref();
  }

  load(bytes: Buffer): void {
    this.laggingBytes += bytes.length;
    const copy = new Uint8Array(bytes);
    this.#worker.postMessage(copy, [copy.buffer]);
  }

  received(bytes: Buffer): void {
    this.#input.postMessage(new Uint8Array(bytes));
    Atomics.add(this.#wakeups, 0, 1);
    Atomics.notify(this.#wakeups, 0);
  }

  end(): void {
    this.#isOver = true;
    this.#input.close();
    void this.#worker.terminate();
  }

  #heard(message: DebugThreadMessage): void {
    if (this.#isOver) return;
    if (message.kind === 'loaded') {
      this.laggingBytes -= message.byteLength;
      if (this.laggingBytes === 0) this.#listener.caughtUp();
    } else if (message.kind === 'said') {
      const { buffer, byteOffset, byteLength } = message.bytes;
      this.#listener.said(Buffer.from(buffer, byteOffset, byteLength));
    } else if (message.kind === 'logged') {
      this.#listener.logged(message.level, message.message);
    } else if (message.kind === 'broken') {
      this.#listener.brokenBy(message.error);
    } else {
      this.#ended(null);
    }
  }

  #ended(error: Error | null): void {
    if (!this.#isOver) this.#listener.ended(error);
  }
}
