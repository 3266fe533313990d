import assert from 'node:assert/strict';
import { describeCommand } from '../../support/describe-command.js';

const NOT_A_SKETCH = 'WRONGTYPE Key is not a valid HyperLogLog string value.';
const CORRUPT = 'INVALIDOBJ Corrupted HLL object detected';
/** Header, and one run of 16,384 zeros. */
const EMPTY = `HYLL\x01\0\0\0\0\0\0\0\0\0\0\x80\x7f\xff`;

const numbers = (from: number, to: number): number[] =>
  Array.from({ length: to - from }, (_, index) => from + index);

describeCommand('PFADD', (kit) => {
  const { call, wire, refused } = kit;

  it('tells whether anything changed', async () => {
    await wire('PFADD key a b c', ':1\r\n');
    await wire('PFADD key a b', ':0\r\n');
    await wire('PFADD key d', ':1\r\n');
  });

  it('creates a key without elements, once', async () => {
    await wire('PFADD key', ':1\r\n');
    await wire('PFADD key', ':0\r\n');
    assert.equal(await call('GET', 'key'), EMPTY);
    assert.equal(await call('OBJECT', 'ENCODING', 'key'), 'raw');
  });

  it('writes the bytes that Redis writes', async () => {
    await call('PFADD', 'key', 'a', 'b', 'c');
    assert.equal(
      await call('GET', 'key'),
      'HYLL\x01\0\0\0\0\0\0\0\0\0\0\x80\x60\xf3\x80\x50\xb1\x84\x4b\xfb\x80\x42\x5a',
    );
  });

  it('keeps the time to live', async () => {
    await call('PFADD', 'key', 'a');
    await call('EXPIRE', 'key', 100);
    await call('PFADD', 'key', ...numbers(0, 1000));
    await wire('TTL key', ':100\r\n');
  });

  it('becomes dense when it gets too long', async () => {
    await call('PFADD', 'key', ...numbers(0, 1000));
    await wire('PFDEBUG ENCODING key', '+sparse\r\n');
    await call('PFADD', 'key', ...numbers(1000, 3000));
    await wire('PFDEBUG ENCODING key', '+dense\r\n');
    await wire('STRLEN key', ':12304\r\n');
  });

  it('heeds hll-sparse-max-bytes', async () => {
    kit.memory.server.limits.hllSparseBytesMax = 30;
    await call('PFADD', 'key', ...numbers(0, 5));
    await wire('PFDEBUG ENCODING key', '+dense\r\n');
  });

  it('refuses strings that are none, and other types', async () => {
    await call('SET', 'string', 'HYLL and no more than that');
    await call('SET', 'short', 'HYLL');
    for (const key of ['string', 'short']) {
      await refused(NOT_A_SKETCH, 'PFADD', key, 'a');
      await refused(NOT_A_SKETCH, 'PFCOUNT', key);
      await refused(NOT_A_SKETCH, 'PFMERGE', 'to', key);
    }
    await call('RPUSH', 'list', 'a');
    await refused('WRONGTYPE Operation against a key holding the wrong kind of value', 'PFADD', 'list', 'a');
  });

  it('refuses registers that do not add up', async () => {
    await call('SET', 'key', `${EMPTY.slice(0, -2)}\x05`);
    await refused(CORRUPT, 'PFCOUNT', 'key');
    await refused(CORRUPT, 'PFCOUNT', 'key', 'key');
    await refused(CORRUPT, 'PFMERGE', 'to', 'key');
    await refused(CORRUPT, 'PFADD', 'key', ...numbers(0, 10));
    await refused(CORRUPT, 'PFDEBUG', 'TODENSE', 'key');
    await wire('EXISTS to', ':0\r\n');
  });
});

