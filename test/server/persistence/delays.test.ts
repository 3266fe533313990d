/** Directives that slow down what is saved and loaded, so that tests find it under way. */
import assert from 'node:assert/strict';
import { Config, type Settings } from '../../../src/server/config/config.js';
import type { Client } from '../../support/client.js';
import { MemoryServer } from '../../support/memory-server.js';
import { MemoryDisk } from './memory-disk.js';

function start(settings: Settings = {}, disk = new MemoryDisk()) {
  const config = new Config(settings);
  const memory = new MemoryServer({ config, disk });
  return { memory, disk, client: memory.connect(), nowMs: () => memory.clock.wallMs() };
}

async function infoOf(client: Client, field: string): Promise<string> {
  const text = String(await client.call('INFO', 'persistence'));
  return new RegExp(`^${field}:(.*)\r$`, 'm').exec(text)?.[1] ?? '';
}

const COUNT = 200;

async function fill(client: Client): Promise<void> {
  for (let index = 0; index < COUNT; index++) await client.call('SET', `key ${index}`, 'x'.repeat(100));
}

describe('rdb-key-save-delay', () => {
  it('makes a snapshot take so long for each key', async () => {
    const { client, memory } = start({ 'rdb-key-save-delay': 1_000_000 });
    await fill(client);
    await client.call('BGSAVE');
    memory.tick();
    const atFirst = Number(await infoOf(client, 'current_save_keys_processed'));
    memory.advance(8000);
    memory.tick();
    const later = Number(await infoOf(client, 'current_save_keys_processed'));
    assert.ok(atFirst < later && later < COUNT, `${atFirst}, then ${later} of ${COUNT}`);
    memory.advance(COUNT * 1000);
    memory.tick();
    assert.equal(await infoOf(client, 'rdb_bgsave_in_progress'), '0');
  });

  it('is heeded while the snapshot is under way', async () => {
    const { client, memory } = start({ 'rdb-key-save-delay': 1_000_000_000 });
    await fill(client);
    await client.call('BGSAVE');
    memory.tick();
    assert.equal(await infoOf(client, 'rdb_bgsave_in_progress'), '1');
    await client.call('CONFIG', 'SET', 'rdb-key-save-delay', 0);
    memory.tick();
    assert.equal(await infoOf(client, 'rdb_bgsave_in_progress'), '0');
  });

  it('holds SAVE up', async () => {
    const { client, nowMs } = start({ 'rdb-key-save-delay': 500_000 });
    await fill(client);
    const before = nowMs();
    await client.call('SAVE');
    assert.equal(nowMs() - before, COUNT * 500);
  });
});

describe('key-load-delay and loading-process-events-interval-bytes', () => {
  it('hold loading up at each key, and let clients in between', async () => {
    const { client, disk } = start();
    await fill(client);
    await client.call('SAVE');
    const settings = {
      'key-load-delay': 2000,
      'loading-process-events-interval-bytes': 1024,
      rdbcompression: false,
    };
    const other = start(settings, disk);
    other.memory.server.persistence.loadAtStart(() => {});
    const before = other.nowMs();
    let steps = 0;
    while ((await infoOf(other.client, 'loading')) === '1') {
      other.memory.server.tick();
      steps++;
    }
    assert.equal(other.nowMs() - before, COUNT * 2);
    assert.ok(steps > 1, `${steps} steps`);
    assert.equal(await other.client.call('DBSIZE'), COUNT);
  });
});
