import assert from 'node:assert/strict';
import { describeCommand } from '../../support/describe-command.js';

const NOT_NUMBERS = "ERR One or more scores can't be converted into double";

describeCommand('SORT', ({ call, wire, refused }) => {
  it('sorts lists, sets and sorted sets by number', async () => {
    await call('RPUSH', 'list', '3', '-1', '10', '2.5', '1e1');
    assert.deepEqual(await call('SORT', 'list'), ['-1', '2.5', '3', '10', '1e1']);
    assert.deepEqual(await call('SORT', 'list', 'desc'), ['1e1', '10', '3', '2.5', '-1']);
    await call('SADD', 'set', '3', '1', '2');
    assert.deepEqual(await call('SORT', 'set', 'DESC', 'ASC'), ['1', '2', '3']);
    await call('ZADD', 'zset', '1', '30', '2', '20', '3', '10');
    assert.deepEqual(await call('SORT', 'zset'), ['10', '20', '30']);
  });

  it('sorts by bytes with ALPHA', async () => {
    await call('RPUSH', 'list', 'b', 'a', '10', '9', 'B', '\xff', '');
    assert.deepEqual(await call('SORT', 'list', 'ALPHA'), ['', '10', '9', 'B', 'a', 'b', '\xff']);
  });

  it('reads numbers as strtod does', async () => {
    await call('RPUSH', 'list', '0x10', ' 5', 'inf', '-inf', '', '1.0');
    assert.deepEqual(await call('SORT', 'list'), ['-inf', '', '1.0', ' 5', '0x10', 'inf']);
    for (const text of ['abc', '5 ', ' ', 'nan', '1e400', '1e-400']) {
      await call('DEL', 'list');
      await call('RPUSH', 'list', '1', text);
      await refused(NOT_NUMBERS, 'SORT', 'list');
    }
  });

  it('answers a part with LIMIT', async () => {
    await call('RPUSH', 'list', '5', '4', '3', '2', '1');
    assert.deepEqual(await call('SORT', 'list', 'LIMIT', 1, 2), ['2', '3']);
    assert.deepEqual(await call('SORT', 'list', 'LIMIT', 3, 100), ['4', '5']);
    assert.deepEqual(await call('SORT', 'list', 'LIMIT', -5, 1), ['1']);
    assert.deepEqual(await call('SORT', 'list', 'LIMIT', 2, -1), ['3', '4', '5']);
    assert.deepEqual(await call('SORT', 'list', 'LIMIT', 9, 1), []);
    assert.deepEqual(await call('SORT', 'list', 'LIMIT', 0, 0), []);
  });

  it('sorts by what other keys, or fields of them, hold', async () => {
    await call('RPUSH', 'list', 'a', 'b', 'c');
    await call('MSET', 'weight_a', '3', 'weight_b', '1');
    assert.deepEqual(await call('SORT', 'list', 'BY', 'weight_*'), ['c', 'b', 'a']);
    await call('HSET', 'object_a', 'rank', 'x');
    await call('HSET', 'object_c', 'rank', 'w');
    assert.deepEqual(await call('SORT', 'list', 'BY', 'object_*->rank', 'ALPHA'), ['b', 'c', 'a']);
    await refused(NOT_NUMBERS, 'SORT', 'list', 'BY', 'object_*->rank');
  });

  it('finds keys for elements of any length, one after the other', async () => {
    const lengths = [1, 500, 2, 64, 65, 1_000, 0, 3];
    const elements = lengths.map((length) => 'e'.repeat(length));
    await call('RPUSH', 'list', ...elements);
    for (const element of elements) await call('SET', `<${element}>`, element.length);
    const sorted = await call('SORT', 'list', 'BY', '<*>', 'GET', '#', 'GET', '<*>');
    const wanted = lengths.sort((a, b) => a - b).flatMap((length) => ['e'.repeat(length), `${length}`]);
    assert.deepEqual(sorted, wanted);
  });

  it('keeps the order when BY names no key', async () => {
    await call('RPUSH', 'list', 'c', 'a', 'b');
    assert.deepEqual(await call('SORT', 'list', 'BY', 'nosort'), ['c', 'a', 'b']);
    assert.deepEqual(await call('SORT', 'list', 'BY', 'nosort', 'DESC', 'LIMIT', 0, 2), ['b', 'a']);
    await call('ZADD', 'zset', '1', 'z', '2', 'y', '3', 'x');
    assert.deepEqual(await call('SORT', 'zset', 'BY', 'nosort', 'LIMIT', 1, 5), ['y', 'x']);
    assert.deepEqual(await call('SORT', 'zset', 'BY', 'nosort', 'DESC', 'LIMIT', 1, 1), ['y']);
  });

  it('answers with GET what other keys hold', async () => {
    await call('RPUSH', 'list', '2', '1');
    await call('MSET', 'name_1', 'one', 'value_x', 'never');
    await call('HSET', 'object_2', 'name', 'two');
    assert.deepEqual(await call('SORT', 'list', 'GET', '#', 'GET', 'name_*', 'GET', 'object_*->name'), [
      '1',
      'one',
      null,
      '2',
      null,
      'two',
    ]);
    assert.deepEqual(await call('SORT', 'list', 'GET', 'value_x'), [null, null]);
    await call('RPUSH', 'name_2', 'a list');
    assert.deepEqual(await call('SORT', 'list', 'GET', 'name_*'), ['one', null]);
  });

  it('takes an arrow without a field for a part of the key', async () => {
    await call('RPUSH', 'list', '1');
    await call('SET', 'key_1->', 'value');
    assert.deepEqual(await call('SORT', 'list', 'GET', 'key_*->'), ['value']);
  });

  it('stores the result as a list', async () => {
    await call('RPUSH', 'list', '3', '1', '2');
    await call('SET', 'name_1', 'one');
    await call('SET', 'to', 'something else', 'EX', 100);
    await wire('SORT list STORE to', ':3\r\n');
    assert.deepEqual(await call('LRANGE', 'to', 0, -1), ['1', '2', '3']);
    await wire('TTL to', ':-1\r\n');
    await wire('SORT list GET name_* STORE list', ':3\r\n');
    assert.deepEqual(await call('LRANGE', 'list', 0, -1), ['one', '', '']);
    await wire('SORT nothing STORE to', ':0\r\n');
    await wire('EXISTS to', ':0\r\n');
  });

  it('stores long results, too', async () => {
    const elements = Array.from({ length: 2000 }, (_, index) => `element number ${index}`);
    await call('SADD', 'set', ...elements);
    await wire('SORT set BY nosort STORE to', ':2000\r\n');
    assert.deepEqual(await call('LRANGE', 'to', 0, -1), elements.sort());
    assert.equal(await call('OBJECT', 'ENCODING', 'to'), 'quicklist');
  });

  it('converts a packed sorted set, as Redis does', async () => {
    await call('ZADD', 'zset', '1', 'a');
    await call('SORT', 'zset', 'ALPHA');
    assert.equal(await call('OBJECT', 'ENCODING', 'zset'), 'skiplist');
  });

  it('answers nothing for a missing key', async () => {
    await wire('SORT nothing', '*0\r\n');
    await wire('SORT nothing GET a GET b', '*0\r\n');
  });

  it('refuses what it cannot do', async () => {
    await call('SET', 'string', 'x');
    await refused('WRONGTYPE Operation against a key holding the wrong kind of value', 'SORT', 'string');
    for (const options of [['WHAT'], ['LIMIT', 1], ['BY'], ['GET'], ['STORE']]) {
      await refused('ERR syntax error', 'SORT', 'string', ...options);
    }
    await refused('ERR value is not an integer or out of range', 'SORT', 'string', 'LIMIT', 'x', 1);
  });
});

describeCommand('SORT_RO', ({ call, refused }) => {
  it('sorts and stores nothing', async () => {
    await call('RPUSH', 'list', '2', '1');
    assert.deepEqual(await call('SORT_RO', 'list', 'DESC'), ['2', '1']);
    await refused('ERR syntax error', 'SORT_RO', 'list', 'STORE', 'to');
  });
});
