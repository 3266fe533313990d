/** LLEN, LINDEX, LRANGE, LPOS, LSET, LINSERT, LREM and LTRIM, on packed lists and on those of many nodes. */
import assert from 'node:assert/strict';
import { describeCommand } from '../../support/describe-command.js';

const WRONG_TYPE = 'WRONGTYPE Operation against a key holding the wrong kind of value';
const NULL = { resp2: '$-1\r\n', resp3: '_\r\n' };
/** 600 kB: some 70 nodes. */
const MANY = Array.from({ length: 3000 }, (_, index) => `${index}`.padStart(200, '-'));

describeCommand('LLEN LINDEX LRANGE', ({ call, wire, refused }) => {
  it('count from both ends', async () => {
    await call('RPUSH', 'l', 'a', 'b', 'c');
    await wire('LLEN l', ':3\r\n');
    await wire('LINDEX l 0', '$1\r\na\r\n');
    await wire('LINDEX l -1', '$1\r\nc\r\n');
    await wire('LINDEX l 3', NULL);
    await wire('LINDEX l -4', NULL);
    assert.deepEqual(await call('LRANGE', 'l', 1, -1), ['b', 'c']);
    assert.deepEqual(await call('LRANGE', 'l', -100, 0), ['a']);
    assert.deepEqual(await call('LRANGE', 'l', -2, 100), ['b', 'c']);
    assert.deepEqual(await call('LRANGE', 'l', 2, 1), []);
    assert.deepEqual(await call('LRANGE', 'l', 3, 5), []);
  });

  it('take a key that is not there for an empty list', async () => {
    await wire('LLEN nothing', ':0\r\n');
    await wire('LINDEX nothing 0', NULL);
    await wire('LRANGE nothing 0 -1', '*0\r\n');
  });

  it('find every place of a long list', async () => {
    await call('RPUSH', 'l', ...MANY);
    assert.deepEqual(await call('LRANGE', 'l', 0, -1), MANY);
    for (let index = 0; index < MANY.length; index += 113) {
      assert.equal(await call('LINDEX', 'l', index), MANY[index]);
      assert.equal(await call('LINDEX', 'l', index - MANY.length), MANY[index]);
      assert.deepEqual(await call('LRANGE', 'l', index, index + 60), MANY.slice(index, index + 61));
    }
  });

  it('refuse other types and what is no integer', async () => {
    await call('SET', 's', 'x');
    await refused(WRONG_TYPE, 'LLEN', 's');
    await refused(WRONG_TYPE, 'LRANGE', 's', 0, 1);
    await refused('ERR value is not an integer or out of range', 'LRANGE', 's', 0, 'x');
    await call('RPUSH', 'l', 'a');
    await refused('ERR value is not an integer or out of range', 'LINDEX', 'l', '1.5');
  });
});

describeCommand('LPOS', ({ call, wire, refused }) => {
  beforeEach(() => call('RPUSH', 'l', 'a', 'b', 'c', '1', 'b', 'c', 'c'));

  it('finds the first match, or one further on', async () => {
    await wire('LPOS l c', ':2\r\n');
    await wire('LPOS l c RANK 2', ':5\r\n');
    await wire('LPOS l c RANK -1', ':6\r\n');
    await wire('LPOS l b RANK -2', ':1\r\n');
    await wire('LPOS l c RANK 4', NULL);
    await wire('LPOS l 1', ':3\r\n');
    await wire('LPOS l x', NULL);
    await wire('LPOS nothing x', NULL);
  });

  it('answers an array as soon as there is a count', async () => {
    assert.deepEqual(await call('LPOS', 'l', 'c', 'COUNT', 2), [2, 5]);
    assert.deepEqual(await call('LPOS', 'l', 'c', 'COUNT', 0), [2, 5, 6]);
    assert.deepEqual(await call('LPOS', 'l', 'c', 'COUNT', 0, 'RANK', -2), [5, 2]);
    assert.deepEqual(await call('LPOS', 'l', 'x', 'COUNT', 1), []);
    assert.deepEqual(await call('LPOS', 'nothing', 'x', 'COUNT', 1), []);
  });

  it('compares as many elements as it may', async () => {
    await wire('LPOS l c MAXLEN 2', NULL);
    await wire('LPOS l c MAXLEN 3', ':2\r\n');
    await wire('LPOS l c MAXLEN 1 RANK -1', ':6\r\n');
    assert.deepEqual(await call('LPOS', 'l', 'c', 'MAXLEN', 6, 'COUNT', 0), [2, 5]);
  });

  it('refuses options that make no sense', async () => {
    await refused(
      "ERR RANK can't be zero: use 1 to start from the first match, 2 from the second ... or use negative to start from the end of the list",
      ...['LPOS', 'l', 'c', 'RANK', 0],
    );
    await refused("ERR COUNT can't be negative", 'LPOS', 'l', 'c', 'COUNT', -1);
    await refused("ERR MAXLEN can't be negative", 'LPOS', 'l', 'c', 'MAXLEN', -1);
    await refused('ERR syntax error', 'LPOS', 'l', 'c', 'RANK');
    await refused('ERR syntax error', 'LPOS', 'l', 'c', 'LENGTH', 1);
  });
});

