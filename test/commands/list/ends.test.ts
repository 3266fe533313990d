/** LPUSH, RPUSH, LPUSHX, RPUSHX, LPOP, RPOP and LMPOP: elements come and go at the ends. */
import assert from 'node:assert/strict';
import { describeCommand } from '../../support/describe-command.js';

const WRONG_TYPE = 'WRONGTYPE Operation against a key holding the wrong kind of value';
const POSITIVE = 'ERR value is out of range, must be positive';
const NULL = { resp2: '$-1\r\n', resp3: '_\r\n' };
const NULL_ARRAY = { resp2: '*-1\r\n', resp3: '_\r\n' };

describeCommand('LPUSH RPUSH LPUSHX RPUSHX', ({ call, wire, refused }) => {
  it('add one element after the other at their end, and answer the length', async () => {
    await wire('RPUSH l a b', ':2\r\n');
    await wire('LPUSH l c d', ':4\r\n');
    assert.deepEqual(await call('LRANGE', 'l', 0, -1), ['d', 'c', 'a', 'b']);
  });

  it('add, in their X form, only where there is a list', async () => {
    await wire('LPUSHX l a', ':0\r\n');
    await wire('RPUSHX l a', ':0\r\n');
    await wire('EXISTS l', ':0\r\n');
    await call('RPUSH', 'l', 'a');
    await wire('LPUSHX l b c', ':3\r\n');
    await wire('RPUSHX l d e', ':5\r\n');
    assert.deepEqual(await call('LRANGE', 'l', 0, -1), ['c', 'b', 'a', 'd', 'e']);
  });

  it('take any bytes, and none, as an element', async () => {
    const elements = ['', 'a\0\r\n\xff', '-1', '007', '9223372036854775808'];
    await call('RPUSH', 'l', ...elements);
    assert.deepEqual(await call('LRANGE', 'l', 0, -1), elements);
  });

  it('refuse a key of another type', async () => {
    await call('SET', 's', 'x');
    for (const command of ['LPUSH', 'RPUSH', 'LPUSHX', 'RPUSHX'])
      await refused(WRONG_TYPE, command, 's', 'a');
  });
});

describeCommand(
  'RPUSH OBJECT',
  ({ call }) => {
    const encoding = () => call('OBJECT', 'ENCODING', 'l');

    it('leave the listpack with its size, and come back when one node is left and half of it gone', async () => {
      await call('CONFIG', 'SET', 'list-max-listpack-size', 4);
      await call('RPUSH', 'l', 'a', 'b', 'c', 'd');
      assert.equal(await encoding(), 'listpack');
      await call('RPUSH', 'l', 'e', 'f', 'g');
      assert.equal(await encoding(), 'quicklist');
      await call('LPOP', 'l', 3);
      assert.equal(await encoding(), 'quicklist');
      await call('LPOP', 'l');
      assert.equal(await encoding(), 'quicklist');
      await call('LPOP', 'l');
      assert.equal(await encoding(), 'listpack');
      assert.deepEqual(await call('LRANGE', 'l', 0, -1), ['f', 'g']);
    });

    it('keep nodes of the size that was configured when the list became large', async () => {
      const elements = Array.from({ length: 40 }, (_, index) => `e${index}`);
      await call('CONFIG', 'SET', 'list-max-listpack-size', 4);
      await call('RPUSH', 'l', ...elements);
      await call('CONFIG', 'SET', 'list-max-listpack-size', 16);
      await call('RPUSH', 'l', ...elements);
      await call('COPY', 'l', 'copy');
      for (const key of ['l', 'copy']) {
        assert.match(String(await call('DEBUG', 'OBJECT', key)), / ql_nodes:20 .* ql_listpack_max:4 /);
      }
      // Five are left, in two nodes; with the directive as it is now they would fit a listpack.
      await call('LPOP', 'l', 75);
      assert.equal(await encoding(), 'quicklist');
      await call('LPOP', 'l');
      assert.equal(await encoding(), 'listpack');
      await call('RPUSH', 'l', ...elements);
      assert.match(String(await call('DEBUG', 'OBJECT', 'l')), / ql_listpack_max:16 /);
    });

    it('leave it with 8 kB of elements, or one that is larger', async () => {
      await call('RPUSH', 'l', 'x'.repeat(4000), 'y'.repeat(4000));
      assert.equal(await encoding(), 'listpack');
      await call('RPUSH', 'l', 'z'.repeat(400));
      assert.equal(await encoding(), 'quicklist');
      await call('DEL', 'l');
      await call('RPUSH', 'l', 'x'.repeat(9000));
      assert.equal(await encoding(), 'quicklist');
    });
  },
  { ourOwn: 'lists begin as a listpack since 7.2' },
);

