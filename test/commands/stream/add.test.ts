import assert from 'node:assert/strict';
import { describeCommand } from '../../support/describe-command.js';

const NULL = { resp2: '$-1\r\n', resp3: '_\r\n' };
const TOO_SMALL = 'ERR The ID specified in XADD is equal or smaller than the target stream top item';
const INVALID_ID = 'ERR Invalid stream ID specified as stream command argument';
const WRONG_ARITY = "ERR wrong number of arguments for 'xadd' command";
const MAX = '18446744073709551615';

describeCommand('XADD', ({ call, wire, refused }) => {
  it('returns the id that it was given', () => wire('XADD s 5-3 name value', '$3\r\n5-3\r\n'));

  it('takes a time without a sequence for sequence 0', async () => {
    assert.equal(await call('XADD', 's', 5, 'name', 'value'), '5-0');
    await refused(TOO_SMALL, 'XADD', 's', 5, 'name', 'value');
  });

  it('keeps fields and values as they come, equal names included', async () => {
    const words = ['name', 'a \0\r\n\xff', 'name', '', '', '12', '-0', '9223372036854775808'];
    await call('XADD', 's', '1-1', ...words);
    assert.deepEqual(await call('XRANGE', 's', '-', '+'), [['1-1', words]]);
  });

  it('chooses the sequence of ms-*', async () => {
    assert.equal(await call('XADD', 's', '0-*', 'a', 'b'), '0-1');
    assert.equal(await call('XADD', 's', '5-*', 'a', 'b'), '5-0');
    assert.equal(await call('XADD', 's', '5-*', 'a', 'b'), '5-1');
    assert.equal(await call('XADD', 's', '7-*', 'a', 'b'), '7-0');
    await refused(TOO_SMALL, 'XADD', 's', '6-*', 'a', 'b');
  });

  it('has no id left behind the last one', async () => {
    await call('XADD', 's', `${MAX}-${MAX}`, 'a', 'b');
    const exhausted = 'ERR The stream has exhausted the last possible ID, unable to add more items';
    await refused(exhausted, 'XADD', 's', '*', 'a', 'b');
    await refused(exhausted, 'XADD', 's', `${MAX}-*`, 'a', 'b');
  });

  it('refuses ids that are not behind the last one, deleted or not', async () => {
    await call('XADD', 's', '5-5', 'a', 'b');
    await call('XDEL', 's', '5-5');
    for (const id of ['5-5', '5-4', '4-9', '5']) await refused(TOO_SMALL, 'XADD', 's', id, 'a', 'b');
  });

  it('refuses 0-0, and creates no key for it', async () => {
    await refused('ERR The ID specified in XADD must be greater than 0-0', 'XADD', 's', '0-0', 'a', 'b');
    await refused('ERR The ID specified in XADD must be greater than 0-0', 'XADD', 's', '0', 'a', 'b');
    await wire('EXISTS s', ':0\r\n');
  });

  it('refuses what is no id', async () => {
    for (const id of ['x', '1-x', '1-1-1', '-', '+', '', '18446744073709551616', '1-', '-1', '*-1', '1-**'])
      await refused(INVALID_ID, 'XADD', 's', id, 'a', 'b');
  });

  it('wants pairs', async () => {
    await refused(WRONG_ARITY, 'XADD', 's', '1-1', 'a');
    await refused(WRONG_ARITY, 'XADD', 's', '1-1', 'a', 'b', 'c');
    await refused(WRONG_ARITY, 'XADD', 's', 'MAXLEN', '5', '*', 'a');
    await refused(WRONG_ARITY, 'XADD', 's', 'NOMKSTREAM', '*');
  });

  it('creates no stream with NOMKSTREAM', async () => {
    await wire('XADD s NOMKSTREAM 1-1 a b', NULL);
    await wire('EXISTS s', ':0\r\n');
    await call('XADD', 's', '1-1', 'a', 'b');
    assert.equal(await call('XADD', 's', 'NOMKSTREAM', '1-2', 'a', 'b'), '1-2');
  });

  it('refuses other types', async () => {
    await call('SET', 's', 'text');
    await refused(
      'WRONGTYPE Operation against a key holding the wrong kind of value',
      ...['XADD', 's', '*', 'a', 'b'],
    );
  });

  it('trims to a length, the new entry included', async () => {
    for (const time of [1, 2, 3]) await call('XADD', 's', time, 'a', 'b');
    await call('XADD', 's', 'MAXLEN', 2, '4', 'a', 'b');
    assert.deepEqual(await call('XRANGE', 's', '-', '+'), [
      ['3-0', ['a', 'b']],
      ['4-0', ['a', 'b']],
    ]);
    await call('XADD', 's', 'MAXLEN', '=', 0, '5', 'a', 'b');
    await wire('XLEN s', ':0\r\n');
    assert.equal(await call('XADD', 's', '5-*', 'a', 'b'), '5-1');
  });

  it('trims what is before an id', async () => {
    for (const time of [1, 2, 3]) await call('XADD', 's', time, 'a', 'b');
    await call('XADD', 's', 'MINID', 3, '4', 'a', 'b');
    await wire('XLEN s', ':2\r\n');
    await call('XADD', 's', 'MINID', '=', '9-9', '5', 'a', 'b');
    await wire('XLEN s', ':0\r\n');
  });

  it('removes whole nodes only with ~', async () => {
    await call('CONFIG', 'SET', 'stream-node-max-entries', 10);
    for (let time = 1; time <= 35; time++) await call('XADD', 's', time, 'a', 'b');
    await call('XADD', 's', 'MAXLEN', '~', 12, '36', 'a', 'b');
    await wire('XLEN s', ':16\r\n');
    await call('XADD', 's', 'MINID', '~', 35, '37', 'a', 'b');
    await wire('XLEN s', ':7\r\n');
    await call('CONFIG', 'SET', 'stream-node-max-entries', 100);
  });

  it('removes no more than LIMIT', async () => {
    await call('CONFIG', 'SET', 'stream-node-max-entries', 10);
    for (let time = 1; time <= 35; time++) await call('XADD', 's', time, 'a', 'b');
    await call('XADD', 's', 'MAXLEN', '~', 0, 'LIMIT', 19, '36', 'a', 'b');
    await wire('XLEN s', ':26\r\n');
    await call('XADD', 's', 'MAXLEN', '~', 0, 'LIMIT', 0, '37', 'a', 'b');
    await wire('XLEN s', ':0\r\n');
    await call('CONFIG', 'SET', 'stream-node-max-entries', 100);
  });

  it('refuses options that make no sense together', async () => {
    const both = 'ERR syntax error, MAXLEN and MINID options at the same time are not compatible';
    await refused(both, 'XADD', 's', 'MAXLEN', 1, 'MINID', 1, '*', 'a', 'b');
    await refused('ERR The MAXLEN argument must be >= 0.', 'XADD', 's', 'MAXLEN', -1, '*', 'a', 'b');
    await refused('ERR The LIMIT argument must be >= 0.', 'XADD', 's', 'LIMIT', -1, '*', 'a', 'b');
    await refused(
      'ERR syntax error, LIMIT cannot be used without specifying a trimming strategy',
      ...['XADD', 's', 'LIMIT', 1, '*', 'a', 'b'],
    );
    await refused(
      'ERR syntax error, LIMIT cannot be used without the special ~ option',
      ...['XADD', 's', 'MAXLEN', 1, 'LIMIT', 1, '*', 'a', 'b'],
    );
    await refused('ERR value is not an integer or out of range', 'XADD', 's', 'MAXLEN', 'x', '*', 'a', 'b');
    await refused(INVALID_ID, 'XADD', 's', 'MINID', 'x', '*', 'a', 'b');
    await wire('EXISTS s', ':0\r\n');
  });

  it('takes the last word that trims, ~ or not', async () => {
    for (const time of [1, 2, 3]) await call('XADD', 's', time, 'a', 'b');
    await refused(
      'ERR syntax error, MAXLEN and MINID options at the same time are not compatible',
      ...['XADD', 's', 'MAXLEN', 1, 'MAXLEN', 2, '4', 'a', 'b'],
    );
    await refused(INVALID_ID, 'XADD', 's', 'MAXLEN', '=', '1', '~', '4', 'a', 'b');
  });

  it('refuses an option that lacks its value', async () => {
    await refused(INVALID_ID, 'XADD', 's', 'NOMKSTREAM', 'MAXLENGTH', 'a', 'b');
    await refused(WRONG_ARITY, 'XADD', 's', 'MAXLEN', '~', '5');
  });
});

describeCommand('XADD', ({ call, advance }) => {
  it("takes the clock's time for *, and goes on behind the last id when the clock doesn't", async () => {
    const first = String(await call('XADD', 's', '*', 'a', 'b'));
    const time = Number(first.split('-')[0]);
    assert.equal(first, `${time}-0`);
    assert.equal(await call('XADD', 's', '*', 'a', 'b'), `${time}-1`);
    advance(5);
    assert.equal(await call('XADD', 's', '*', 'a', 'b'), `${time + 5}-0`);
    await call('XADD', 's', `${time + 99}-7`, 'a', 'b');
    assert.equal(await call('XADD', 's', '*', 'a', 'b'), `${time + 99}-8`);
  });
});

describeCommand(
  'XADD',
  ({ call, refused }) => {
    it('has no sequence left at the end of a time', async () => {
      await call('XADD', 's', `5-${MAX}`, 'a', 'b');
      await refused(TOO_SMALL, 'XADD', 's', '5-*', 'a', 'b');
      assert.equal(await call('XADD', 's', '6-*', 'a', 'b'), '6-0');
    });
  },
  { ourOwn: '7.0 leaves errno as it was in this case, and says that the elements are too large' },
);
