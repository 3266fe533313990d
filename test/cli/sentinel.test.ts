/**
 * A redis-sentinel that watches over januskv: it finds the replica, sees the master die, and makes the replica a master, whose
 * configuration file says so afterwards.
 */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { endOf, endsWithUs } from '../support/child-process.js';
import { describeWithReference, freePort, REFERENCE_PROGRAM } from '../support/reference-server.js';
import { connect } from '../support/socket-client.js';
import { Program } from './support/program.js';

const TIMEOUT_MS = 60_000;
/** A loaded machine keeps a healthy master silent for longer than one would think. */
const DOWN_AFTER_MS = 3000;

describeWithReference('januskv under redis-sentinel', function (this: Mocha.Suite) {
  this.timeout(TIMEOUT_MS);
  let folder: string;
  let sentinel: ChildProcess | null = null;
  const programs: Program[] = [];

  async function start(name: string, lines: string): Promise<number> {
    const port = await freePort();
    const file = join(folder, `${name}.conf`);
    writeFileSync(file, `port ${port}\nbind 127.0.0.1\nsave ""\n${lines}`);
    const program = new Program([file]);
    programs.push(program);
    await program.ready();
    return port;
  }

  /** Asks until the answer is this. A sentinel closes the clients of whom it gives another part. */
  async function until(port: number, words: readonly string[], pattern: RegExp): Promise<void> {
    for (;;) {
      const answer = await ask(port, words).catch(() => '');
      if (pattern.test(answer)) return;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  async function watch(masterPort: number): Promise<number> {
    const port = await freePort();
    const file = join(folder, 'sentinel.conf');
    writeFileSync(
      file,
      `port ${port}\nbind 127.0.0.1\ndir ${folder}\nsentinel monitor main 127.0.0.1 ${masterPort} 1\n` +
        `sentinel down-after-milliseconds main ${DOWN_AFTER_MS}\n`,
    );
    sentinel = spawn(REFERENCE_PROGRAM, [file, '--sentinel'], { stdio: 'ignore' });
    endsWithUs(sentinel);
    return port;
  }

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'januskv-sentinel-'));
  });

  afterEach(async () => {
    for (const program of programs.splice(0)) program.signal('SIGKILL');
    if (sentinel !== null) {
      sentinel.kill('SIGKILL');
      await endOf(sentinel);
    }
    sentinel = null;
    rmSync(folder, { recursive: true, force: true });
  });

  it('has its replica promoted when the master dies, and remembers it', async () => {
    const masterPort = await start('master', 'repl-diskless-sync-delay 0\n');
    const replicaPort = await start('replica', `replicaof 127.0.0.1 ${masterPort}\n`);
    await until(replicaPort, ['INFO', 'replication'], /master_link_status:up/);
    const master = await connect(masterPort);
    await master.call('SET', 'key', 'value');
    await until(replicaPort, ['GET', 'key'], /value/);

    const sentinelPort = await watch(masterPort);
    await until(sentinelPort, ['SENTINEL', 'REPLICAS', 'main'], new RegExp(`127.0.0.1:${replicaPort}`));
    await until(sentinelPort, ['SENTINEL', 'REPLICAS', 'main'], /slave-repl-offset\r\n\$\d+\r\n[1-9]/);

    programs[0].signal('SIGKILL');
    await until(replicaPort, ['ROLE'], /master/);
    await until(
      sentinelPort,
      ['SENTINEL', 'GET-MASTER-ADDR-BY-NAME', 'main'],
      new RegExp(`\\r\\n${replicaPort}\\r\\n`),
    );
    const promoted = await connect(replicaPort);
    assert.equal(await promoted.call('SET', 'key', 'other'), 'OK');
    await promoted.quit();
    const lines = readFileSync(join(folder, 'replica.conf'), 'latin1');
    assert.doesNotMatch(lines, /replicaof/);
  });
});

async function ask(port: number, words: readonly string[]): Promise<string> {
  const client = await connect(port);
  const answer = await client.raw(...words);
  await client.quit();
  return answer.toString('latin1');
}