describeCommand('PFCOUNT', ({ call, wire }) => {
  it('counts different elements', async () => {
    await call('PFADD', 'key', 'a', 'b', 'c', 'a');
    await wire('PFCOUNT key', ':3\r\n');
    await wire('PFCOUNT nothing', ':0\r\n');
    await wire('PFCOUNT nothing nobody', ':0\r\n');
  });

  it('keeps its answer in the string until something is added', async () => {
    await call('PFADD', 'key', 'a', 'b', 'c');
    await call('PFCOUNT', 'key');
    assert.equal(String(await call('GET', 'key')).slice(8, 16), '\x03\0\0\0\0\0\0\0');
    await call('SETRANGE', 'key', 8, '\x2a');
    await wire('PFCOUNT key', ':42\r\n');
    await wire('PFCOUNT key key', ':3\r\n');
    await call('PFADD', 'key', 'd');
    await wire('PFCOUNT key', ':4\r\n');
  });

  it('counts a union', async () => {
    await call('PFADD', 'a', ...numbers(0, 60));
    await call('PFADD', 'b', ...numbers(30, 90));
    await wire('PFCOUNT a b', ':90\r\n');
    await wire('PFCOUNT a nothing', ':60\r\n');
  });

  it('gives the same estimates as Redis', async () => {
    await call('PFADD', 'key', ...numbers(0, 1000));
    await wire('PFCOUNT key', ':1001\r\n');
    for (let from = 1000; from < 20_000; from += 1000)
      await call('PFADD', 'key', ...numbers(from, from + 1000));
    await wire('PFCOUNT key', ':19891\r\n');
  });
});

describeCommand('PFMERGE', ({ call, wire }) => {
  it('merges sources into a destination', async () => {
    await call('PFADD', 'a', 'x', 'y');
    await call('PFADD', 'b', 'y', 'z');
    await wire('PFMERGE to a b nothing', '+OK\r\n');
    await wire('PFCOUNT to', ':3\r\n');
    await call('PFADD', 'c', 'w');
    await wire('PFMERGE to c', '+OK\r\n');
    await wire('PFCOUNT to', ':4\r\n');
  });

  it('creates an empty destination when there is nothing to merge', async () => {
    await wire('PFMERGE to', '+OK\r\n');
    assert.equal(await call('GET', 'to'), EMPTY);
  });

  it('gives a dense one when any source is', async () => {
    await call('PFADD', 'a', 'x');
    await call('PFADD', 'b', 'y');
    await call('PFMERGE', 'sparse', 'a', 'b');
    await wire('PFDEBUG ENCODING sparse', '+sparse\r\n');
    await wire('PFDEBUG TODENSE b', ':1\r\n');
    await call('PFMERGE', 'dense', 'a', 'b');
    await wire('PFDEBUG ENCODING dense', '+dense\r\n');
    await wire('PFCOUNT dense', ':2\r\n');
  });
});

describeCommand('PFDEBUG PFSELFTEST', ({ call, wire, refused }) => {
  it('show registers and runs', async () => {
    await call('PFADD', 'key', 'a', 'b', 'c');
    assert.equal(await call('PFDEBUG', 'DECODE', 'key'), 'Z:8436 v:1,1 Z:4274 v:2,1 Z:3068 v:1,1 Z:603');
    await wire('PFDEBUG TODENSE key', ':1\r\n');
    await wire('PFDEBUG TODENSE key', ':0\r\n');
    const registers = (await call('PFDEBUG', 'GETREG', 'key')) as number[];
    assert.equal(registers.length, 16_384);
    assert.equal(registers.filter((value) => value > 0).length, 3);
    await refused('ERR HLL encoding is not sparse', 'PFDEBUG', 'DECODE', 'key');
  });

  it('refuse what they do not know', async () => {
    await refused('ERR The specified key does not exist', 'PFDEBUG', 'GETREG', 'nothing');
    await call('PFADD', 'key', 'a');
    await refused("ERR Unknown PFDEBUG subcommand 'what'", 'PFDEBUG', 'what', 'key');
  });

  it('find nothing wrong', () => wire('PFSELFTEST', '+OK\r\n'));
});
