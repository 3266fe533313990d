import assert from 'node:assert/strict';
import { describeCommand } from '../../support/describe-command.js';
import type { Plain } from '../../support/reply-node.js';

const WRONG_TYPE = 'WRONGTYPE Operation against a key holding the wrong kind of value';

describeCommand('XINFO', ({ resp, call, wire, refused, node, advance }) => {
  const say = (text: string) => text.split(' ');
  /** A map as RESP2 clients get it, as an object. */
  const fields = (flat: Plain): Record<string, Plain> => {
    const words = flat as Plain[];
    return Object.fromEntries(
      words.flatMap((word, index) => (index % 2 === 0 ? [[String(word), words[index + 1]]] : [])),
    );
  };
  const stream = async (...words: (string | number)[]) =>
    fields(await call('XINFO', 'STREAM', 's', ...words));
  const groups = async () => ((await call('XINFO', 'GROUPS', 's')) as Plain[]).map(fields);
  const fill = async (...ids: (string | number)[]) => {
    for (const id of ids) await call('XADD', 's', id, 'a', 'b');
  };
  const read = (count: number) =>
    call('XREADGROUP', 'GROUP', 'g', 'alice', 'COUNT', count, 'STREAMS', 's', '>');

  it('STREAM tells about a stream', async () => {
    await fill('1-1', '2-1', '3-1');
    await call('XGROUP', 'CREATE', 's', 'g', 0);
    await call('XDEL', 's', '1-1');
    assert.deepEqual(await stream(), {
      length: 2,
      'radix-tree-keys': 1,
      'radix-tree-nodes': 2,
      'last-generated-id': '3-1',
      'max-deleted-entry-id': '1-1',
      'entries-added': 3,
      'recorded-first-entry-id': '2-1',
      groups: 1,
      'first-entry': ['2-1', ['a', 'b']],
      'last-entry': ['3-1', ['a', 'b']],
    });
    assert.equal((await node('XINFO', 'STREAM', 's')).type, resp === 2 ? '*' : '%');
  });

  it('STREAM tells about one without entries', async () => {
    await fill('1-1');
    await call('XDEL', 's', '1-1');
    const { 'first-entry': first, 'last-entry': last, ...rest } = await stream();
    assert.deepEqual([first, last], [null, null]);
    assert.deepEqual(rest, {
      length: 0,
      'radix-tree-keys': 0,
      'radix-tree-nodes': 1,
      'last-generated-id': '1-1',
      'max-deleted-entry-id': '1-1',
      'entries-added': 1,
      'recorded-first-entry-id': '0-0',
      groups: 0,
    });
  });

  it("STREAM tells the nodes of Redis' radix tree", async () => {
    await call('CONFIG', 'SET', 'stream-node-max-entries', 1);
    const counts: Plain[] = [];
    const ids = ['1-1', '1-2', '1-256', '1-257', '2-0', '256-0', '65536-1', '65536-65536', '4294967296-0'];
    for (const id of ids) {
      await fill(id);
      const { 'radix-tree-keys': keys, 'radix-tree-nodes': nodes } = await stream();
      assert.equal(keys, counts.length + 1);
      counts.push(nodes);
    }
    assert.deepEqual(counts, [2, 4, 7, 8, 12, 15, 18, 22, 26]);
    await call('CONFIG', 'SET', 'stream-node-max-entries', 100);
  });

  it('STREAM FULL tells entries and pending ones, ten unless COUNT says otherwise', async () => {
    await fill(...Array.from({ length: 12 }, (_, index) => index + 1));
    await call('XGROUP', 'CREATE', 's', 'g', 0);
    await read(11);
    const lengths = async (...words: (string | number)[]) => {
      const { entries, groups } = await stream('FULL', ...words);
      const group = fields((groups as Plain[])[0]);
      const consumer = fields((group.consumers as Plain[])[0]);
      return [entries, group.pending, consumer.pending].map((list) => (list as Plain[]).length);
    };
    assert.deepEqual(await lengths(), [10, 10, 10]);
    assert.deepEqual(await lengths('COUNT', 3), [3, 3, 3]);
    assert.deepEqual(await lengths('COUNT', 0), [12, 11, 11]);
    assert.deepEqual(await lengths('count', -1), [10, 10, 10]);
  });

  it('GROUPS tells how far groups have read', async () => {
    await fill('1-1', '2-1', '3-1');
    await call('XGROUP', 'CREATE', 's', 'g', 0);
    await call('XGROUP', 'CREATE', 's', 'a', '2-1');
    await read(2);
    assert.deepEqual(await groups(), [
      { name: 'a', consumers: 0, pending: 0, 'last-delivered-id': '2-1', 'entries-read': null, lag: null },
      { name: 'g', consumers: 1, pending: 2, 'last-delivered-id': '2-1', 'entries-read': 2, lag: 1 },
    ]);
  });

  it('GROUPS tells a lag only where deletions leave one to be told', async () => {
    await fill(1, 2, 3, 4, 5);
    await call('XGROUP', 'CREATE', 's', 'g', 0);
    const progress = async () => {
      const [group] = await groups();
      return [group['entries-read'], group.lag];
    };
    assert.deepEqual(await progress(), [null, 5]);
    await read(1);
    assert.deepEqual(await progress(), [1, 4]);
    await call('XDEL', 's', 3);
    assert.deepEqual(await progress(), [1, null]);
    await read(1);
    assert.deepEqual(await progress(), [null, null]);
    await read(2);
    assert.deepEqual(await progress(), [5, 0]);
    await fill(6);
    assert.deepEqual(await progress(), [5, 1]);
    await call('XTRIM', 's', 'MAXLEN', 0);
    assert.deepEqual(await progress(), [5, 1]);
  });

  it('wants a stream, and a group for CONSUMERS', async () => {
    for (const words of ['XINFO STREAM no FULL x y z', 'XINFO GROUPS no', 'XINFO CONSUMERS no g'])
      await refused('ERR no such key', ...say(words));
    await call('SET', 'text', 'x');
    for (const words of ['XINFO STREAM text x', 'XINFO GROUPS text', 'XINFO CONSUMERS text g'])
      await refused(WRONG_TYPE, ...say(words));
    await fill('1-1');
    await refused("NOGROUP No such consumer group 'g' for key name 's'", ...say('XINFO CONSUMERS s g'));
    await wire('XINFO GROUPS s', '*0\r\n');
  });

  it('refuses what STREAM does not take', async () => {
    await fill('1-1');
    const wrong = "ERR unknown subcommand or wrong number of arguments for 'STREAM'. Try XINFO HELP.";
    for (const words of ['x', 'FULL COUNT', 'FULL LIMIT 5', 'x COUNT 5', 'FULL COUNT 5 5'])
      await refused(wrong, 'XINFO', 'STREAM', 's', ...say(words));
    await refused('ERR value is not an integer or out of range', ...say('XINFO STREAM s FULL COUNT x'));
  });

  it('HELP tells the subcommands', async () => {
    assert.deepEqual(await call('XINFO', 'HELP'), [
      'XINFO <subcommand> [<arg> [value] [opt] ...]. Subcommands are:',
      'CONSUMERS <key> <groupname>',
      '    Show consumers of <groupname>.',
      'GROUPS <key>',
      '    Show the stream consumer groups.',
      'STREAM <key> [FULL [COUNT <count>]',
      '    Show information about the stream.',
      'HELP',
      '    Prints this help.',
    ]);
  });

  it('CONSUMERS tells since when consumers were not seen, and not active', async () => {
    await fill('1-1', '2-1');
    await call('XGROUP', 'CREATE', 's', 'g', 0);
    await call('XGROUP', 'CREATECONSUMER', 's', 'g', 'bob');
    const consumers = async () => ((await call('XINFO', 'CONSUMERS', 's', 'g')) as Plain[]).map(fields);
    advance(10);
    await read(1);
    advance(5);
    assert.deepEqual(await consumers(), [
      { name: 'alice', pending: 1, idle: 5, inactive: 5 },
      { name: 'bob', pending: 0, idle: 15, inactive: -1 },
    ]);
    await call('XDEL', 's', '2-1');
    await read(1);
    await call('XCLAIM', 's', 'g', 'bob', 1000, '1-1');
    advance(1);
    assert.deepEqual(await consumers(), [
      { name: 'alice', pending: 1, idle: 1, inactive: 6 },
      { name: 'bob', pending: 0, idle: 1, inactive: -1 },
    ]);
    await call('XAUTOCLAIM', 's', 'g', 'bob', 0, '-');
    assert.deepEqual((await consumers())[1], { name: 'bob', pending: 1, idle: 0, inactive: 0 });
  });

  it('STREAM FULL tells times as the clock gave them', async () => {
    await fill('1-1');
    await call('XGROUP', 'CREATE', 's', 'g', 0);
    advance(7);
    const now = Number(String(await call('XADD', 'clock', '*', 'a', 'b')).split('-')[0]);
    await read(1);
    advance(3);
    await call('XGROUP', 'CREATECONSUMER', 's', 'g', 'bob');
    const { groups } = await stream('FULL');
    assert.deepEqual(fields((groups as Plain[])[0]), {
      name: 'g',
      'last-delivered-id': '1-1',
      'entries-read': 1,
      lag: 0,
      'pel-count': 1,
      pending: [['1-1', 'alice', now, 1]],
      consumers: [
        ['name', 'alice', 'seen-time', now, 'active-time', now, 'pel-count', 1, 'pending', [['1-1', now, 1]]],
        ['name', 'bob', 'seen-time', now + 3, 'active-time', -1, 'pel-count', 0, 'pending', []],
      ],
    });
  });
});
