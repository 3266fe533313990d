import assert from 'node:assert/strict';
import { describeCommand } from '../../support/describe-command.js';

const TOO_LONG = 'ERR string exceeds maximum allowed size (proto-max-bulk-len)';

describeCommand('APPEND STRLEN', (kit) => {
  const { call, wire, advance, refused } = kit;
  it('append to what is there, or create it', async () => {
    await wire('APPEND key Hello', ':5\r\n');
    await wire('APPEND key World', ':10\r\n');
    assert.equal(await call('GET', 'key'), 'HelloWorld');
    await wire('STRLEN key', ':10\r\n');
    await wire('STRLEN nothing', ':0\r\n');
  });

  it('append nothing', async () => {
    await wire(['APPEND', 'key', ''], ':0\r\n');
    assert.equal(await call('GET', 'key'), '');
  });

  it('grow a string byte by byte', async () => {
    let expected = '';
    for (let round = 0; round < 300; round++) {
      const letter = String.fromCharCode(97 + (round % 26));
      expected += letter;
      await call('APPEND', 'key', letter);
    }
    assert.equal(await call('GET', 'key'), expected);
  });

  it('keep the time to live', async () => {
    await call('SET', 'key', 'a', 'PX', 100);
    await call('APPEND', 'key', 'b'.repeat(1000));
    advance(101);
    await wire('STRLEN key', ':0\r\n');
  });

  it('refuse a string that gets too long', async () => {
    await call('SET', 'key', '12345678');
    kit.memory.server.limits.bulkBytesMax = 10;
    await wire('APPEND key 12', ':10\r\n');
    await refused(TOO_LONG, 'APPEND', 'key', '3');
    await refused(TOO_LONG, 'SETRANGE', 'key', 10, 'x');
    await refused(TOO_LONG, 'SETRANGE', 'other', 10, 'x');
    await wire('STRLEN key', ':10\r\n');
  });
});

describeCommand('GETRANGE SUBSTR', ({ call, wire, refused }) => {
  it('count from both ends', async () => {
    await call('SET', 'key', 'Hello World');
    assert.equal(await call('GETRANGE', 'key', 0, 4), 'Hello');
    assert.equal(await call('GETRANGE', 'key', -5, -1), 'World');
    assert.equal(await call('GETRANGE', 'key', 4, -5), 'o W');
    assert.equal(await call('GETRANGE', 'key', 6, 1000), 'World');
    assert.equal(await call('GETRANGE', 'key', -1000, 1), 'He');
    assert.equal(await call('SUBSTR', 'key', 0, 0), 'H');
  });

  it('answer nothing for an empty range', async () => {
    await wire('GETRANGE nothing 0 -1', '$0\r\n\r\n');
    await call('SET', 'key', 'hello');
    for (const [start, end] of [
      [3, 1],
      [5, 9],
      [-1, -3],
      [-3, -9],
    ]) {
      await wire(`GETRANGE key ${start} ${end}`, '$0\r\n\r\n');
    }
  });

  it('take an end before the string for its first byte', async () => {
    await call('SET', 'key', 'hello');
    await wire('GETRANGE key 0 -100', '$1\r\nh\r\n');
    await wire('GETRANGE key -200 -100', '$1\r\nh\r\n');
  });

  it('take offsets of 64 bits', async () => {
    await call('SET', 'key', 'hello');
    await wire('GETRANGE key -9223372036854775808 9223372036854775807', '$5\r\nhello\r\n');
    await refused('ERR value is not an integer or out of range', 'GETRANGE', 'key', 0, '9223372036854775808');
  });
});

describeCommand('SETRANGE', ({ call, wire, refused }) => {
  it('overwrites a part', async () => {
    await call('SET', 'key', 'Hello World');
    await wire('SETRANGE key 6 Redis', ':11\r\n');
    assert.equal(await call('GET', 'key'), 'Hello Redis');
  });

  it('fills a gap with zeros', async () => {
    await wire('SETRANGE key 3 x', ':4\r\n');
    assert.equal(await call('GET', 'key'), '\0\0\0x');
    await wire('SETRANGE key 6 y', ':7\r\n');
    assert.equal(await call('GET', 'key'), '\0\0\0x\0\0y');
  });

  it('changes nothing when there is nothing to write', async () => {
    await wire(['SETRANGE', 'nothing', 5, ''], ':0\r\n');
    assert.equal(await call('GET', 'nothing'), null);
    await call('SET', 'key', 'abc');
    await wire(['SETRANGE', 'key', '1000000000000', ''], ':3\r\n');
  });

  it('refuses offsets that are none', async () => {
    await refused('ERR offset is out of range', 'SETRANGE', 'key', -1, 'x');
    await refused('ERR value is not an integer or out of range', 'SETRANGE', 'key', 'x', 'x');
    await refused(TOO_LONG, 'SETRANGE', 'key', 536870912, 'x');
    await refused(TOO_LONG, 'SETRANGE', 'key', '9223372036854775807', 'x');
  });
});
