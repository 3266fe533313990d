import assert from 'node:assert/strict';
import { describeCommand } from '../../support/describe-command.js';
import type { Plain } from '../../support/reply-node.js';

const NULL_ARRAY = { resp2: '*-1\r\n', resp3: '_\r\n' };
const SYNTAX = 'ERR syntax error';

/** The ids of the one stream's entries; of deleted ones in brackets. */
function idsOf(reply: Plain, resp: 2 | 3): string {
  const [stream] = reply as Plain[][];
  const entries = (resp === 2 ? stream[1] : (reply as Plain[])[1]) as [string, Plain][];
  return entries.map(([id, fields]) => (fields === null ? `[${id}]` : id)).join(' ');
}

describeCommand('XREADGROUP', ({ resp, call, wire, refused }) => {
  const read = async (...words: (string | number)[]) =>
    idsOf(await call('XREADGROUP', 'GROUP', 'g', ...words), resp);
  const pending = async (...words: (string | number)[]) =>
    ((await call('XPENDING', 's', 'g', '-', '+', 10, ...words)) as Plain[][]).map(
      ([id, consumer, , count]) => `${id} ${consumer} ${count}`,
    );

  beforeEach(async () => {
    for (const id of ['1-1', '2-1', '3-1', '4-1']) await call('XADD', 's', id, 'a', 'b');
    await call('XGROUP', 'CREATE', 's', 'g', 0);
  });

  it('gives each entry to one consumer', async () => {
    assert.equal(await read('alice', 'COUNT', 2, 'STREAMS', 's', '>'), '1-1 2-1');
    assert.equal(await read('bob', 'STREAMS', 's', '>'), '3-1 4-1');
    await wire('XREADGROUP GROUP g alice STREAMS s >', NULL_ARRAY);
    assert.deepEqual(await pending(), ['1-1 alice 1', '2-1 alice 1', '3-1 bob 1', '4-1 bob 1']);
  });

  it('answers as XREAD does', () =>
    wire('XREADGROUP GROUP g alice COUNT 1 STREAMS s >', {
      resp2: '*1\r\n*2\r\n$1\r\ns\r\n*1\r\n*2\r\n$3\r\n1-1\r\n*2\r\n$1\r\na\r\n$1\r\nb\r\n',
      resp3: '%1\r\n$1\r\ns\r\n*1\r\n*2\r\n$3\r\n1-1\r\n*2\r\n$1\r\na\r\n$1\r\nb\r\n',
    }));

  it('keeps nothing pending with NOACK', async () => {
    assert.equal(await read('alice', 'NOACK', 'STREAMS', 's', '>'), '1-1 2-1 3-1 4-1');
    assert.deepEqual(await pending(), []);
    await wire('XREADGROUP GROUP g alice STREAMS s >', NULL_ARRAY);
  });

  it('gives back what is pending with the consumer, and counts that as a delivery', async () => {
    await read('alice', 'COUNT', 3, 'STREAMS', 's', '>');
    await read('bob', 'STREAMS', 's', '>');
    assert.equal(await read('alice', 'STREAMS', 's', '0'), '1-1 2-1 3-1');
    assert.equal(await read('alice', 'STREAMS', 's', '1-1'), '2-1 3-1');
    assert.equal(await read('alice', 'COUNT', 1, 'STREAMS', 's', '1-1'), '2-1');
    assert.equal(await read('carol', 'STREAMS', 's', '0'), '');
    assert.deepEqual(await pending('alice'), ['1-1 alice 2', '2-1 alice 4', '3-1 alice 3']);
  });

  it('gives back of a deleted entry the id alone', async () => {
    await read('alice', 'STREAMS', 's', '>');
    await call('XDEL', 's', '2-1');
    assert.equal(await read('alice', 'COUNT', 3, 'STREAMS', 's', '0'), '1-1 [2-1] 3-1');
    await wire('XREADGROUP GROUP g alice COUNT 1 STREAMS s 1-1', {
      resp2: '*1\r\n*2\r\n$1\r\ns\r\n*1\r\n*2\r\n$3\r\n2-1\r\n*-1\r\n',
      resp3: '%1\r\n$1\r\ns\r\n*1\r\n*2\r\n$3\r\n2-1\r\n_\r\n',
    });
  });

  it('takes the last of all ids for >', async () => {
    const max = '18446744073709551615-18446744073709551615';
    assert.equal(await read('alice', 'COUNT', 1, 'STREAMS', 's', max), '1-1');
  });

  it('delivers again what a group set back comes by, to whoever reads', async () => {
    await read('alice', 'STREAMS', 's', '>');
    await call('XGROUP', 'SETID', 's', 'g', '2-1');
    assert.equal(await read('bob', 'STREAMS', 's', '>'), '3-1 4-1');
    assert.deepEqual(await pending(), ['1-1 alice 1', '2-1 alice 1', '3-1 bob 1', '4-1 bob 1']);
  });

  it('reads new entries and pending ones of several streams', async () => {
    await call('XADD', 't', '9-9', 'c', 'd');
    await call('XGROUP', 'CREATE', 't', 'g', 0);
    await read('alice', 'COUNT', 1, 'STREAMS', 's', '>');
    const reply = await call('XREADGROUP', 'GROUP', 'g', 'alice', 'STREAMS', 's', 't', 0, '>');
    const flat = (resp === 2 ? (reply as Plain[][]).flat() : reply) as Plain[];
    assert.deepEqual(flat, ['s', [['1-1', ['a', 'b']]], 't', [['9-9', ['c', 'd']]]]);
  });

  it('refuses when one of the streams or groups is missing, and reads none', async () => {
    const missing = (key: string, group: string) =>
      `NOGROUP No such key '${key}' or consumer group '${group}' in XREADGROUP with GROUP option`;
    await call('XADD', 't', '9-9', 'c', 'd');
    await refused(missing('t', 'g'), ...'XREADGROUP GROUP g alice STREAMS s t > >'.split(' '));
    await refused(missing('nothing', 'g'), ...'XREADGROUP GROUP g alice STREAMS s nothing > >'.split(' '));
    await refused(missing('s', 'none'), ...'XREADGROUP GROUP none alice STREAMS s >'.split(' '));
    assert.deepEqual(await pending(), []);
  });

  it('refuses requests that make no sense', async () => {
    await refused(
      'ERR The $ ID is meaningless in the context of XREADGROUP: you want to read the history of this consumer by specifying a proper ID, or use the > ID to get new messages. The $ ID would just return an empty result set.',
      ...'XREADGROUP GROUP g alice STREAMS s $'.split(' '),
    );
    await refused(
      'ERR Missing GROUP option for XREADGROUP',
      ...'XREADGROUP COUNT 1 COUNT 1 STREAMS s >'.split(' '),
    );
    await refused(
      'ERR Invalid stream ID specified as stream command argument',
      ...'XREADGROUP GROUP g alice STREAMS s x'.split(' '),
    );
    await refused(SYNTAX, ...'XREADGROUP GROUP g alice STREAM s >'.split(' '));
    await call('SET', 'text', 'x');
    await refused(
      'WRONGTYPE Operation against a key holding the wrong kind of value',
      ...'XREADGROUP GROUP g alice STREAMS text >'.split(' '),
    );
  });
});

describeCommand(
  'XREADGROUP',
  ({ call, refused }) => {
    it('creates its consumer also when there is nothing to read', async () => {
      await call('XGROUP', 'CREATE', 's', 'g', '$', 'MKSTREAM');
      await call('XREADGROUP', 'GROUP', 'g', 'alice', 'STREAMS', 's', '>');
      assert.equal(((await call('XINFO', 'CONSUMERS', 's', 'g')) as Plain[]).length, 1);
    });

    it('wants an id for each key', () =>
      refused(
        "ERR Unbalanced 'xreadgroup' list of streams: for each stream key an ID or '>' must be specified.",
        ...'XREADGROUP GROUP g alice STREAMS s t >'.split(' '),
      ));
  },
  { ourOwn: '7.2 creates the consumer first, and names the command in lower case' },
);
