/**
 * The command line as a process of its own, in an empty directory. It ends with the test that started it, and the directory
 * with it.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const TSX = import.meta.resolve('tsx');
const CLI = fileURLToPath(new URL('../../../src/cli.ts', import.meta.url));

/** What starts the program; its own words follow. */
export const COMMAND: readonly string[] = [process.execPath, '--import', TSX, CLI];

export class Program {
  stdout = '';
  stderr = '';
  readonly #child: ChildProcess;
  readonly #exit: Promise<unknown[]>;
  #wake: () => void = () => {};

  constructor(words: readonly string[], input = '', environment: Readonly<Record<string, string>> = {}) {
    const directory = mkdtempSync(join(tmpdir(), 'januskv-program-'));
    this.#child = spawn(COMMAND[0], [...COMMAND.slice(1), ...words], {
      cwd: directory,
      env: { ...process.env, ...environment },
    });
    this.#exit = once(this.#child, 'close');
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
      if (this.#child.exitCode !== null) throw new Error(`it ended: ${this.stdout}${this.stderr}`);
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  signal(name: NodeJS.Signals): void {
    this.#child.kill(name);
  }

  /** Waits for its end. @returns the exit status, or the signal that ended it */
  async end(): Promise<unknown> {
    const [status, signal] = await this.#exit;
    return status ?? signal;
  }
}

/** The port of an address as printed. */
export function portOf(address: string): number {
  return Number(/:(\d+) /.exec(address)?.[1]);
}
