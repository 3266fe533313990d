/** `januskv proxy` from outside: its file, its signals, and what it tells over HTTP. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { UsageError } from '../../../v2/program/arguments.js';
import { proxy } from '../../../v2/proxy/program.js';
import { programsNamed } from '../../cli/support/programs.js';
import { describeOnLinux } from '../../support/linux.js';
import { NetClient } from '../support/net-client.js';
import { until } from '../support/until.js';

interface AppStatus {
  readonly ports: readonly { readonly port: number }[];
  readonly backends: readonly { readonly target: string }[];
}

describeOnLinux('januskv proxy', () => {
  const run = programsNamed('proxy');
  let folder: string;
  let file: string;

  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'januskv-proxy-'));
    file = join(folder, 'proxy.json');
  });
  after(() => rmSync(folder, { recursive: true }));
  const configure = (...targets: readonly string[]): void => {
    const app = { Name: 'cache', Host: '127.0.0.1', Ports: [0], Targets: targets };
    writeFileSync(file, JSON.stringify({ Apps: [app] }));
  };

  it('serves by its file, reads it again on SIGHUP, tells how it is, and ends well', async () => {
    // A check of its health may leave before it has heard the greeting.
    const greeter = createServer((socket) => socket.on('error', () => {}).end('hello')).listen(
      0,
      '127.0.0.1',
    );
    await once(greeter, 'listening');
    const target = `127.0.0.1:${(greeter.address() as { port: number }).port}`;
    configure(target);
    const program = run(['-config', file, '-status', '0', '-pprof', '-pprofaddress', '127.0.0.1:0']);
    const [, statusUrl] = await program.printed(/status on (\S+),/);
    const [, profileUrl] = await program.printed(/profiles on (\S+),/);
    const appStatus = async (): Promise<AppStatus> => {
      const status = (await (await fetch(statusUrl)).json()) as { readonly apps: readonly AppStatus[] };
      return status.apps[0];
    };
    const { ports, backends } = await appStatus();
    assert.deepEqual(
      backends.map((backend) => backend.target),
      [target],
    );
    const client = await NetClient.connect({ host: '127.0.0.1', port: ports[0].port });
    assert.equal((await client.readToEnd()).toString(), 'hello');
    client.destroy();

    const profile = await (await fetch(`${profileUrl}debug/pprof/profile?seconds=0.05`)).text();
    assert.ok(JSON.parse(profile).nodes.length > 0);
    assert.match(await (await fetch(profileUrl)).text(), /inspector: ws:\/\/127\.0\.0\.1:\d+\//);

    configure(target, '127.0.0.1:1');
    program.signal('SIGHUP');
    while ((await appStatus()).backends.length < 2);
    writeFileSync(file, '{ "Apps": 7 }');
    program.signal('SIGHUP');
    await until(() => program.stderr.includes('Apps: 7 is not a non-empty list'));
    assert.equal((await appStatus()).backends.length, 2);

    program.signal('SIGTERM');
    assert.equal(await program.end(), 0);
    greeter.close();
  });

  it('refuses what it does not understand, with the reason', async () => {
    writeFileSync(file, '{ "Apps": [{ "Name": "cache", "Ports": [70000], "Targets": ["127.0.0.1:1"] }] }');
    const refusals: readonly [words: string[], reason: RegExp][] = [
      [[], /-config FILE is missing/],
      [['-config', file], /Apps\[0\]\.Ports\[0\]: 70000 is not a whole number from 0 to 65535/],
      [['-config', join(folder, 'none.json')], /-config: ENOENT/],
      [['-config', file, '-loglevel', '8'], /-loglevel: '8' is not a whole number from 0 to 7/],
      [['-config', file, '-status', 'here'], /-status: 'here' is not \[host:\]port/],
      [['-config', file, 'more'], /unexpected 'more'/],
    ];
    for (const [words, reason] of refusals) {
      await assert.rejects(proxy.start(words, {}), (error: unknown) => {
        assert.ok(error instanceof UsageError);
        assert.match(error.message, reason);
        return true;
      });
    }
  });
});
