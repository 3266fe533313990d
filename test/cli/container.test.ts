/**
 * The container image, as far as it can be looked at without an engine: the Dockerfile's sources are there and let
 * in, its stages are known, its scripts exist; and the two programs of the image are run as they are.
 */
import assert from 'node:assert/strict';
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import { processTitle } from '../../src/command-line/process-title.js';
import { createServer as createJanuskv } from '../../src/index.js';
import { Config } from '../../src/server/config/config.js';
import { Program } from './support/program.js';

const pathOf = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url));
const read = (path: string): string => readFileSync(pathOf(path), 'utf8');

/** Of the Dockerfile, with its words. */
const instructions = read('Dockerfile')
  .split('\n')
  .filter((line) => /^[A-Z]+ /.test(line))
  .map((line) => line.split(/\s+/));

const posix = process.platform === 'win32' ? describe.skip : describe;

describe('the Dockerfile', () => {
  it('copies only what is there and what .dockerignore lets in', () => {
    const admitted = read('.dockerignore').split('\n');
    assert.ok(admitted.includes('*'), 'everything else stays out');
    const sources = instructions
      .filter(([name, option]) => name === 'COPY' && !option.startsWith('--from'))
      .flatMap(([, ...words]) => words.slice(0, -1));
    assert.ok(sources.length > 0);
    for (const source of sources) {
      assert.ok(existsSync(pathOf(source)), `${source} is not there`);
      assert.ok(admitted.includes(`!${source.replace(/^\.\//, '')}`), `${source} is kept out`);
    }
  });

  it('copies from stages that come before', () => {
    const stages: string[] = [];
    for (const [name, ...words] of instructions) {
      if (name === 'FROM' && words[1] === 'AS') stages.push(words[2]);
      const from = words.find((word) => word.startsWith('--from='));
      if (from !== undefined) assert.ok(stages.includes(from.slice('--from='.length)), from);
    }
    assert.ok(read('stress/compose.yaml').includes('target: lab') && stages.includes('lab'));
  });

  it('runs scripts that the package has', () => {
    const { scripts } = JSON.parse(read('package.json'));
    const named = [...read('Dockerfile').matchAll(/npm run (\S+)/g)].map(([, name]) => name);
    assert.deepEqual(named, ['build']);
    for (const name of named) assert.ok(name in scripts);
  });

  it('drops its rights before it runs anything', () => {
    const last = instructions.slice(instructions.findLastIndex(([name]) => name === 'FROM'));
    const user = last.find(([name]) => name === 'USER');
    assert.deepEqual(user, ['USER', 'node']);
  });
});

posix('the entry point', () => {
  /** The command line that it hands to the program. */
  async function handed(
    words: readonly string[],
    environment: Record<string, string> = {},
  ): Promise<string[]> {
    const printer = fileURLToPath(new URL('./support/print-arguments.mjs', import.meta.url));
    const env = { PATH: process.env.PATH, JANUSKV: printer, ...environment };
    const child = spawn(pathOf('.docker/entrypoint.sh'), words, { env });
    let output = '';
    child.stdout.on('data', (text) => {
      output += text;
    });
    await once(child, 'close');
    return JSON.parse(output);
  }

  const container = ['--bind', '*', '-::*', '--protected-mode', 'no'];

  it('serves keys and values by default, and hands on directives', async () => {
    assert.deepEqual(await handed([]), ['--port', '6379', ...container]);
    assert.deepEqual(await handed(['--maxmemory', '100 mb']), [
      '--port',
      '6379',
      ...container,
      '--maxmemory',
      '100 mb',
    ]);
  });

  it('takes PORT', async () => {
    assert.deepEqual(await handed([], { PORT: '7000' }), ['--port', '7000', ...container]);
  });

  it('starts a sister server by its name', async () => {
    assert.deepEqual(await handed(['echo', '--port', '9']), ['echo', '--port', '9']);
    assert.deepEqual(await handed(['proxy', '-config', '/etc/proxy.json']), [
      'proxy',
      '-config',
      '/etc/proxy.json',
    ]);
  });

  it('says what the program understands', async () => {
    const free = createServer().listen(0);
    await once(free, 'listening');
    const { port } = free.address() as { port: number };
    free.close();
    await once(free, 'close');
    const program = new Program(await handed([], { PORT: String(port) }));
    const addresses = await program.ready();
    assert.ok(
      addresses.some((address) => address.startsWith(`0.0.0.0:${port} `)),
      addresses.join(),
    );
    program.signal('SIGTERM');
    assert.equal(await program.end(), 0);
  });
});

describe('the health check', () => {
  const health = async (
    words: readonly string[],
    environment: Record<string, string> = {},
  ): Promise<number> => {
    const child: ChildProcess = execFile(process.execPath, [pathOf('.docker/health-check.mjs'), ...words], {
      env: { ...process.env, ...environment },
    });
    const [status] = await once(child, 'close');
    return status;
  };

  it('is well when the server answers, with a password or without', async () => {
    for (const config of [{}, { requirepass: 'secret' }]) {
      const server = await createJanuskv({ port: 0, frontend: 'v1', config });
      assert.equal(await health(['node', 'cli.js', '--port', String(server.port)]), 0);
      await server.close();
      assert.equal(await health(['node', 'cli.js', '--port', String(server.port)]), 1);
    }
  });

  it('finds the port in the title that a server which serves has in place of its words', async () => {
    const server = await createJanuskv({ port: 0, frontend: 'v1' });
    const config = new Config();
    const title = processTitle(config, server);
    // The title is padded to the length of the words.
    assert.equal(await health([`${title}      `]), 0);
    await server.close();
    assert.equal(await health([title]), 1);
  });

  it('is not well when something else answers', async () => {
    const stranger = createServer((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')).listen(0);
    await once(stranger, 'listening');
    const { port } = stranger.address() as { port: number };
    assert.equal(await health(['cli.js'], { PORT: String(port) }), 1);
    stranger.close();
  });

  it('knocks at a sister server where it listens', async () => {
    const sister = createServer((socket) => socket.end()).listen(0, '127.0.0.1');
    await once(sister, 'listening');
    const { port } = sister.address() as { port: number };
    assert.equal(await health(['cli.js', 'echo'], { PORT: String(port) }), 0);
    assert.equal(await health(['cli.js', 'reverse', String(port)]), 0);
    assert.equal(await health(['cli.js', 'proxy', '-status', `0.0.0.0:${port}`]), 0);
    assert.equal(await health(['cli.js', 'proxy', '-config', 'x']), 0);
    sister.close();
    await once(sister, 'close');
    assert.equal(await health(['cli.js', 'echo'], { PORT: String(port) }), 1);
  });
});
