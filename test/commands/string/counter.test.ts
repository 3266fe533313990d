import assert from 'node:assert/strict';
import { describeCommand } from '../../support/describe-command.js';
import { itRandomly } from '../../support/dice.js';

const NOT_AN_INTEGER = 'ERR value is not an integer or out of range';
const OVERFLOW = 'ERR increment or decrement would overflow';
const INT64_MAX = 2n ** 63n - 1n;
const INT64_MIN = -(2n ** 63n);

describeCommand('INCR DECR', ({ call, wire, refused, advance }) => {
  it('count from 0', async () => {
    await wire('INCR up', ':1\r\n');
    await wire('INCR up', ':2\r\n');
    await wire('DECR down', ':-1\r\n');
    assert.equal(await call('GET', 'up'), '2');
  });

  it('change the number of digits', async () => {
    for (const value of [-101, -100, -11, -10, -1, 0, 9, 99, 999_999, 2 ** 31 - 1, 2 ** 32 - 1]) {
      await call('SET', 'counter', value);
      await wire('INCR counter', `:${value + 1}\r\n`);
      assert.equal(await call('GET', 'counter'), `${value + 1}`);
      await wire('DECR counter', `:${value}\r\n`);
      assert.equal(await call('GET', 'counter'), `${value}`);
    }
  });

  it('add and subtract digits with and without a carry', async () => {
    for (const value of [0, 1, 9, 10, 19, 105, 899_999_999_999_998, 8_999_999_999_999_989]) {
      for (const amount of [1, 4, 9, 10]) {
        await call('SET', 'counter', value);
        await wire(`INCRBY counter ${amount}`, `:${value + amount}\r\n`);
        await wire(`DECRBY counter ${amount}`, `:${value}\r\n`);
        await wire(`DECRBY counter ${amount}`, `:${value - amount}\r\n`);
        assert.equal(await call('GET', 'counter'), `${value - amount}`);
      }
    }
  });

  it('are exact from one end of 64 bits to the other', async () => {
    for (const value of [2n ** 53n - 1n, 2n ** 53n, -(2n ** 53n), INT64_MAX - 1n, INT64_MIN]) {
      await call('SET', 'counter', value);
      await wire('INCR counter', `:${value + 1n}\r\n`);
      assert.equal(await call('GET', 'counter'), `${value + 1n}`);
      await wire('DECR counter', `:${value}\r\n`);
    }
  });

  it('refuse to leave 64 bits', async () => {
    await call('SET', 'counter', INT64_MAX);
    await refused(OVERFLOW, 'INCR', 'counter');
    await call('SET', 'counter', INT64_MIN);
    await refused(OVERFLOW, 'DECR', 'counter');
    assert.equal(await call('GET', 'counter'), `${INT64_MIN}`);
  });

  it('refuse what is no integer', async () => {
    for (const value of ['', ' 1', '1 ', '1.0', '01', '+1', '-0', 'abc', '9223372036854775808']) {
      await call('SET', 'counter', value);
      await refused(NOT_AN_INTEGER, 'INCR', 'counter');
      assert.equal(await call('GET', 'counter'), value);
    }
  });

  it('count on in what APPEND and SETRANGE wrote', async () => {
    await call('APPEND', 'counter', '1');
    await call('APPEND', 'counter', '9');
    await wire('INCR counter', ':20\r\n');
    await call('SETRANGE', 'counter', 0, '3');
    await wire('DECR counter', ':29\r\n');
  });

  it('keep the time to live', async () => {
    await call('SET', 'counter', 9, 'PX', 100);
    await call('INCR', 'counter');
    advance(101);
    await wire('INCR counter', ':1\r\n');
  });
});

describeCommand('INCRBY DECRBY', ({ call, wire, refused }) => {
  it('add and subtract', async () => {
    await wire('INCRBY counter 41', ':41\r\n');
    await wire('INCRBY counter -1', ':40\r\n');
    await wire('DECRBY counter 50', ':-10\r\n');
    await wire('DECRBY counter -10', ':0\r\n');
    await wire('DECRBY other 0', ':0\r\n');
  });

  it('refuse what is no integer before they look at the key', async () => {
    await call('SET', 'text', 'abc');
    await refused(NOT_AN_INTEGER, 'INCRBY', 'text', '1.5');
    await refused(NOT_AN_INTEGER, 'INCRBY', 'nothing', `${INT64_MAX + 1n}`);
    await refused(NOT_AN_INTEGER, 'DECRBY', 'nothing', '');
  });

  it('refuse to subtract the number that has no opposite', () =>
    refused('ERR decrement would overflow', 'DECRBY', 'counter', INT64_MIN));

  itRandomly('agree with exact arithmetic', async (dice) => {
    const bounds = [0n, 2n ** 31n, 2n ** 53n, -(2n ** 53n), INT64_MAX, INT64_MIN, -1n, 10n ** 15n];
    const pick = (): bigint => BigInt.asIntN(64, dice.pick(bounds) + BigInt(dice.between(-3, 3)));
    for (let round = 0; round < 300; round++) {
      const start = pick();
      const amount = pick();
      await call('SET', 'counter', start);
      const sum = start + amount;
      if (sum > INT64_MAX || sum < INT64_MIN) await refused(OVERFLOW, 'INCRBY', 'counter', amount);
      else await wire(`INCRBY counter ${amount}`, `:${sum}\r\n`);
    }
  });
});

describeCommand('INCRBYFLOAT', ({ call, refused, advance }) => {
  it('adds decimals', async () => {
    assert.equal(await call('INCRBYFLOAT', 'key', '10.50'), '10.5');
    assert.equal(await call('INCRBYFLOAT', 'key', '0.1'), '10.6');
    assert.equal(await call('INCRBYFLOAT', 'key', '-5.6'), '5');
    assert.equal(await call('INCRBYFLOAT', 'key', '2.0e2'), '205');
    assert.equal(await call('GET', 'key'), '205');
  });

  it('shows the rounding of a long double', async () => {
    assert.equal(await call('INCRBYFLOAT', 'key', '1000.1'), '1000.09999999999999998');
  });

  it('keeps the time to live', async () => {
    await call('SET', 'key', '1.5', 'PX', 100);
    await call('INCRBYFLOAT', 'key', '1');
    advance(101);
    assert.equal(await call('INCRBYFLOAT', 'key', '1'), '1');
  });

  it('refuses what is no number, and what becomes none', async () => {
    await call('SET', 'text', 'abc');
    await refused('ERR value is not a valid float', 'INCRBYFLOAT', 'text', '1');
    await refused('ERR value is not a valid float', 'INCRBYFLOAT', 'nothing', '1.5x');
    await refused('ERR value is not a valid float', 'INCRBYFLOAT', 'nothing', 'nan');
    await refused('ERR increment would produce NaN or Infinity', 'INCRBYFLOAT', 'nothing', 'inf');
    assert.equal(await call('GET', 'nothing'), null);
  });
});
