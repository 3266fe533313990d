/** A januskv in a process of its own that can be killed, its files in a directory that stays. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { FrontendName } from '../../../support/running-server.js';
import { connect, type SocketClient } from '../../../support/socket-client.js';

const fileOf = (path: string): string => fileURLToPath(new URL(`../../../../${path}`, import.meta.url));

/** From source, or as it was built, which starts faster. */
const PROGRAMS = {
  source: ['--import', 'tsx', fileOf('src/cli.ts')],
  dist: [fileOf('dist/cli.js')],
} as const;

export type ProgramKind = keyof typeof PROGRAMS;

export interface Running {
  readonly port: number;
  connect(): Promise<SocketClient>;
  /** SIGKILL: it is gone when this resolves. */
  kill(): Promise<void>;
}

export async function run(
  kind: ProgramKind,
  frontend: FrontendName,
  directory: string,
  directives: readonly string[],
): Promise<Running> {
  const child = spawn(
    process.execPath,
    [...PROGRAMS[kind], '--listen', `${frontend}:0`, '--dir', directory, '--save', '', ...directives],
    { cwd: fileOf('.'), stdio: ['ignore', 'pipe', 'pipe'] },
  );
  const exit = once(child, 'close');
  // Whatever ends this process ends the child too.
  const kill = (): void => {
    child.kill('SIGKILL');
  };
  process.once('exit', kill);
  const port = await listeningPort(child);
  return {
    port,
    connect: () => connect(port),
    async kill() {
      kill();
      await exit;
      process.off('exit', kill);
    },
  };
}

/** Waits until it says that it is ready, which is when the data are loaded. */
function listeningPort(child: ChildProcess): Promise<number> {
  let text = '';
  return new Promise((resolve, reject) => {
    const take = (piece: Buffer): void => {
      text += piece;
      const address = /Listening on .*:(\d+) /.exec(text);
      if (address !== null && text.includes('Ready to accept connections')) resolve(Number(address[1]));
    };
    child.stdout?.on('data', take);
    child.stderr?.on('data', take);
    child.once('close', (status) => reject(new Error(`januskv ended with ${status}: ${text}`)));
  });
}