describeCommand('LPOP RPOP', ({ call, wire, refused }) => {
  it('take one element, and with the last one the key', async () => {
    await call('RPUSH', 'l', 'a', 'b', 'c');
    await wire('LPOP l', '$1\r\na\r\n');
    await wire('RPOP l', '$1\r\nc\r\n');
    await wire('RPOP l', '$1\r\nb\r\n');
    await wire('EXISTS l', ':0\r\n');
    await wire('LPOP l', NULL);
  });

  it('take several, from their end on', async () => {
    await call('RPUSH', 'l', 'a', 'b', 'c', 'd', 'e');
    await wire('LPOP l 2', '*2\r\n$1\r\na\r\n$1\r\nb\r\n');
    await wire('RPOP l 2', '*2\r\n$1\r\ne\r\n$1\r\nd\r\n');
    await wire('LPOP l 0', '*0\r\n');
    await wire('RPOP l 9', '*1\r\n$1\r\nc\r\n');
    await wire('EXISTS l', ':0\r\n');
    await wire('LPOP l 1', NULL_ARRAY);
    await wire('RPOP l 0', NULL_ARRAY);
  });

  it('refuse counts below zero, and more words', async () => {
    await call('SET', 's', 'x');
    await refused(POSITIVE, 'LPOP', 's', -1);
    await refused(POSITIVE, 'RPOP', 's', 'x');
    await refused(WRONG_TYPE, 'LPOP', 's', 1);
    await refused("ERR wrong number of arguments for 'lpop' command", 'LPOP', 'l', 1, 2);
    await refused("ERR wrong number of arguments for 'rpop' command", 'RPOP', 'l', 1, 2);
  });
});

describeCommand('LMPOP', ({ call, wire, refused }) => {
  it('takes from the first list that has something', async () => {
    await call('RPUSH', 'second', 'a', 'b', 'c');
    await call('RPUSH', 'third', 'x');
    await wire('LMPOP 3 first second third LEFT', '*2\r\n$6\r\nsecond\r\n*1\r\n$1\r\na\r\n');
    await wire(
      'LMPOP 3 first second third right count 5',
      '*2\r\n$6\r\nsecond\r\n*2\r\n$1\r\nc\r\n$1\r\nb\r\n',
    );
    await wire('LMPOP 3 first second third LEFT', '*2\r\n$5\r\nthird\r\n*1\r\n$1\r\nx\r\n');
    await wire('LMPOP 3 first second third LEFT', NULL_ARRAY);
  });

  it('refuses what makes no sense, another type once it comes to it', async () => {
    await refused('ERR numkeys should be greater than 0', 'LMPOP', 0, 'l', 'LEFT');
    await refused('ERR numkeys should be greater than 0', 'LMPOP', 'x', 'l', 'LEFT');
    await refused('ERR syntax error', 'LMPOP', 2, 'l', 'LEFT');
    await refused('ERR syntax error', 'LMPOP', 1, 'l', 'MIDDLE');
    await refused('ERR count should be greater than 0', 'LMPOP', 1, 'l', 'LEFT', 'COUNT', 0);
    await refused('ERR syntax error', 'LMPOP', 1, 'l', 'LEFT', 'COUNT', 1, 'COUNT', 1);
    await call('SET', 's', 'x');
    await call('RPUSH', 'l', 'a');
    await refused(WRONG_TYPE, 'LMPOP', 2, 's', 'l', 'LEFT');
    await wire('LMPOP 2 l s LEFT', '*2\r\n$1\r\nl\r\n*1\r\n$1\r\na\r\n');
  });
});
