import assert from 'node:assert/strict';
import { Config } from '../../../src/server/config/config.js';
import { formatNotifyClasses, parseNotifyClasses } from '../../../src/server/observers/notifications.js';
import { MemoryServer } from '../../support/memory-server.js';

describe('notify-keyspace-events', () => {
  // As CONFIG SET and CONFIG GET of redis-server 7.0.15.
  const normalized = { AKEn: 'AKE', KEn: 'nKE', Kmn: 'nKm', gxE: 'gxE', '': '', E: 'E', A: 'A' };
  for (const [given, shown] of Object.entries(normalized)) {
    it(`shows "${given}" as "${shown}"`, () => {
      assert.equal(formatNotifyClasses(parseNotifyClasses(given)), shown);
    });
  }

  it('refuses a letter that names no class', () => {
    assert.equal(parseNotifyClasses('ABC'), -1);
  });
});

describe('a notification', () => {
  it('names key, event and database, whatever came before it, in RESP2 and RESP3', async () => {
    const memory = new MemoryServer({ config: new Config({ 'notify-keyspace-events': 'KEA' }) });
    try {
      const [client, old, modern] = [memory.connect(), memory.connect(), memory.connect()];
      await modern.hello3();
      await old.raw('PSUBSCRIBE', '__key*__:*');
      modern.send('PSUBSCRIBE __key*__:*\r\n');
      await modern.push();
      const long = 'k'.repeat(600);
      for (const [database, key, event, ...request] of [
        ['0', 'longer', 'set', 'SET', 'longer', '1'],
        ['0', 'k', 'set', 'SET', 'k', '1'],
        ['7', 'k', 'lpush', 'LPUSH', 'k', '1'],
        ['11', long, 'set', 'SET', long, '1'],
        ['0', 'k', 'del', 'DEL', 'k'],
        ['0', 'longer', 'incrby', 'INCR', 'longer'],
      ]) {
        await client.call('SELECT', database);
        await client.call(...request);
        for (const words of [
          [`__keyspace@${database}__:${key}`, event],
          [`__keyevent@${database}__:${event}`, key],
        ]) {
          const message = ['pmessage', '__key*__:*', ...words];
          const parts = message.map((part) => `$${part.length}\r\n${part}\r\n`);
          assert.equal((await old.reply()).toString('latin1'), `*4\r\n${parts.join('')}`);
          assert.deepEqual(await modern.push(), message);
        }
      }
    } finally {
      memory.dispose();
    }
  });
});
