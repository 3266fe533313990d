/**
 * A headless Chromium, where one is installed, driven over its debugging protocol: enough to open a page, ask it
 * something and hear what it complains of. The protocol runs over two pipes, one JSON text after the other,
 * each ended by a zero byte.
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome'];

/** Null when none is installed. */
export const CHROMIUM: string | null =
  NAMES.find((name) => spawnSync(name, ['--version']).status === 0) ?? null;

export interface Viewport {
  readonly width: number;
  readonly height: number;
  readonly theme: 'light' | 'dark';
}

interface Answer {
  readonly id?: number;
  readonly method?: string;
  readonly sessionId?: string;
  readonly params?: Record<string, unknown>;
  readonly result?: Record<string, unknown>;
  readonly error?: { readonly message: string };
}

export class Chromium {
  /** What pages wrote to the console or threw, and what they failed to load. */
  readonly complaints: string[] = [];
  readonly #child: ChildProcess;
  readonly #profile: string;
  readonly #waiting = new Map<number, (answer: Answer) => void>();
  readonly #events = new Map<string, () => void>();
  #sessionId: string | undefined;
  #nextId = 1;

  static async start(program: string): Promise<Chromium> {
    const browser = new Chromium(program);
    const { targetId } = await browser.#call('Target.createTarget', { url: 'about:blank' });
    const { sessionId } = await browser.#call('Target.attachToTarget', { targetId, flatten: true });
    browser.#sessionId = String(sessionId);
    for (const domain of ['Page', 'Runtime', 'Log', 'Network']) await browser.#call(`${domain}.enable`);
    return browser;
  }

  private constructor(program: string) {
    this.#profile = mkdtempSync(join(tmpdir(), 'januskv-chromium-'));
    const options = ['--headless=new', '--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage'];
    this.#child = spawn(
      program,
      [...options, '--remote-debugging-pipe', `--user-data-dir=${this.#profile}`],
      { stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'] },
    );
    let text = '';
    const output = this.#child.stdio[4] as Readable;
    output.setEncoding('utf8');
    output.on('data', (chunk: string) => {
      const messages = (text + chunk).split('\0');
      text = messages.pop() ?? '';
      for (const message of messages) this.#hear(JSON.parse(message) as Answer);
    });
  }

  async open(url: string, { width, height, theme }: Viewport): Promise<void> {
    const isMobile = width < 600;
    const metrics = { width, height, deviceScaleFactor: isMobile ? 2 : 1, mobile: isMobile };
    await this.#call('Emulation.setDeviceMetricsOverride', metrics);
    await this.#call('Emulation.setEmulatedMedia', {
      features: [{ name: 'prefers-color-scheme', value: theme }],
    });
    const loaded = new Promise<void>((resolve) => this.#events.set('Page.loadEventFired', resolve));
    await this.#call('Page.navigate', { url });
    await loaded;
  }

  /** @param expression JavaScript; its value has to be JSON */
  async evaluate(expression: string): Promise<unknown> {
    const { result } = await this.#call('Runtime.evaluate', { expression, returnByValue: true });
    return (result as { value?: unknown }).value;
  }

  /** A strip of the page, as PNG. */
  async screenshot(top: number, width: number, height: number): Promise<Buffer> {
    const clip = { x: 0, y: top, width, height, scale: 1 };
    const { data } = await this.#call('Page.captureScreenshot', { captureBeyondViewport: true, clip });
    return Buffer.from(String(data), 'base64');
  }

  async stop(): Promise<void> {
    const ended = new Promise((resolve) => this.#child.once('exit', resolve));
    // Told to, it ends its own processes first.
    await this.#call('Browser.close');
    await ended;
    rmSync(this.#profile, { recursive: true, force: true, maxRetries: 5 });
  }

  #call(method: string, params: Record<string, unknown> = {}): Promise<Record<string, unknown>> {
    const id = this.#nextId++;
    const input = this.#child.stdio[3] as Writable;
    input.write(`${JSON.stringify({ id, method, params, sessionId: this.#sessionId })}\0`);
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, ({ result, error }) => {
        if (error === undefined) resolve(result ?? {});
        else reject(new Error(`${method}: ${error.message}`));
      });
    });
  }

  #hear(answer: Answer): void {
    if (answer.id !== undefined) {
      this.#waiting.get(answer.id)?.(answer);
      this.#waiting.delete(answer.id);
      return;
    }
    const method = answer.method ?? '';
    if (
      /^(Runtime.exceptionThrown|Runtime.consoleAPICalled|Log.entryAdded|Network.loadingFailed)$/.test(method)
    ) {
      this.complaints.push(`${method} ${JSON.stringify(answer.params)}`);
    }
    this.#events.get(method)?.();
    this.#events.delete(method);
  }
}
