/** HINCRBY and HINCRBYFLOAT: fields that count. */
import assert from 'node:assert/strict';
import { describeCommand } from '../../support/describe-command.js';

const NOT_AN_INTEGER = 'ERR value is not an integer or out of range';
const WRONG_TYPE = 'WRONGTYPE Operation against a key holding the wrong kind of value';

describeCommand('HINCRBY', ({ call, wire, refused }) => {
  it('counts from 0, up and down', async () => {
    await wire('HINCRBY h a 5', ':5\r\n');
    await wire('HINCRBY h a -7', ':-2\r\n');
    await wire('HINCRBY h b 0', ':0\r\n');
    assert.deepEqual(await call('HGETALL', 'h'), ['a', '-2', 'b', '0']);
  });

  it('goes to the ends of 64 bits and not beyond', async () => {
    await call('HSET', 'h', 'top', '9223372036854775806', 'bottom', '-9223372036854775807');
    await wire('HINCRBY h top 1', ':9223372036854775807\r\n');
    await refused('ERR increment or decrement would overflow', 'HINCRBY', 'h', 'top', 1);
    await wire('HINCRBY h bottom -1', ':-9223372036854775808\r\n');
    await refused('ERR increment or decrement would overflow', 'HINCRBY', 'h', 'bottom', -1);
    await wire('HINCRBY h top -9223372036854775808', ':-1\r\n');
  });

  it('refuses what is no integer, in the argument and in the field', async () => {
    await call('HSET', 'h', 'text', 'x', 'float', '1.5', 'padded', ' 1', 'empty', '');
    for (const increment of ['x', '1.5', '', ' 1', '9223372036854775808'])
      await refused(NOT_AN_INTEGER, 'HINCRBY', 'h', 'new', increment);
    for (const field of ['text', 'float', 'padded', 'empty'])
      await refused('ERR hash value is not an integer', 'HINCRBY', 'h', field, 1);
    await wire('HEXISTS h new', ':0\r\n');
  });

  it('looks at the increment before the type', async () => {
    await call('SET', 's', 'x');
    await refused(NOT_AN_INTEGER, 'HINCRBY', 's', 'a', 'x');
    await refused(WRONG_TYPE, 'HINCRBY', 's', 'a', 1);
  });
});

describeCommand('HINCRBYFLOAT', ({ call, wire, refused }) => {
  it('adds in decimals that come out as they went in', async () => {
    await wire('HINCRBYFLOAT h a 10.5', '$4\r\n10.5\r\n');
    await wire('HINCRBYFLOAT h a 0.1', '$4\r\n10.6\r\n');
    await wire('HINCRBYFLOAT h a -5', '$3\r\n5.6\r\n');
    await wire('HINCRBYFLOAT h a -5.6', '$1\r\n0\r\n');
    assert.equal(await call('HGET', 'h', 'a'), '0');
  });

  it('has 64 bits of precision and shows 17 decimals of them', async () => {
    await call('HSET', 'h', 'a', '5.6');
    await wire('HINCRBYFLOAT h a 5.0e3', '$22\r\n5005.60000000000000009\r\n');
  });

  it('refuses what is no number, in the argument and in the field', async () => {
    await call('HSET', 'h', 'text', 'x');
    await refused('ERR value is not a valid float', 'HINCRBYFLOAT', 'h', 'a', 'x');
    await refused('ERR value is not a valid float', 'HINCRBYFLOAT', 'h', 'a', ' 1');
    await refused('ERR hash value is not a float', 'HINCRBYFLOAT', 'h', 'text', 1);
    await wire('HEXISTS h a', ':0\r\n');
  });

  it('refuses infinity, given or reached', async () => {
    await refused('ERR value is NaN or Infinity', 'HINCRBYFLOAT', 'h', 'a', 'inf');
    await call('HSET', 'h', 'a', 'inf');
    await refused('ERR increment would produce NaN or Infinity', 'HINCRBYFLOAT', 'h', 'a', 1);
  });

  it('looks at the increment before the type', async () => {
    await call('SET', 's', 'x');
    await refused('ERR value is not a valid float', 'HINCRBYFLOAT', 's', 'a', 'x');
    await refused(WRONG_TYPE, 'HINCRBYFLOAT', 's', 'a', 1);
  });
});
