/** Masters and replicas that are stopped and started again go on in the stream without another snapshot. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Client } from '../../support/client.js';
import { describeWithReference, startReference } from '../../support/reference-server.js';
import { startServer, type TestServer } from '../../support/running-server.js';

/** Of a key that has to be there when the server saves, right after it was set, and gone when it is back. */
const SHORT_LIFE_MS = 1000;

const SAVING = { save: '3600 100000', 'repl-diskless-sync-delay': 0, 'enable-debug-command': true };

async function fieldOf(client: Client, section: string, field: string): Promise<string> {
  const text = String(await client.call('INFO', section));
  return new RegExp(`^${field}:(.*)\r$`, 'm').exec(text)?.[1] ?? '';
}

async function until(what: string, holds: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; !(await holds()); tries++) {
    assert.ok(tries < 1500, `in vain: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

async function agree(master: Client, replica: Client): Promise<void> {
  await until('the replica catches up', async () => {
    if ((await fieldOf(replica, 'replication', 'master_link_status')) !== 'up') return false;
    const masterOffset = await fieldOf(master, 'replication', 'master_repl_offset');
    return masterOffset === (await fieldOf(replica, 'replication', 'slave_repl_offset'));
  });
  assert.equal(await replica.call('DEBUG', 'DIGEST'), await master.call('DEBUG', 'DIGEST'));
}

describeWithReference('a restart in a replication', () => {
  const cleanups: (() => Promise<void> | void)[] = [];
  let directory: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'januskv-restart-'));
    cleanups.push(() => rmSync(directory, { recursive: true }));
  });
  afterEach(async () => {
    for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
  });

  /** Data are saved when it stops. */
  async function ours(
    config: Record<string, string> = {},
    port = 0,
  ): Promise<{ server: TestServer; client: Client }> {
    const server = await startServer({ port, config: { ...SAVING, dir: directory, ...config } });
    const client = await server.connect();
    cleanups.push(() => server.stop());
    return { server, client };
  }

  async function theirs(): Promise<{ port: number; client: Client }> {
    const server = await startReference(['--repl-diskless-sync-delay', '0']);
    const client = await server.connect();
    cleanups.push(async () => {
      client.close();
      await server.stop();
    });
    return { port: server.port, client };
  }

  it('of a replica of redis-server asks for what it missed, in whatever database that was', async () => {
    const master = await theirs();
    const replicaof = `127.0.0.1 ${master.port}`;
    const first = await ours({ replicaof });
    await master.client.call('SELECT', '3');
    await master.client.call('SET', 'key', 'before');
    await agree(master.client, first.client);
    await first.server.stop();
    await master.client.call('SET', 'key', 'after');
    await master.client.call('SET', 'other', 'x');
    const again = await ours({ replicaof });
    await agree(master.client, again.client);
    assert.equal(await fieldOf(master.client, 'stats', 'sync_full'), '1');
    assert.equal(await fieldOf(master.client, 'stats', 'sync_partial_ok'), '1');
    await again.client.call('SELECT', '3');
    assert.equal(await again.client.call('GET', 'key'), 'after');
  });

  it('of a master of redis-server lets it come back, and tells it what expired meanwhile', async () => {
    const first = await ours();
    const { port } = first.server;
    const replica = await theirs();
    await replica.client.call('REPLICAOF', '127.0.0.1', `${port}`);
    await first.client.call('SELECT', '2');
    await first.client.call('SET', 'key', 'before');
    await agree(first.client, replica.client);
    await first.client.call('SET', 'short', 'x', 'PX', SHORT_LIFE_MS);
    const goneMs = Date.now() + SHORT_LIFE_MS;
    await first.server.stop();
    await until('its time comes', async () => Date.now() > goneMs);
    const again = await ours({}, port);
    await again.client.call('SET', 'new', 'x');
    await agree(again.client, replica.client);
    assert.equal(await fieldOf(again.client, 'stats', 'sync_full'), '0');
    assert.equal(await fieldOf(again.client, 'stats', 'sync_partial_ok'), '1');
    assert.equal(await fieldOf(again.client, 'persistence', 'rdb_last_load_keys_expired'), '1');
    await replica.client.call('SELECT', '2');
    assert.equal(await replica.client.call('DBSIZE'), 1);
  });

  it('of a master that wrote after it saved gives a snapshot: its replica is further than the file', async () => {
    const first = await ours();
    const { port } = first.server;
    const replica = await theirs();
    await replica.client.call('REPLICAOF', '127.0.0.1', `${port}`);
    await first.client.call('SET', 'key', 'saved');
    await agree(first.client, replica.client);
    await first.client.call('SAVE');
    await first.client.call('SET', 'key', 'lost');
    await agree(first.client, replica.client);
    // As a crash would.
    await first.client.call('CONFIG', 'SET', 'save', '');
    await first.server.stop();
    const again = await ours({}, port);
    await agree(again.client, replica.client);
    assert.equal(await replica.client.call('GET', 'key'), 'saved');
    assert.equal(await fieldOf(again.client, 'stats', 'sync_full'), '1');
  });

  it('leaves out the fields where nobody can have followed', async () => {
    const alone = await ours();
    await alone.client.call('SET', 'key', 'x');
    const id = await fieldOf(alone.client, 'replication', 'master_replid');
    await alone.server.stop();
    const again = await ours();
    assert.notEqual(await fieldOf(again.client, 'replication', 'master_replid2'), id);
    assert.equal(await fieldOf(again.client, 'replication', 'master_repl_offset'), '0');
  });
});
