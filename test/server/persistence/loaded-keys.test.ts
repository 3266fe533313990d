/** Keys that come from a file: they were there before, so that nobody is told of them. */
import assert from 'node:assert/strict';
import { Config } from '../../../src/server/config/config.js';
import { MemoryServer } from '../../support/memory-server.js';
import { MemoryDisk } from './memory-disk.js';

describe('keys that are loaded', () => {
  it('are announced to nobody as new, and others are', async () => {
    const config = new Config({ 'enable-debug-command': true, 'notify-keyspace-events': 'En' });
    const server = new MemoryServer({ config, disk: new MemoryDisk() });
    const client = server.connect();
    await client.call('SET', 'string', 'value');
    await client.call('RPUSH', 'list', 'element');
    const listener = server.connect();
    await listener.raw('SUBSCRIBE', '__keyevent@0__:new');
    assert.equal(await client.call('DEBUG', 'RELOAD'), 'OK');
    assert.equal(await client.call('DBSIZE'), 2);
    assert.equal(listener.unread, 0);
    await client.call('SET', 'other', 'value');
    const heard = (await listener.reply()).toString();
    assert.equal(heard, '*3\r\n$7\r\nmessage\r\n$18\r\n__keyevent@0__:new\r\n$5\r\nother\r\n');
    server.dispose();
  });
});
