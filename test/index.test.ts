/** The public API. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { createServer as createNetServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer, type RunningServer, type Settings } from '../src/index.js';
import { connect, connectPath } from './support/socket-client.js';

describe('createServer', () => {
  const servers: RunningServer[] = [];

  async function start(options: Parameters<typeof createServer>[0]): Promise<RunningServer> {
    const server = await createServer({ frontend: 'v1', ...options });
    servers.push(server);
    return server;
  }

  afterEach(async () => {
    for (const server of servers.splice(0)) await server.close(0);
  });

  it('takes directives by name', async () => {
    const server = await start({
      port: 0,
      config: { databases: 2, requirepass: 'secret', 'slowlog-max-len': 7 },
    });
    const client = await connect(server.port);
    await client.refused('NOAUTH Authentication required.', 'GET', 'x');
    assert.equal(await client.call('AUTH', 'secret'), 'OK');
    await client.refused('ERR DB index is out of range', 'SELECT', 2);
    assert.deepEqual(await client.call('CONFIG', 'GET', 'slowlog-max-len'), ['slowlog-max-len', '7']);
    await client.quit();
  });

  it('leaves no file of what a master sends, unless data are to be kept', async () => {
    const cases: [config: Settings, way: string][] = [
      [{}, 'swapdb'],
      [{ dir: tmpdir() }, 'disabled'],
      [{ 'repl-diskless-load': 'disabled' }, 'disabled'],
    ];
    for (const [config, way] of cases) {
      const server = await start({ port: 0, config });
      const client = await connect(server.port);
      assert.deepEqual(await client.call('CONFIG', 'GET', 'repl-diskless-load'), ['repl-diskless-load', way]);
      await client.quit();
    }
  });

  it('rejects what is no directive value, by name', async () => {
    await assert.rejects(createServer({ port: 0, config: { maxmemory: 'much' } }), {
      name: 'TypeError',
      message: 'maxmemory: argument must be a memory value',
    });
  });

  it('listens where the configuration says, unless told in code', async () => {
    const configured = await start({ config: { listen: ['v1:127.0.0.1:0', 'v1:127.0.0.1:0'] } });
    assert.equal(configured.addresses.length, 2);
    assert.match(configured.url, /^redis:\/\/127\.0\.0\.1:\d+$/);
    const told = await start({ port: 0, config: { listen: ['v1:127.0.0.1:0', 'v1:127.0.0.1:0'] } });
    assert.equal(told.addresses.length, 1);
  });

  it('rejects a configuration that listens nowhere', async () => {
    await assert.rejects(createServer({ config: { port: 0 } }), { message: 'configured to listen nowhere' });
  });

  it('starts without an address that may be missing', async () => {
    const server = await start({ config: { bind: '127.0.0.1 -192.0.2.1', listen: ['v1:0'] } });
    assert.deepEqual(
      server.addresses.map(({ host }) => host),
      ['127.0.0.1'],
    );
    // 192.0.2.0/24 is nobody's: RFC 5737.
    await assert.rejects(createServer({ config: { bind: '192.0.2.1', listen: ['v1:0'] } }), {
      code: 'EADDRNOTAVAIL',
    });
  });

  it('takes the place of a Unix socket that a killed server left, with the permissions asked for', async function () {
    if (process.platform === 'win32') this.skip();
    const folder = mkdtempSync(join(tmpdir(), 'januskv-'));
    try {
      const path = join(folder, 'januskv.sock');
      const abandoned = createNetServer();
      await new Promise<void>((resolve) => abandoned.listen(path, resolve));
      const server = await start({ config: { port: 0, unixsocket: path, unixsocketperm: '700' } });
      assert.equal(statSync(path).mode & 0o777, 0o700);
      assert.equal(server.url, `redis+unix://${path}`);
      const client = await connectPath(path);
      assert.equal(await client.call('PING'), 'PONG');
      await client.quit();
      await new Promise((resolve) => abandoned.close(resolve));
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('tells INFO where it listens', async () => {
    const server = await start({ port: 0 });
    const client = await connect(server.port);
    const info = String(await client.call('INFO', 'server'));
    assert.ok(info.includes(`tcp_port:${server.port}\r\n`), info);
    assert.ok(info.includes('multiplexing_api:libuv\r\n'), info);
    assert.ok(info.includes(`listener0:name=tcp,bind=127.0.0.1,port=${server.port}\r\n`), info);
    await client.quit();
  });

  it('is closed by SHUTDOWN as by close, and says so', async () => {
    const server = await start({ port: 0 });
    const client = await connect(server.port);
    client.send('SHUTDOWN NOSAVE\r\n');
    await client.end();
    client.close();
    await server.closed;
    await assert.rejects(connect(server.port), { code: 'ECONNREFUSED' });
  });
});
