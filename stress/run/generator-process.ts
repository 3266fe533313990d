/**
 * The controller's end of the load generator: one or several processes that share a workload. Their results
 * are added up.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { FromGenerator, GeneratorResult, Job, Progress, ToGenerator } from '../load/messages.js';
import { pinned } from './pinning.js';

const ENTRY = fileURLToPath(new URL('../load/generator.ts', import.meta.url));
const TSX = import.meta.resolve('tsx');

/** Runs a TypeScript file in a Node of its own; plain `tsx` would start a second one between us and it. */
export function nodeCommand(entry: string): string[] {
  return [process.execPath, '--import', TSX, entry];
}

export class GeneratorProcess {
  readonly #child: ChildProcess;
  readonly #ended: Promise<void>;
  #handlers: ((message: FromGenerator) => void)[] = [];
  #onProgress: (progress: Progress) => void = () => {};
  #onWindow: (isOpen: boolean) => void = () => {};
  #failure: Error | null = null;
  #onFailure: (error: Error) => void = () => {};

  /** @param serverPids what it ends when we are killed: it knows them from its first moment */
  constructor(cores: readonly number[], serverPids: readonly number[]) {
    const { file, args } = pinned(cores, [...nodeCommand(ENTRY), ...serverPids.map(String)]);
    this.#child = spawn(file, args, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'], detached: true });
    this.#child.on('message', (message: FromGenerator) => {
      if (message.type === 'progress') this.#onProgress(message.progress);
      else if (message.type === 'window') this.#onWindow(message.isOpen);
      else for (const handler of this.#handlers) handler(message);
    });
    this.#ended = new Promise((resolve) => {
      this.#child.once('exit', (code, signal) => {
        this.#fail(new Error(`the load generator ended with ${signal ?? code}`));
        resolve();
      });
      this.#child.once('error', (error) => {
        this.#fail(error);
        resolve();
      });
    });
  }

  set onProgress(listener: (progress: Progress) => void) {
    this.#onProgress = listener;
  }

  set onWindow(listener: (isOpen: boolean) => void) {
    this.#onWindow = listener;
  }

  /** Resolves when it sends this message. @throws Error when it ends before */
  receive<T extends FromGenerator['type']>(type: T): Promise<Extract<FromGenerator, { type: T }>> {
    return new Promise((resolve, reject) => {
      if (this.#failure !== null) reject(this.#failure);
      this.#onFailure = reject;
      const handler = (message: FromGenerator): void => {
        if (message.type !== type) return;
        this.#handlers = this.#handlers.filter((other) => other !== handler);
        resolve(message as Extract<FromGenerator, { type: T }>);
      };
      this.#handlers.push(handler);
    });
  }

  startJob(job: Job): void {
    this.#send({ type: 'job', job });
  }

  go(): void {
    this.#send({ type: 'go' });
  }

  counted(): void {
    this.#send({ type: 'counted' });
  }

  /** Its result follows soon. */
  finishNow(): void {
    this.#send({ type: 'stop' });
  }

  async result(): Promise<GeneratorResult> {
    return (await this.receive('done')).result;
  }

  async stop(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.#ended;
  }

  #send(message: ToGenerator): void {
    if (this.#child.connected) this.#child.send(message);
  }

  #fail(error: Error): void {
    this.#failure = error;
    this.#onFailure(error);
  }
}
