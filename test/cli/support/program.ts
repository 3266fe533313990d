/**
 * The command line as a process of its own, in an empty directory, which goes with it. It ends at the latest with the process
 * that started it.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { endOf, endsWithUs } from '../../support/child-process.js';
import { COMMAND } from '../../support/command.js';

export class Program {
  stdout = '';
  stderr = '';
  readonly #child: ChildProcess;
  readonly #closed: Promise<unknown>;
  #wake: () => void = () => {};

  constructor(words: readonly string[], input = '', environment: Readonly<Record<string, string>> = {}) {
    const directory = mkdtempSync(join(tmpdir(), 'januskv-program-'));
    this.#child = spawn(COMMAND[0], [...COMMAND.slice(1), ...words], {
      cwd: directory,
      env: { ...process.env, ...environment },
    });
    endsWithUs(this.#child);
    this.#closed = once(this.#child, 'close');
    this.#child.stdout?.setEncoding('latin1').on('data', (text: string) => {
      this.stdout += text;
      this.#wake();
    });
    this.#child.stderr?.setEncoding('latin1').on('data', (text: string) => {
      this.stderr += text;
    });
    this.#child.on('exit', () => {
      rmSync(directory, { recursive: true, force: true });
      this.#wake();
    });
    this.#child.stdin?.end(input);
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  /** Waits until it listens. @returns its addresses as printed: `127.0.0.1:6379 (v2)` */
  async ready(): Promise<readonly string[]> {
    const [log] = await this.printed(/^[\s\S]*Ready to accept connections (?:tcp|unix)\n/);
    return [...log.matchAll(/ \* Listening on (.*)\n/g)].map(([, address]) => address);
  }

  /** Waits until it has printed this. */
  async printed(pattern: RegExp): Promise<RegExpExecArray> {
    for (;;) {
      const match = pattern.exec(this.stdout);
      if (match !== null) return match;
      if (this.#child.exitCode !== null || this.#child.signalCode !== null)
        throw new Error(`it ended: ${this.stdout}${this.stderr}`);
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  signal(name: NodeJS.Signals): void {
    this.#child.kill(name);
  }

  /**
   * Waits for its end, and for all that it printed. @returns the exit status, or the signal that ended it
   * @throws Error when it doesn't end, and is killed
   */
  async end(): Promise<unknown> {
    try {
      const status = await endOf(this.#child);
      await this.#closed;
      return status;
    } catch (error) {
      throw new Error(`${error}\n${this.stdout}${this.stderr}`);
    }
  }
}

/** The port of an address as printed. */
export function portOf(address: string): number {
  return Number(/:(\d+) /.exec(address)?.[1]);
}
