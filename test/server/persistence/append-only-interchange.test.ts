/** Append-only files that januskv wrote and redis-server reads, and the other way round. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Config, type Settings } from '../../../src/server/config/config.js';
import { nodeDisk } from '../../../src/server/persistence/node-disk.js';
import type { Client } from '../../support/client.js';
import { MemoryServer } from '../../support/memory-server.js';
import { describeWithReference, startReference } from '../../support/reference-server.js';

const many = (count: number, words: (index: number) => readonly string[]): string[] =>
  Array.from({ length: count }, (_, index) => words(index)).flat();

/** Every type, small and large, expiry, two databases; before a rewrite, and after it. */
const BEFORE: readonly (readonly string[])[] = [
  ['SET', 'text', 'hello\x00\xff\r\n*3\r\n$world'],
  ['SET', 'number', '-42'],
  ['SETEX', 'expiring', '100000', 'v'],
  ['RPUSH', 'list', ...many(300, (index) => [`element ${index}`])],
  ['RPUSH', 'long elements', 'x'.repeat(20_000), ''],
  ['SADD', 'intset', '1', '-70000', '9223372036854775807'],
  ['SADD', 'set', ...many(300, (index) => [`m${index}`])],
  ['HSET', 'hash', ...many(200, (index) => [`f${index}`, `${index}`])],
  // Scores that 7.0's digest, of 17 digits, and 7.2's, of the shortest text, see alike.
  [
    'ZADD',
    'zset',
    ...many(200, (index) => [`${index / 8}`, `m${index}`]),
    '-inf',
    'least',
    `${1 / 7}`,
    'odd',
  ],
  ['PFADD', 'hll', ...many(100, (index) => [`e${index}`])],
  ['XADD', 'stream', '1-1', 'f', 'v'],
  ['XADD', 'stream', '1-2', 'f', 'w', 'g', 'x'],
  ['XADD', 'stream', '2-0', 'f', 'v'],
  ['XDEL', 'stream', '1-2'],
  ['XGROUP', 'CREATE', 'stream', 'group', '0'],
  ['XREADGROUP', 'GROUP', 'group', 'reader', 'COUNT', '1', 'STREAMS', 'stream', '>'],
  ['SELECT', '9'],
  ['SET', 'elsewhere', '1'],
  ['SELECT', '0'],
];
const AFTER: readonly (readonly string[])[] = [
  ['INCRBYFLOAT', 'number', '0.5'],
  ['SPOP', 'set', '3'],
  ['LPOP', 'list'],
  ['PEXPIRE', 'hash', '100000'],
  ['XADD', 'stream', '*', 'f', 'v'],
  ['XREADGROUP', 'GROUP', 'group', 'other', 'STREAMS', 'stream', '>'],
  ['MULTI'],
  ['SET', 'in a transaction', '1'],
  ['SELECT', '9'],
  ['APPEND', 'elsewhere', '2'],
  ['SELECT', '0'],
  ['EXEC'],
  ['COPY', 'zset', 'copied', 'DB', '9'],
];

async function run(client: Client, commands: readonly (readonly string[])[]): Promise<void> {
  for (const words of commands) {
    assert.notEqual((await client.raw(...words)).toString('latin1', 0, 1), '-', words.join(' '));
  }
}

/** What has to be the same: the data, how long they live, and who has read how far. */
async function stateOf(client: Client): Promise<string> {
  const times = await Promise.all(['expiring', 'hash'].map((name) => client.call('PEXPIRETIME', name)));
  const groups = await client.call('XINFO', 'GROUPS', 'stream');
  const pending = (await client.call('XPENDING', 'stream', 'group')) as unknown[];
  return JSON.stringify([await client.call('DEBUG', 'DIGEST'), times, groups, pending]);
}

/** Redis 7.0 doesn't pass on how many entries a group has read; 7.2 does. */
const withoutReadCount = (state: string): string => state.replace(/"entries-read",(null|\d+)/, '');

