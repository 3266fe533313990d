/** SADD, SREM and SMOVE: members come and go, and with the last one the key; the three encodings. */
import assert from 'node:assert/strict';
import { describeCommand } from '../../support/describe-command.js';

const WRONG_TYPE = 'WRONGTYPE Operation against a key holding the wrong kind of value';

describeCommand('SADD SREM', ({ call, wire, refused }) => {
  const members = async (key: string) => ((await call('SMEMBERS', key)) as string[]).sort();

  it('count members that were not there, and those that were', async () => {
    await wire('SADD s a b a', ':2\r\n');
    await wire('SADD s b c', ':1\r\n');
    await wire('SREM s a nothing a', ':1\r\n');
    assert.deepEqual(await members('s'), ['b', 'c']);
  });

  it('take any bytes, and none, as a member', async () => {
    for (const member of ['', 'a\0\r\n\xff', '007', '7', '-0', '9223372036854775808']) {
      await wire(['SADD', 's', member], ':1\r\n');
      await wire(['SADD', 's', member], ':0\r\n');
      await wire(['SISMEMBER', 's', member], ':1\r\n');
    }
    await wire('SCARD s', ':6\r\n');
  });

  it('remove the key with its last member', async () => {
    await call('SADD', 's', 'a', 'b');
    await wire('SREM s a b c', ':2\r\n');
    await wire('EXISTS s', ':0\r\n');
    await wire('SREM s a', ':0\r\n');
  });

  it('refuse a key of another type', async () => {
    await call('HSET', 'h', 'a', 1);
    await refused(WRONG_TYPE, 'SADD', 'h', 'a');
    await refused(WRONG_TYPE, 'SREM', 'h', 'a');
  });
});

describeCommand(
  'SADD OBJECT',
  ({ call }) => {
    const encoding = () => call('OBJECT', 'ENCODING', 's');

    it('keep integers as an intset, until one member is none', async () => {
      await call('SADD', 's', 1, -5, '9223372036854775807');
      assert.equal(await encoding(), 'intset');
      await call('SADD', 's', '07');
      assert.equal(await encoding(), 'listpack');
      await call('SREM', 's', '07');
      assert.equal(await encoding(), 'listpack');
    });

    it('leave the intset with the member that exceeds the number allowed', async () => {
      await call('CONFIG', 'SET', 'set-max-intset-entries', 4);
      await call('SADD', 's', 1, 2, 3, 4);
      assert.equal(await encoding(), 'intset');
      await call('SADD', 's', 5);
      assert.equal(await encoding(), 'hashtable');
    });

    it('make a listpack of an intset that is too large for one, where a listpack may hold more', async () => {
      await call('CONFIG', 'SET', 'set-max-intset-entries', 2, 'set-max-listpack-entries', 6);
      await call('SADD', 's', 1, 2);
      await call('SADD', 's', 'x');
      assert.equal(await encoding(), 'listpack');
      await call('SADD', 's', 3, 4, 5);
      assert.equal(await encoding(), 'listpack');
      await call('SADD', 's', 6);
      assert.equal(await encoding(), 'hashtable');
    });

    it('leave the listpack with a member of more than 64 bytes', async () => {
      await call('SADD', 's', 'x'.repeat(64));
      assert.equal(await encoding(), 'listpack');
      await call('SADD', 's', 'x'.repeat(65));
      assert.equal(await encoding(), 'hashtable');
    });
  },
  { ourOwn: 'listpacks of sets are 7.2’s' },
);

describeCommand('SMOVE', ({ call, wire, refused }) => {
  const members = async (key: string) => ((await call('SMEMBERS', key)) as string[]).sort();

  it('takes a member out of one set and into another', async () => {
    await call('SADD', 'from', 'a', 'b');
    await call('SADD', 'to', 'c');
    await wire('SMOVE from to a', ':1\r\n');
    assert.deepEqual(await members('from'), ['b']);
    assert.deepEqual(await members('to'), ['a', 'c']);
  });

  it('makes the one set and removes the other as needed', async () => {
    await call('SADD', 'from', 'a');
    await wire('SMOVE from to a', ':1\r\n');
    await wire('EXISTS from', ':0\r\n');
    assert.deepEqual(await members('to'), ['a']);
  });

  it('takes it out even if the other set has it', async () => {
    await call('SADD', 'from', 'a', 'b');
    await call('SADD', 'to', 'a');
    await wire('SMOVE from to a', ':1\r\n');
    assert.deepEqual(await members('from'), ['b']);
    assert.deepEqual(await members('to'), ['a']);
  });

  it('does nothing where there is nothing to move, or nowhere else', async () => {
    await call('SADD', 's', 'a');
    await wire('SMOVE s other b', ':0\r\n');
    await wire('SMOVE nothing s a', ':0\r\n');
    await wire('SMOVE s s a', ':1\r\n');
    await wire('SMOVE s s b', ':0\r\n');
    assert.deepEqual(await members('s'), ['a']);
    await wire('EXISTS other nothing', ':0\r\n');
  });

  it('refuses other types, but answers for a source that is not there first', async () => {
    await call('SET', 'string', 'x');
    await call('SADD', 's', 'a');
    await wire('SMOVE nothing string a', ':0\r\n');
    await refused(WRONG_TYPE, 'SMOVE', 's', 'string', 'a');
    await refused(WRONG_TYPE, 'SMOVE', 'string', 's', 'a');
  });
});
