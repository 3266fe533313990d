/**
 * A contender's process: fresh for each trial, pinned, in a directory of its own that goes with it. It is in
 * a process group of its own, so that Ctrl-C in the terminal reaches only the controller, which ends it.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { systemClock } from '../../src/base/clock.js';
import type { NodeRuntime } from '../report/model.js';
import { AdminClient } from './admin-client.js';
import { type Contender, fillIn } from './contenders.js';
import { pinned } from './pinning.js';
import { processTree } from './process-usage.js';

export const HOST = '127.0.0.1';

const START_DEADLINE_MS = 15_000;
const STOP_DEADLINE_MS = 5_000;
const POLL_MS = 2;
/** Shown when a server ends by itself. */
const LOG_TAIL_BYTES = 600;

/** Loads the probe into contenders that are Node programs; others don't look at the variable. */
const PROBE_OPTION = `--import=${new URL('./probe.mjs', import.meta.url).href}`;
const PROBE_DEADLINE_MS = 1_000;

export interface StartOptions {
  readonly cores: readonly number[];
  readonly maxClients: number;
  /** How finely the probe looks at the loop; null for no probe. */
  readonly probeResolutionMs: number | null;
  /** Whether it is up: by PING if it is a server of keys and values. */
  readonly answers?: (port: number) => Promise<boolean>;
}

export class ServerProcess {
  /** Whose processes or directories are still there. */
  static readonly #running = new Set<ServerProcess>();
  /** Start to first PONG. */
  startMs = 0;
  readonly #child: ChildProcess;
  readonly #directory: string;
  readonly #ended: Promise<void>;
  #hasEnded = false;
  #stopped: Promise<void> | null = null;

  /** Starts it and waits until it answers. @throws Error with the end of its log when it doesn't */
  static async start(contender: Contender, options: StartOptions): Promise<ServerProcess> {
    const server = new ServerProcess(contender, await freePort(), options);
    try {
      await server.#answers(options.answers ?? answersPing);
      return server;
    } catch (error) {
      await server.stop();
      throw error;
    }
  }

  /** Also those that are started meanwhile, by who doesn't know yet that all is over. */
  static async stopAll(): Promise<void> {
    while (ServerProcess.#running.size > 0) {
      await Promise.all([...ServerProcess.#running].map((server) => server.stop()));
    }
  }

  private constructor(
    readonly contender: Contender,
    readonly port: number,
    options: StartOptions,
  ) {
    this.#directory = mkdtempSync(join(tmpdir(), 'januskv-stress-'));
    ServerProcess.#running.add(this);
    const command = fillIn(contender.command, port, options.maxClients);
    const { file, args } = pinned(options.cores, ['sh', '-c', `exec ${command}`]);
    const log = openSync(join(this.#directory, 'log'), 'w');
    const hasProbe = options.probeResolutionMs !== null;
    const probe = { NODE_OPTIONS: PROBE_OPTION, PROBE_RESOLUTION_MS: `${options.probeResolutionMs}` };
    this.#child = spawn(file, args, {
      cwd: this.#directory,
      env: hasProbe ? { ...process.env, ...probe } : process.env,
      stdio: hasProbe ? ['ignore', log, log, 'ipc'] : ['ignore', log, log],
      detached: true,
    });
    closeSync(log);
    this.#ended = new Promise((resolve) => {
      const end = (): void => {
        this.#hasEnded = true;
        resolve();
      };
      this.#child.once('exit', end);
      this.#child.once('error', end);
    });
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  get hasEnded(): boolean {
    return this.#hasEnded;
  }

  /** The process with all it started. */
  pids(): number[] {
    return processTree(this.pid);
  }

  /** What the probe sees counts from now on. */
  resetProbe(): void {
    if (this.#child.connected) this.#child.send('reset');
  }

  /** What the probe saw since it was reset. Null where there is no probe: the contender isn't a Node program, or has ended. */
  async sampleProbe(): Promise<NodeRuntime | null> {
    if (!this.#child.connected) return null;
    const answer = once(this.#child, 'message', { signal: AbortSignal.timeout(PROBE_DEADLINE_MS) });
    this.#child.send('sample');
    try {
      const [sample] = await answer;
      return sample as NodeRuntime;
    } catch (error) {
      if (error instanceof Error && error.name === 'AbortError') return null;
      throw error;
    }
  }

  /** What it last wrote. */
  logTail(): string {
    return readFileSync(join(this.#directory, 'log'), 'utf8').slice(-LOG_TAIL_BYTES).trim();
  }

  /** Asks it to end, makes it end, and removes its directory. May be called again. */
  stop(): Promise<void> {
    this.#stopped ??= this.#stop();
    return this.#stopped;
  }

  async #stop(): Promise<void> {
    if (!this.#hasEnded) {
      const pids = this.pids();
      kill(pids, 'SIGTERM');
      const deadline = setTimeout(() => kill(pids, 'SIGKILL'), STOP_DEADLINE_MS);
      await this.#ended;
      clearTimeout(deadline);
    }
    rmSync(this.#directory, { recursive: true, force: true });
    ServerProcess.#running.delete(this);
  }

  async #answers(isUp: (port: number) => Promise<boolean>): Promise<void> {
    const clock = systemClock;
    const startUs = clock.monotonicUs();
    const elapsedMs = (): number => (clock.monotonicUs() - startUs) / 1000;
    for (;;) {
      if (await isUp(this.port)) {
        this.startMs = elapsedMs();
        return;
      }
      const { name } = this.contender;
      if (this.#hasEnded) throw new Error(`${name} ended while starting: ${this.logTail()}`);
      if (elapsedMs() > START_DEADLINE_MS) throw new Error(`${name} does not answer: ${this.logTail()}`);
      await sleep(POLL_MS);
    }
  }
}

async function answersPing(port: number): Promise<boolean> {
  try {
    const client = await AdminClient.open(HOST, port);
    try {
      return (await client.call('PING')) === 'PONG';
    } finally {
      client.close();
    }
  } catch {
    // Refused, reset, or an error while it loads: not up yet, and the caller's deadline decides.
    return false;
  }
}

function kill(pids: readonly number[], signal: NodeJS.Signals): void {
  for (const pid of pids) {
    try {
      process.kill(pid, signal);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, HOST, () => {
      const address = probe.address();
      const port = typeof address === 'object' && address !== null ? address.port : 0;
      probe.close(() => resolve(port));
    });
  });
}
