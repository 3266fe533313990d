/** What others see of commands on streams: notifications, WATCH, caches, OBJECT, DEBUG and MEMORY. */
import assert from 'node:assert/strict';
import type { Client } from '../../support/client.js';
import { describeCommand } from '../../support/describe-command.js';
import { type Plain, parseReply, plain } from '../../support/reply-node.js';

/** A command, and the events it brings about beside a stream `s` with the entries 1 to 5 and a group `g`. */
const EVENTS: readonly (readonly [command: string, ...events: string[]])[] = [
  ['XADD s 9 a b', 'xadd'],
  ['XADD s MAXLEN 2 9 a b', 'xadd', 'xtrim'],
  ['XADD s MAXLEN 100 9 a b', 'xadd'],
  ['XDEL s 1 9', 'xdel'],
  ['XDEL s 9'],
  ['XTRIM s MAXLEN 1', 'xtrim'],
  ['XTRIM s MAXLEN 100'],
  ['XSETID s 10', 'xsetid'],
  ['XGROUP CREATE s h 0', 'xgroup-create'],
  ['XGROUP SETID s g 3', 'xgroup-setid'],
  ['XGROUP CREATECONSUMER s g eve', 'xgroup-createconsumer'],
  ['XGROUP CREATECONSUMER s g alice'],
  ['XGROUP DELCONSUMER s g alice', 'xgroup-delconsumer'],
  ['XGROUP DELCONSUMER s g eve'],
  ['XGROUP DESTROY s g', 'xgroup-destroy'],
  ['XGROUP DESTROY s h'],
  ['XREADGROUP GROUP g alice STREAMS s >'],
  ['XREADGROUP GROUP g eve STREAMS s >', 'xgroup-createconsumer'],
  ['XACK s g 1'],
  ['XCLAIM s g alice 0 1'],
  ['XCLAIM s g eve 0 1', 'xgroup-createconsumer'],
  ['XAUTOCLAIM s g alice 0 -'],
  ['XAUTOCLAIM s g eve 0 -', 'xgroup-createconsumer'],
  ['XRANGE s - +'],
];

async function messageOf(client: Client): Promise<string[]> {
  const message = client.resp === 3 ? await client.push() : plain(parseReply(await client.reply()));
  return (message as Plain[]).map(String);
}

/** Changes to entries break a WATCH; those to groups don't. */
const BREAKS_WATCH = /^X(ADD|DEL s 1 9|TRIM s MAXLEN 1$)/;

describeCommand('XADD XGROUP XREADGROUP XCLAIM', ({ call, connect, raw }) => {
  const setUp = async () => {
    await call('FLUSHALL');
    for (const id of [1, 2, 3, 4, 5]) await call('XADD', 's', id, 'a', 'b');
    await call('XGROUP', 'CREATE', 's', 'g', 0);
    await raw('XREADGROUP', 'GROUP', 'g', 'alice', 'COUNT', 2, 'STREAMS', 's', '>');
  };

  it('announce what happens, by the name Redis gives it', async () => {
    await call('CONFIG', 'SET', 'notify-keyspace-events', 'Et');
    const listener = await connect();
    listener.send('PSUBSCRIBE __keyevent@0__:*\r\n');
    await messageOf(listener);
    for (const [command, ...events] of EVENTS) {
      await setUp();
      await call('XADD', 'mark', '1', 'a', 'b');
      await raw(...command.split(' '));
      await call('XADD', 'mark', '2', 'a', 'b');
      const heard: string[] = [];
      for (let marks = 0; marks < 2; ) {
        const [, , channel, key] = await messageOf(listener);
        if (key === 'mark') marks++;
        else if (marks === 1) heard.push(channel.slice('__keyevent@0__:'.length));
      }
      assert.deepEqual(heard, events, command);
    }
    await call('CONFIG', 'SET', 'notify-keyspace-events', '');
  });

  it('break a WATCH when entries change, not when groups do', async () => {
    const watcher = await connect();
    for (const [command] of EVENTS) {
      await setUp();
      await watcher.call('WATCH', 's');
      await raw(...command.split(' '));
      await watcher.call('MULTI');
      assert.equal((await watcher.call('EXEC')) === null, BREAKS_WATCH.test(command), command);
    }
  });

  it('make a stream to OBJECT, DEBUG and MEMORY', async () => {
    await setUp();
    assert.equal(await call('OBJECT', 'ENCODING', 's'), 'stream');
    assert.equal(await call('OBJECT', 'REFCOUNT', 's'), 1);
    assert.equal(await call('TYPE', 's'), 'stream');
    assert.match(String(await call('DEBUG', 'OBJECT', 's')), / encoding:stream serializedlength:\d+ /);
    const small = Number(await call('MEMORY', 'USAGE', 's'));
    for (let id = 10; id < 500; id++) await call('XADD', 's', id, 'name', 'a value of some length');
    const large = Number(await call('MEMORY', 'USAGE', 's', 'SAMPLES', 0));
    assert.ok(small > 100 && large > small + 490 * 20, `${small}, then ${large}`);
  });

  it('are copied with groups and all', async () => {
    await setUp();
    await call('COPY', 's', 't');
    await call('XDEL', 's', 1);
    await call('XACK', 's', 'g', 1, 2);
    await call('XGROUP', 'CREATECONSUMER', 's', 'g', 'eve');
    assert.equal(await call('XLEN', 't'), 5);
    assert.deepEqual(await call('XPENDING', 't', 'g'), [2, '1-0', '2-0', [['alice', '2']]]);
    assert.equal(((await call('XINFO', 'CONSUMERS', 't', 'g')) as Plain[]).length, 1);
  });
});

describeCommand('XADD FLUSHALL', (kit) => {
  it('give back all memory when everything goes', async () => {
    const { call, raw, memory } = kit;
    const { keyspace } = memory.server;
    const before = keyspace.usedBytes();
    for (const key of ['s', 't']) {
      for (let id = 1; id < 700; id++) await call('XADD', key, id, 'name', `value ${id}`);
      for (const group of ['g', 'h']) {
        await call('XGROUP', 'CREATE', key, group, 0);
        for (const consumer of ['alice', 'bob'])
          await raw('XREADGROUP', 'GROUP', group, consumer, 'COUNT', 300, 'STREAMS', key, '>');
      }
      await raw('XAUTOCLAIM', key, 'g', 'eve', 0, '-', 'COUNT', 400);
      await call('XGROUP', 'DELCONSUMER', key, 'g', 'bob');
      await call('XTRIM', key, 'MAXLEN', '~', 350);
    }
    assert.ok(keyspace.usedBytes() > before + 100_000);
    await call('FLUSHALL', 'ASYNC');
    memory.tick();
    for (const database of keyspace.databases) database.entries.expiry.free();
    assert.equal(keyspace.usedBytes(), before);
  });
});
