import assert from 'node:assert/strict';
import { describeCommand } from '../../support/describe-command.js';

const NULL_ARRAY = { resp2: '*-1\r\n', resp3: '_\r\n' };
const INVALID_ID = 'ERR Invalid stream ID specified as stream command argument';
const WRONG_TYPE = 'WRONGTYPE Operation against a key holding the wrong kind of value';
const SYNTAX = 'ERR syntax error';

describeCommand('XREAD', ({ call, wire, refused, raw }) => {
  beforeEach(async () => {
    for (const id of ['1-1', '2-1', '3-1']) await call('XADD', 's', id, 'a', 'b');
    await call('XADD', 't', '7-7', 'c', 'd');
  });

  it('returns what is behind an id, a map of streams in RESP3', () =>
    wire('XREAD STREAMS s 2-1', {
      resp2: '*1\r\n*2\r\n$1\r\ns\r\n*1\r\n*2\r\n$3\r\n3-1\r\n*2\r\n$1\r\na\r\n$1\r\nb\r\n',
      resp3: '%1\r\n$1\r\ns\r\n*1\r\n*2\r\n$3\r\n3-1\r\n*2\r\n$1\r\na\r\n$1\r\nb\r\n',
    }));

  it('leaves out streams that have nothing, and keys that are not there', () =>
    wire('XREAD STREAMS s nothing t 3-1 0 0', {
      resp2: '*1\r\n*2\r\n$1\r\nt\r\n*1\r\n*2\r\n$3\r\n7-7\r\n*2\r\n$1\r\nc\r\n$1\r\nd\r\n',
      resp3: '%1\r\n$1\r\nt\r\n*1\r\n*2\r\n$3\r\n7-7\r\n*2\r\n$1\r\nc\r\n$1\r\nd\r\n',
    }));

  it('returns COUNT entries of each stream; all for 0 and less', async () => {
    const lengths = async (count: number) => {
      const bytes = await raw('XREAD', 'COUNT', count, 'STREAMS', 's', 't', 0, 0);
      return [bytes.toString('latin1').match(/-1\r\n/g)?.length, bytes.includes('7-7')];
    };
    assert.deepEqual(await lengths(1), [1, true]);
    assert.deepEqual(await lengths(0), [3, true]);
    assert.deepEqual(await lengths(-5), [3, true]);
  });

  it('answers null when there is nothing', async () => {
    await wire('XREAD STREAMS s 3-1', NULL_ARRAY);
    await wire('XREAD STREAMS s $', NULL_ARRAY);
    await wire('XREAD STREAMS nothing 0', NULL_ARRAY);
    await call('XDEL', 's', '3-1');
    await wire('XREAD STREAMS s 2-1', NULL_ARRAY);
  });

  it('has nothing behind the last of all ids', () =>
    wire('XREAD STREAMS s 18446744073709551615-18446744073709551615', NULL_ARRAY));

  it('finds streams of one name twice', async () => {
    const bytes = (await raw('XREAD', 'STREAMS', 's', 's', '2-1', '1-1')).toString('latin1');
    assert.equal(bytes.match(/2-1/g)?.length, 1);
    assert.equal(bytes.match(/3-1/g)?.length, 2);
  });

  it('refuses requests that make no sense', async () => {
    await refused(
      'ERR The > ID can be specified only when calling XREADGROUP using the GROUP <group> <consumer> option.',
      ...['XREAD', 'STREAMS', 's', '>'],
    );
    await refused(INVALID_ID, 'XREAD', 'STREAMS', 's', 'x');
    await refused(INVALID_ID, 'XREAD', 'STREAMS', 's', '+');
    await refused(SYNTAX, 'XREAD', 'COUNT', 1, 'STREAMS');
    await refused(SYNTAX, 'XREAD', 'COUNT', 1, 's', '0');
    await refused('ERR value is not an integer or out of range', 'XREAD', 'COUNT', 'x', 'STREAMS', 's', 0);
    await refused('ERR timeout is negative', 'XREAD', 'BLOCK', -1, 'STREAMS', 's', 0);
    await refused('ERR timeout is not an integer or out of range', 'XREAD', 'BLOCK', 'x', 'STREAMS', 's', 0);
    await refused(
      'ERR The NOACK option is only supported by XREADGROUP. You called XREAD instead.',
      ...['XREAD', 'NOACK', 'STREAMS', 's', 0],
    );
    await refused(
      'ERR The GROUP option is only supported by XREADGROUP. You called XREAD instead.',
      ...['XREAD', 'GROUP', 'g', 'c', 'STREAMS', 's', 0],
    );
  });

  it('refuses other types, whichever key has one', async () => {
    await call('SET', 'text', 'x');
    await refused(WRONG_TYPE, 'XREAD', 'STREAMS', 's', 'text', 0, 0);
  });
});

describeCommand(
  'XREAD',
  ({ refused }) => {
    it('wants an id for each key', () =>
      refused(
        "ERR Unbalanced 'xread' list of streams: for each stream key an ID or '$' must be specified.",
        ...['XREAD', 'STREAMS', 's', 't', 0],
      ));
  },
  { ourOwn: '7.2 names the command in lower case and quotes' },
);
