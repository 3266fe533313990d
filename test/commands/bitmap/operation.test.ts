import assert from 'node:assert/strict';
import { describeCommand } from '../../support/describe-command.js';
import { itRandomly } from '../../support/dice.js';

describeCommand('BITOP', ({ call, wire, refused }) => {
  it('combines strings', async () => {
    await call('MSET', 'a', 'foobar', 'b', 'abcdef');
    await wire('BITOP AND to a b', ':6\r\n');
    assert.equal(await call('GET', 'to'), '`bc`ab');
    await wire('bitop or to a b', ':6\r\n');
    assert.equal(await call('GET', 'to'), 'goofev');
    await wire('BITOP XOR to a a', ':6\r\n');
    assert.equal(await call('GET', 'to'), '\0'.repeat(6));
    await wire('BITOP NOT to a', ':6\r\n');
    assert.equal(await call('GET', 'to'), '\x99\x90\x90\x9d\x9e\x8d');
    assert.equal(await call('OBJECT', 'ENCODING', 'to'), 'raw');
  });

  it('takes shorter strings and missing keys as zeros', async () => {
    await call('MSET', 'long', '\xff\xff\xff\xff\xff', 'short', '\x0f');
    await wire('BITOP AND to long short', ':5\r\n');
    assert.equal(await call('GET', 'to'), '\x0f\0\0\0\0');
    await wire('BITOP OR to short long nothing', ':5\r\n');
    assert.equal(await call('GET', 'to'), '\xff\xff\xff\xff\xff');
    await wire('BITOP AND to long nothing', ':5\r\n');
    assert.equal(await call('GET', 'to'), '\0\0\0\0\0');
  });

  it('removes the destination when there is nothing to store', async () => {
    await call('SET', 'to', 'old');
    await wire('BITOP OR to nothing nobody', ':0\r\n');
    await wire('EXISTS to', ':0\r\n');
  });

  it('overwrites a source, and any other type with its expiry', async () => {
    await call('MSET', 'a', 'x', 'b', 'y');
    await call('RPUSH', 'list', '1');
    await call('EXPIRE', 'list', 100);
    await wire('BITOP XOR a a b', ':1\r\n');
    assert.equal(await call('GET', 'a'), '\x01');
    await wire('BITOP NOT list a', ':1\r\n');
    await wire('TTL list', ':-1\r\n');
  });

  it('refuses what it cannot do', async () => {
    await call('RPUSH', 'list', 'a');
    await refused('ERR syntax error', 'BITOP', 'NAND', 'to', 'a');
    await refused('ERR BITOP NOT must be called with a single source key.', 'BITOP', 'NOT', 'to', 'a', 'b');
    const wrongType = 'WRONGTYPE Operation against a key holding the wrong kind of value';
    await refused(wrongType, 'BITOP', 'OR', 'to', 'nothing', 'list');
  });

  itRandomly('agrees with one byte after the other, at any length', async (dice) => {
    const operations = {
      AND: (a: number, b: number) => a & b,
      OR: (a: number, b: number) => a | b,
      XOR: (a: number, b: number) => a ^ b,
    };
    for (const longest of [10, 100, 50_000]) {
      const sources = Array.from({ length: 3 }, () => Buffer.alloc(dice.between(1, longest), dice.bytes(97)));
      for (const [index, source] of sources.entries()) await call('SET', `k${'x'.repeat(index)}`, source);
      for (const [name, combine] of Object.entries(operations)) {
        const length = Math.max(...sources.map((source) => source.length));
        const expected = Buffer.alloc(length);
        for (let at = 0; at < length; at++) {
          expected[at] = sources.map((source) => source[at] ?? 0).reduce(combine);
        }
        assert.equal(await call('BITOP', name, 'to', 'k', 'kx', 'kxx'), length);
        assert.equal(await call('GET', 'to'), expected.toString('latin1'));
        await call('SET', 'to', sources[0]);
        assert.equal(await call('BITOP', name, 'to', 'to', 'kx', 'kxx'), length);
        assert.equal(await call('GET', 'to'), expected.toString('latin1'));
      }
      const inverted = Buffer.from(sources[1].map((byte) => byte ^ 0xff));
      assert.equal(await call('BITOP', 'NOT', 'to', 'kx'), inverted.length);
      assert.equal(await call('GET', 'to'), inverted.toString('latin1'));
    }
  });
});
