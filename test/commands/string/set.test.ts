import assert from 'node:assert/strict';
import { describeCommand } from '../../support/describe-command.js';

const NULL = { resp2: '$-1\r\n', resp3: '_\r\n' };
const INT64_MAX = '9223372036854775807';

describeCommand('SET', ({ call, wire, refused, advance }) => {
  it('sets and overwrites', async () => {
    await wire('SET key first', '+OK\r\n');
    await wire('SET key second', '+OK\r\n');
    assert.equal(await call('GET', 'key'), 'second');
  });

  it('keeps empty and large values', async () => {
    await call('SET', 'empty', '');
    assert.equal(await call('GET', 'empty'), '');
    const large = 'x'.repeat(1 << 20);
    await call('SET', 'large', large);
    assert.equal(await call('GET', 'large'), large);
  });

  it('sets with NX only what is missing', async () => {
    await wire('SET key first NX', '+OK\r\n');
    await wire('SET key second nx', NULL);
    assert.equal(await call('GET', 'key'), 'first');
  });

  it('sets with XX only what is there', async () => {
    await wire('SET key first XX', NULL);
    await wire('GET key', NULL);
    await call('SET', 'key', 'first');
    await wire('SET key second XX', '+OK\r\n');
    assert.equal(await call('GET', 'key'), 'second');
  });

  it('returns with GET what was there, whether it set the key or not', async () => {
    await wire('SET key first GET', NULL);
    assert.equal(await call('SET', 'key', 'second', 'GET'), 'first');
    assert.equal(await call('SET', 'key', 'third', 'NX', 'GET'), 'second');
    assert.equal(await call('GET', 'key'), 'second');
    await wire('SET other value XX GET', NULL);
    await wire('GET other', NULL);
    await wire('SET other value GET NX', NULL);
    assert.equal(await call('GET', 'other'), 'value');
  });

  it('expires in seconds and milliseconds', async () => {
    await call('SET', 'seconds', 'value', 'EX', 2);
    await call('SET', 'milliseconds', 'value', 'px', 1500);
    advance(1500);
    assert.equal(await call('GET', 'milliseconds'), 'value');
    advance(1);
    await wire('GET milliseconds', NULL);
    assert.equal(await call('GET', 'seconds'), 'value');
    advance(500);
    await wire('GET seconds', NULL);
  });

  it('takes a moment that has passed', async () => {
    await wire('SET key value EXAT 1', '+OK\r\n');
    await wire('GET key', NULL);
    await wire('SET key value PXAT 1', '+OK\r\n');
    await wire('GET key', NULL);
  });

  it('drops the time to live, unless told to keep it', async () => {
    await call('SET', 'kept', 'first', 'PX', 100);
    await call('SET', 'dropped', 'first', 'PX', 100);
    await call('SET', 'kept', 'second', 'KEEPTTL');
    await call('SET', 'dropped', 'second');
    advance(101);
    await wire('GET kept', NULL);
    assert.equal(await call('GET', 'dropped'), 'second');
  });

  it('lets the last of equal options count', async () => {
    await call('SET', 'key', 'value', 'PX', 100, 'NX', 'PX', 1000, 'NX');
    advance(500);
    assert.equal(await call('GET', 'key'), 'value');
  });

  it('refuses options that exclude each other', async () => {
    for (const options of [
      ['NX', 'XX'],
      ['EX', 1, 'PX', 1],
      ['EX', 1, 'KEEPTTL'],
      ['KEEPTTL', 'PXAT', 1],
      ['EXAT', 1, 'EX', 1],
      ['PERSIST'],
      ['EX'],
      ['whatever'],
    ]) {
      await refused('ERR syntax error', 'SET', 'key', 'value', ...options);
    }
    await wire('GET key', NULL);
  });

  it('refuses times that are none', async () => {
    await refused('ERR value is not an integer or out of range', 'SET', 'key', 'value', 'EX', 'soon');
    for (const time of [
      ['EX', 0],
      ['EX', -1],
      ['PX', 0],
      ['EXAT', -1],
      ['PXAT', 0],
      ['EX', '9223372036854776'],
      ['EXAT', '9223372036854776'],
      ['PX', INT64_MAX],
      ['PX', '-9223372036854775808'],
    ]) {
      await refused("ERR invalid expire time in 'set' command", 'SET', 'key', 'value', ...time);
    }
    await wire('GET key', NULL);
  });

  it('takes the latest moments there are', async () => {
    await wire(`SET key value PXAT ${INT64_MAX}`, '+OK\r\n');
    await wire('SET key value EXAT 9223372036854775', '+OK\r\n');
    assert.equal(await call('GET', 'key'), 'value');
  });

  it('looks at the time before it looks at the condition', async () => {
    await call('SET', 'key', 'value');
    await refused("ERR invalid expire time in 'set' command", 'SET', 'key', 'value', 'NX', 'EX', 0);
  });
});

describeCommand('SETNX', ({ call, wire }) => {
  it('sets only what is missing', async () => {
    await wire('SETNX key first', ':1\r\n');
    await wire('SETNX key second', ':0\r\n');
    assert.equal(await call('GET', 'key'), 'first');
  });
});

describeCommand('SETEX PSETEX', ({ call, wire, refused, advance }) => {
  it('set a value that expires', async () => {
    await wire('SETEX seconds 1 value', '+OK\r\n');
    await wire('PSETEX milliseconds 10 value', '+OK\r\n');
    assert.equal(await call('GET', 'milliseconds'), 'value');
    advance(11);
    await wire('GET milliseconds', NULL);
    assert.equal(await call('GET', 'seconds'), 'value');
    advance(990);
    await wire('GET seconds', NULL);
  });

  it('name themselves in the refusal of a time', async () => {
    await refused("ERR invalid expire time in 'setex' command", 'SETEX', 'key', 0, 'value');
    await refused("ERR invalid expire time in 'psetex' command", 'PSETEX', 'key', -5, 'value');
    await refused('ERR value is not an integer or out of range', 'SETEX', 'key', 'x', 'value');
  });
});