describeCommand('LSET LINSERT', ({ call, wire, refused, since }) => {
  it('let a node grow by what is set, but not by what no node may hold beside others', async () => {
    since('7.2', 'has no lists of one listpack');
    const encodings = async (size: number, bytes: number): Promise<unknown[]> => {
      await call('CONFIG', 'SET', 'list-max-listpack-size', size);
      await call('DEL', 'list');
      await call('RPUSH', 'list', ...Array.from({ length: 7 }, () => 'a'.repeat(100)));
      await call('LSET', 'list', 5, 'x'.repeat(bytes));
      const grown = await call('OBJECT', 'ENCODING', 'list');
      await call('LSET', 'list', 5, 'a');
      return [grown, await call('OBJECT', 'ENCODING', 'list')];
    };
    // A list limited by elements is a listpack again, whatever its bytes, once half of them are enough.
    assert.deepEqual(await encodings(16, 8000), ['listpack', 'listpack']);
    assert.deepEqual(await encodings(8, 8000), ['quicklist', 'quicklist']);
    assert.deepEqual(await encodings(-2, 8000), ['quicklist', 'listpack']);
    assert.deepEqual(await encodings(-2, 9000), ['quicklist', 'quicklist']);
    await call('CONFIG', 'SET', 'list-max-listpack-size', -2);
  });

  it('change and add an element in its place', async () => {
    await call('RPUSH', 'l', 'a', 'b', 'c', 'b');
    await wire('LSET l 1 x', '+OK\r\n');
    await wire('LSET l -1 y', '+OK\r\n');
    await wire('LINSERT l BEFORE c 1', ':5\r\n');
    await wire('LINSERT l after y 2', ':6\r\n');
    await wire('LINSERT l AFTER nothing 2', ':-1\r\n');
    await wire('LINSERT nothing AFTER a 2', ':0\r\n');
    assert.deepEqual(await call('LRANGE', 'l', 0, -1), ['a', 'x', '1', 'c', 'y', '2']);
  });

  it('do so in the midst of a long list, with elements of all sizes', async () => {
    const model = [...MANY];
    await call('RPUSH', 'l', ...model);
    for (let index = 50; index < 3000; index += 611) {
      for (const element of ['', 'short', 'x'.repeat(10_000)]) {
        await call('LSET', 'l', index, element);
        model[index] = element;
        const pivot = model.indexOf(MANY[index + 100]);
        await call('LINSERT', 'l', 'BEFORE', model[pivot], element);
        model.splice(pivot, 0, element);
      }
    }
    assert.deepEqual(await call('LRANGE', 'l', 0, -1), model);
  });

  it('refuse what is out of range, not there, or makes no sense', async () => {
    await refused('ERR no such key', 'LSET', 'nothing', 0, 'x');
    await refused('ERR no such key', 'LSET', 'nothing', 'x', 'x');
    await call('RPUSH', 'l', 'a');
    await refused('ERR index out of range', 'LSET', 'l', 1, 'x');
    await refused('ERR index out of range', 'LSET', 'l', -2, 'x');
    await refused('ERR value is not an integer or out of range', 'LSET', 'l', 'x', 'x');
    await refused('ERR syntax error', 'LINSERT', 'l', 'x', 'a', 'b');
    await call('SET', 's', 'x');
    await refused(WRONG_TYPE, 'LSET', 's', 0, 'x');
    await refused(WRONG_TYPE, 'LINSERT', 's', 'AFTER', 'a', 'b');
  });
});

describeCommand('LREM LTRIM', ({ call, wire, refused }) => {
  it('remove elements from the head on, from the tail on, or all', async () => {
    const fill = () => call('RPUSH', 'l', 'a', 'x', 'b', 'x', 'c', 'x');
    await fill();
    await wire('LREM l 2 x', ':2\r\n');
    assert.deepEqual(await call('LRANGE', 'l', 0, -1), ['a', 'b', 'c', 'x']);
    await call('DEL', 'l');
    await fill();
    await wire('LREM l -1 x', ':1\r\n');
    assert.deepEqual(await call('LRANGE', 'l', 0, -1), ['a', 'x', 'b', 'x', 'c']);
    await wire('LREM l 0 x', ':2\r\n');
    await wire('LREM l 0 nothing', ':0\r\n');
    await wire('LREM nothing 0 x', ':0\r\n');
    assert.deepEqual(await call('LRANGE', 'l', 0, -1), ['a', 'b', 'c']);
  });

  it('keep what lies between two places', async () => {
    await call('RPUSH', 'l', 'a', 'b', 'c', 'd', 'e');
    await wire('LTRIM l 1 -2', '+OK\r\n');
    assert.deepEqual(await call('LRANGE', 'l', 0, -1), ['b', 'c', 'd']);
    await wire('LTRIM l -100 100', '+OK\r\n');
    assert.equal(await call('LLEN', 'l'), 3);
    await wire('LTRIM nothing 0 1', '+OK\r\n');
  });

  it('remove the key with the last element', async () => {
    await call('RPUSH', 'l', 'x', 'x');
    await wire('LREM l 0 x', ':2\r\n');
    await wire('EXISTS l', ':0\r\n');
    await call('RPUSH', 'l', 'a', 'b');
    await wire('LTRIM l 5 9', '+OK\r\n');
    await wire('EXISTS l', ':0\r\n');
  });

  it('do so in the midst of a long list', async () => {
    const odd = MANY.flatMap((element, index) => (index % 2 === 0 ? [element] : ['x', element]));
    await call('RPUSH', 'l', ...odd);
    await wire('LREM l 1000 x', ':1000\r\n');
    await wire('LREM l 0 x', ':500\r\n');
    await wire('LTRIM l 700 -701', '+OK\r\n');
    assert.deepEqual(await call('LRANGE', 'l', 0, -1), MANY.slice(700, -700));
  });

  it('refuse other types and what is no integer', async () => {
    await call('SET', 's', 'x');
    await refused('ERR value is not an integer or out of range', 'LREM', 's', 'x', 'a');
    await refused(WRONG_TYPE, 'LREM', 's', 1, 'a');
    await refused('ERR value is not an integer or out of range', 'LTRIM', 's', 0, 'x');
    await refused(WRONG_TYPE, 'LTRIM', 's', 0, 1);
  });
});
