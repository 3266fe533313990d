import assert from 'node:assert/strict';
import { describeCommand } from '../../support/describe-command.js';

const NOT_AN_OFFSET = 'ERR bit offset is not an integer or out of range';
const NOT_A_BIT = 'ERR bit is not an integer or out of range';

describeCommand('SETBIT GETBIT', ({ call, wire, refused }) => {
  it('set and tell a bit, the highest of a byte first', async () => {
    await wire('SETBIT key 7 1', ':0\r\n');
    await wire('SETBIT key 1 1', ':0\r\n');
    assert.equal(await call('GET', 'key'), 'A');
    await wire('SETBIT key 1 0', ':1\r\n');
    assert.equal(await call('GET', 'key'), '\x01');
    await wire('GETBIT key 7', ':1\r\n');
    await wire('GETBIT key 6', ':0\r\n');
  });

  it('grow a string, and only as far as needed', async () => {
    await wire('SETBIT key 100 0', ':0\r\n');
    await wire('STRLEN key', ':13\r\n');
    await wire('GETBIT key 100000', ':0\r\n');
    await wire('STRLEN key', ':13\r\n');
  });

  it('see the text of a number', async () => {
    await call('SET', 'key', '1');
    await wire('GETBIT key 3', ':1\r\n');
    await wire('SETBIT key 6 1', ':0\r\n');
    assert.equal(await call('GET', 'key'), '3');
    assert.equal(await call('OBJECT', 'ENCODING', 'key'), 'raw');
  });

  it('refuse offsets that no string reaches', async () => {
    for (const offset of [-1, 'x', '', '1.5', '4294967296', '9223372036854775808', '#1']) {
      await refused(NOT_AN_OFFSET, 'SETBIT', 'key', offset, 1);
      await refused(NOT_AN_OFFSET, 'GETBIT', 'key', offset);
    }
  });

  it('refuse what is no bit', async () => {
    for (const bit of [2, -1, 'x', '']) await refused(NOT_A_BIT, 'SETBIT', 'key', 0, bit);
    await wire('EXISTS key', ':0\r\n');
  });

  it('look at the arguments before they look at the key', async () => {
    await call('RPUSH', 'list', 'a');
    await refused(NOT_A_BIT, 'SETBIT', 'list', 0, 2);
    await refused(NOT_AN_OFFSET, 'GETBIT', 'list', -1);
    await refused('WRONGTYPE Operation against a key holding the wrong kind of value', 'GETBIT', 'list', 0);
  });
});
