import assert from 'node:assert/strict';
import { describeCommand } from '../../support/describe-command.js';

const NULL = { resp2: '$-1\r\n', resp3: '_\r\n' };

describeCommand('GET', ({ call, wire }) => {
  it('returns the bytes that were set', async () => {
    await call('SET', 'key', 'any \0\r\n\xff bytes');
    assert.equal(await call('GET', 'key'), 'any \0\r\n\xff bytes');
  });

  it('answers null for a missing key', () => wire('GET nothing', NULL));
});

describeCommand('GETSET', ({ call, wire }) => {
  it('returns the old value and sets the new one', async () => {
    await wire('GETSET key first', NULL);
    assert.equal(await call('GETSET', 'key', 'second'), 'first');
    assert.equal(await call('GET', 'key'), 'second');
  });

  it('makes the key live for ever', async () => {
    await call('SET', 'key', 'value', 'PX', 100);
    await call('GETSET', 'key', 'other');
    assert.equal(await call('GETEX', 'key', 'PERSIST'), 'other');
  });
});

describeCommand('GETDEL', ({ call, wire }) => {
  it('returns the value and removes the key', async () => {
    await call('SET', 'key', 'value');
    assert.equal(await call('GETDEL', 'key'), 'value');
    await wire('GETDEL key', NULL);
  });
});

describeCommand('GETEX', ({ call, wire, refused, advance }) => {
  it('is a GET without options', async () => {
    await wire('GETEX key', NULL);
    await call('SET', 'key', 'value', 'EX', 1);
    assert.equal(await call('GETEX', 'key'), 'value');
    advance(1001);
    await wire('GET key', NULL);
  });

  it('sets a time to live', async () => {
    await call('SET', 'key', 'value');
    assert.equal(await call('GETEX', 'key', 'PX', 100), 'value');
    advance(100);
    assert.equal(await call('GET', 'key'), 'value');
    advance(1);
    await wire('GET key', NULL);
  });

  it('takes a time to live away', async () => {
    await call('SET', 'key', 'value', 'PX', 100);
    assert.equal(await call('GETEX', 'key', 'PERSIST'), 'value');
    advance(1000);
    assert.equal(await call('GET', 'key'), 'value');
  });

  it('returns the value and removes the key when the moment has passed', async () => {
    await call('SET', 'key', 'value');
    assert.equal(await call('GETEX', 'key', 'PXAT', 1), 'value');
    await wire('GET key', NULL);
  });

  it('refuses options that exclude each other, and those of SET', async () => {
    await call('SET', 'key', 'value');
    for (const options of [['EX', 1, 'PX', 1], ['EX', 1, 'PERSIST'], ['KEEPTTL'], ['NX'], ['EX'], ['GET']]) {
      await refused('ERR syntax error', 'GETEX', 'key', ...options);
    }
  });

  it('looks at the key before it looks at the time', async () => {
    await wire('GETEX nothing EX never', NULL);
    await call('SET', 'key', 'value');
    await refused('ERR value is not an integer or out of range', 'GETEX', 'key', 'EX', 'never');
    await refused("ERR invalid expire time in 'getex' command", 'GETEX', 'key', 'EX', 0);
  });
});
