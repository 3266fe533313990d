import assert from 'node:assert/strict';
import { describeCommand } from '../../support/describe-command.js';
import type { Plain } from '../../support/reply-node.js';

const SYNTAX = 'ERR syntax error';
const NOT_AN_INTEGER = 'ERR value is not an integer or out of range';

describeCommand('XPENDING', ({ call, wire, refused, advance }) => {
  const ids = async (...words: (string | number)[]) =>
    ((await call('XPENDING', 's', 'g', ...words)) as Plain[][]).map(([id]) => id).join(' ');
  const deliver = (consumer: string, count: number) =>
    call('XREADGROUP', 'GROUP', 'g', consumer, 'COUNT', count, 'STREAMS', 's', '>');

  beforeEach(async () => {
    for (const id of ['1-1', '2-1', '3-1', '3-2', '4-1']) await call('XADD', 's', id, 'a', 'b');
    await call('XGROUP', 'CREATE', 's', 'g', 0);
  });

  it('sums up: how many, the first, the last, and how many each consumer has', async () => {
    await deliver('bob', 2);
    await deliver('alice', 3);
    await call('XGROUP', 'CREATECONSUMER', 's', 'g', 'carol');
    await wire(
      'XPENDING s g',
      '*4\r\n:5\r\n$3\r\n1-1\r\n$3\r\n4-1\r\n*2\r\n*2\r\n$5\r\nalice\r\n$1\r\n3\r\n*2\r\n$3\r\nbob\r\n$1\r\n2\r\n',
    );
  });

  it('sums up nothing with nulls', () =>
    wire('XPENDING s g', {
      resp2: '*4\r\n:0\r\n$-1\r\n$-1\r\n*-1\r\n',
      resp3: '*4\r\n:0\r\n_\r\n_\r\n_\r\n',
    }));

  it('returns entries of a range, up to a count', async () => {
    await deliver('alice', 5);
    assert.equal(await ids('-', '+', 10), '1-1 2-1 3-1 3-2 4-1');
    assert.equal(await ids('-', '+', 2), '1-1 2-1');
    assert.equal(await ids('3', '3', 10), '3-1 3-2');
    assert.equal(await ids('(1-1', '(4-1', 10), '2-1 3-1 3-2');
    assert.equal(await ids('+', '-', 10), '');
    assert.equal(await ids('-', '+', 0), '');
    assert.equal(await ids('-', '+', -1), '');
  });

  it('returns those of one consumer, none of one it never saw', async () => {
    await deliver('alice', 2);
    await deliver('bob', 2);
    assert.equal(await ids('-', '+', 10, 'bob'), '3-1 3-2');
    assert.equal(await ids('-', '+', 10, 'carol'), '');
  });

  it('tells the consumer, for how long, and how often it was delivered', async () => {
    await deliver('alice', 1);
    await call('XCLAIM', 's', 'g', 'bob', 0, '1-1', 'TIME', 5, 'RETRYCOUNT', '9223372036854775807');
    const [[id, consumer, idleMs, count]] = (await call('XPENDING', 's', 'g', '-', '+', 10)) as Plain[][];
    assert.deepEqual([id, consumer, count], ['1-1', 'bob', 9223372036854775807n]);
    assert.ok(Number(idleMs) > 1e9);
  });

  it('refuses what makes no sense, before it looks at the key', async () => {
    await refused(SYNTAX, 'XPENDING', 'nothing', 'g', '-');
    await refused(SYNTAX, 'XPENDING', 'nothing', 'g', '-', '+');
    await refused(NOT_AN_INTEGER, 'XPENDING', 'nothing', 'g', '-', '+', 'x');
    await refused(NOT_AN_INTEGER, 'XPENDING', 'nothing', 'g', 'IDLE', 'x', '+', 5);
    await refused(SYNTAX, 'XPENDING', 'nothing', 'g', 'IDLE', 5, '-', '+');
    await refused(SYNTAX, 'XPENDING', 'nothing', 'g', 'IDLE', 5, '-', '+', 1, 'bob', 'x');
    const max = '18446744073709551615';
    await refused('ERR invalid start ID for the interval', 'XPENDING', 's', 'g', `(${max}-${max}`, '+', 5);
    await refused('ERR invalid end ID for the interval', 'XPENDING', 's', 'g', '-', '(0-0', 5);
  });

  it('wants key and group', async () => {
    await refused("NOGROUP No such key 'nothing' or consumer group 'g'", 'XPENDING', 'nothing', 'g');
    await refused("NOGROUP No such key 's' or consumer group 'h'", 'XPENDING', 's', 'h', '-', '+', 5);
    await call('SET', 'text', 'x');
    await refused(
      'WRONGTYPE Operation against a key holding the wrong kind of value',
      'XPENDING',
      'text',
      'g',
    );
  });

  it('leaves out with IDLE what was delivered lately', async () => {
    await deliver('alice', 2);
    advance(100);
    await deliver('alice', 2);
    assert.equal(await ids('IDLE', 100, '-', '+', 10), '1-1 2-1');
    assert.equal(await ids('IDLE', 101, '-', '+', 10), '');
    assert.equal(await ids('IDLE', 0, '-', '+', 10, 'alice'), '1-1 2-1 3-1 3-2');
    advance(50);
    assert.deepEqual(await call('XPENDING', 's', 'g', 'IDLE', 150, '-', '+', 1), [['1-1', 'alice', 150, 1]]);
  });
});