function serve(directory: string, settings: Settings = {}): { client: Client; memory: MemoryServer } {
  const config = new Config({
    dir: directory,
    appendonly: true,
    save: '',
    'enable-debug-command': true,
    ...settings,
  });
  const memory = new MemoryServer({ config, disk: nodeDisk });
  // As late as the reference, whose clock is real: times to live are compared.
  memory.clock.jump(Date.now() - memory.clock.wallMs());
  memory.server.persistence.loadAtStart((error) => {
    if (error !== null) throw error;
  });
  memory.tick();
  return { client: memory.connect(), memory };
}

/** Waits until no rewrite is under way. */
async function rewritten(client: Client, wait: () => Promise<void>): Promise<void> {
  await client.call('BGREWRITEAOF');
  for (let round = 0; round < 1000; round++) {
    await wait();
    if (/aof_rewrite_in_progress:0/.test(String(await client.call('INFO', 'persistence')))) return;
  }
  assert.fail('the rewrite comes to an end');
}

const moment = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 5));

describeWithReference('append-only files of januskv and redis-server', () => {
  let directory: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'januskv-aof-'));
  });
  afterEach(() => {
    rmSync(directory, { recursive: true, force: true });
  });

  for (const preamble of ['yes', 'no']) {
    const form = preamble === 'yes' ? 'RDB' : 'commands';

    it(`januskv writes what redis-check-aof accepts and redis-server loads, the base as ${form}`, async () => {
      const settings = { 'aof-use-rdb-preamble': preamble, 'aof-timestamp-enabled': true };
      const { client, memory } = serve(directory, settings);
      await run(client, BEFORE);
      await rewritten(client, async () => {
        memory.tick();
        await moment();
      });
      await run(client, AFTER);
      const state = await stateOf(client);
      assert.ok(memory.server.persistence.end());
      const manifest = join(directory, 'appendonlydir', 'appendonly.aof.manifest');
      const check = spawnSync('redis-check-aof', [manifest], { encoding: 'utf8' });
      assert.equal(check.status, 0, check.stdout + check.stderr);
      assert.match(check.stdout, /All AOF files and manifest are valid/);
      const reference = await startReference(['--dir', directory, '--appendonly', 'yes']);
      const other = await reference.connect();
      assert.equal(await stateOf(other), state);
      // And back again, with what it added.
      await run(other, [['SET', 'added', 'by the other']]);
      await other.quit();
      await reference.stop();
      const again = serve(directory);
      assert.equal(await again.client.call('GET', 'added'), 'by the other');
      await again.client.call('DEL', 'added');
      assert.equal(await stateOf(again.client), state);
      again.memory.server.persistence.end();
    });

    it(`januskv loads what redis-server wrote, the base as ${form}`, async () => {
      const words = ['--dir', directory, '--appendonly', 'yes', '--aof-use-rdb-preamble', preamble];
      const reference = await startReference([...words, '--aof-timestamp-enabled', 'yes']);
      const other = await reference.connect();
      await run(other, BEFORE);
      await rewritten(other, moment);
      await run(other, AFTER);
      const state = withoutReadCount(await stateOf(other));
      await other.quit();
      await reference.stop();
      const { client, memory } = serve(directory);
      assert.equal(withoutReadCount(await stateOf(client)), state);
      memory.server.persistence.end();
    });
  }

  it('an old set of files is gone after a rewrite', async () => {
    const { client, memory } = serve(directory);
    await run(client, BEFORE);
    await rewritten(client, async () => {
      memory.tick();
      await moment();
    });
    assert.deepEqual(readdirSync(join(directory, 'appendonlydir')).sort(), [
      'appendonly.aof.2.base.rdb',
      'appendonly.aof.2.incr.aof',
      'appendonly.aof.manifest',
    ]);
    assert.deepEqual(readdirSync(directory), ['appendonlydir']);
    memory.server.persistence.end();
  });
});
