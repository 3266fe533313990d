import assert from 'node:assert/strict';
import { describeCommand } from '../../support/describe-command.js';
import { type Dice, itRandomly } from '../../support/dice.js';

const NOT_AN_INTEGER = 'ERR value is not an integer or out of range';
const WRONG_TYPE = 'WRONGTYPE Operation against a key holding the wrong kind of value';

/** Bytes in runs, so that long stretches of equal bits come up. */
function runs(dice: Dice): Buffer {
  const parts = Array.from({ length: dice.between(1, 6) }, () =>
    dice.oneIn(3) ? dice.bytes(dice.between(1, 5)) : Buffer.alloc(dice.between(1, 30), dice.pick([0, 0xff])),
  );
  return Buffer.concat(parts);
}

/** The same, so long that words are taken by eights and compared by blocks. */
const longRun = (dice: Dice, byte: number): Buffer =>
  Buffer.concat([dice.bytes(dice.between(0, 5)), Buffer.alloc(dice.between(200, 20_000), byte), runs(dice)]);

const bitsOf = (bytes: Buffer): string =>
  [...bytes].map((byte) => byte.toString(2).padStart(8, '0')).join('');

/** What a range means, in bits: half open. */
function slice(bits: string, start: number, end: number, unit: number): [number, number] {
  const total = bits.length / unit;
  const first = Math.max(0, start < 0 ? start + total : start);
  const last = Math.min(total - 1, Math.max(0, end < 0 ? end + total : end));
  return [first * unit, (last + 1) * unit];
}

describeCommand('BITCOUNT', ({ call, wire }) => {
  it('counts the bits of a string or of a part of it', async () => {
    await call('SET', 'key', 'foobar');
    await wire('BITCOUNT key', ':26\r\n');
    await wire('BITCOUNT key 0 0', ':4\r\n');
    await wire('BITCOUNT key 1 1 BYTE', ':6\r\n');
    await wire('BITCOUNT key 5 30 bit', ':17\r\n');
    await wire('BITCOUNT key -2 -1', ':7\r\n');
    await wire('BITCOUNT key 4 2', ':0\r\n');
    await wire('BITCOUNT key -1 -5', ':0\r\n');
  });

  it('answers 0 for a missing and for an empty key', async () => {
    await call('SET', 'empty', '');
    for (const key of ['nothing', 'empty']) {
      await wire(`BITCOUNT ${key}`, ':0\r\n');
      await wire(`BITCOUNT ${key} 0 -1 BIT`, ':0\r\n');
    }
  });

  itRandomly('counts as one counts by hand', async (dice) => {
    for (let round = 0; round < 200; round++) {
      const bytes = runs(dice);
      const bits = bitsOf(bytes);
      await call('SET', 'k'.repeat(dice.between(1, 4)), bytes);
      await call('SET', 'key', bytes);
      const [unit, name] = dice.oneIn(2) ? [1, 'BIT'] : [8, 'BYTE'];
      const limit = bits.length / unit + 5;
      const start = dice.between(-limit, limit);
      const end = dice.between(-limit, limit);
      const [from, to] = slice(bits, start, end, unit);
      const isEmpty = start < 0 && end < 0 && start > end;
      const expected = isEmpty ? 0 : bits.slice(from, Math.max(from, to)).split('1').length - 1;
      assert.equal(
        await call('BITCOUNT', 'key', start, end, name),
        expected,
        `${start} ${end} ${name} ${bits}`,
      );
    }
  });

  itRandomly('counts in long strings', async (dice) => {
    for (let round = 0; round < 20; round++) {
      const bytes = longRun(dice, dice.between(0, 255));
      await call('SET', 'k'.repeat(dice.between(1, 4)), bytes);
      await call('SET', 'key', bytes);
      const start = dice.between(0, bytes.length - 1);
      const end = dice.between(start, bytes.length - 1);
      const expected = bitsOf(bytes.subarray(start, end + 1)).split('1').length - 1;
      assert.equal(await call('BITCOUNT', 'key', start, end), expected, `${start} ${end}`);
    }
  });
});

describeCommand(
  'BITCOUNT',
  ({ call, refused }) => {
    it('looks at the range before it looks at the key', async () => {
      await call('RPUSH', 'list', 'a');
      for (const key of ['nothing', 'list']) {
        await refused('ERR syntax error', 'BITCOUNT', key, 0);
        await refused('ERR syntax error', 'BITCOUNT', key, 0, 1, 'WORD');
        await refused('ERR syntax error', 'BITCOUNT', key, 0, 1, 'BIT', 'BIT');
        await refused(NOT_AN_INTEGER, 'BITCOUNT', key, 'x', 1);
        await refused(NOT_AN_INTEGER, 'BITCOUNT', key, 0, 'x', 'WORD');
      }
      await refused(WRONG_TYPE, 'BITCOUNT', 'list', 0, 1);
    });
  },
  { ourOwn: '7.2 looks at the range first, 7.0 at the key' },
);

describeCommand('BITPOS', ({ call, wire, refused }) => {
  it('finds the first set and the first clear bit', async () => {
    await call('SET', 'key', '\xff\xf0\x00');
    await wire('BITPOS key 0', ':12\r\n');
    await wire('BITPOS key 1', ':0\r\n');
    await wire('BITPOS key 1 2', ':-1\r\n');
    await wire('BITPOS key 0 0 0', ':-1\r\n');
    await wire('BITPOS key 0 2', ':16\r\n');
    await wire('BITPOS key 1 7 15 BIT', ':7\r\n');
    await wire('BITPOS key 1 -13 -1 bit', ':11\r\n');
  });

  it('takes what is behind a string without given end for zeros', async () => {
    await call('SET', 'key', '\xff\xff');
    await wire('BITPOS key 0', ':16\r\n');
    await wire('BITPOS key 0 1', ':16\r\n');
    await wire('BITPOS key 0 0 -1', ':-1\r\n');
    await wire('BITPOS key 0 0 -1 BIT', ':-1\r\n');
    await wire('BITPOS key 0 5', ':-1\r\n');
  });

  it('takes a missing key for zeros, and an empty one for nothing', async () => {
    await wire('BITPOS nothing 0', ':0\r\n');
    await wire('BITPOS nothing 0 5 9', ':0\r\n');
    await wire('BITPOS nothing 1', ':-1\r\n');
    await call('SET', 'empty', '');
    await wire('BITPOS empty 0', ':-1\r\n');
    await wire('BITPOS empty 0 0', ':-1\r\n');
  });

  itRandomly('finds what one finds by hand', async (dice) => {
    for (let round = 0; round < 200; round++) {
      const bytes = runs(dice);
      const bits = bitsOf(bytes);
      await call('SET', 'key', bytes);
      const [unit, name] = dice.oneIn(2) ? [1, 'BIT'] : [8, 'BYTE'];
      const limit = bits.length / unit + 5;
      const start = dice.between(-limit, limit);
      const end = dice.between(-limit, limit);
      const bit = dice.between(0, 1);
      const [from, to] = slice(bits, start, end, unit);
      const found = bits.indexOf(`${bit}`, from);
      const expected = found >= 0 && found < to ? found : -1;
      assert.equal(
        await call('BITPOS', 'key', bit, start, end, name),
        expected,
        `${bit} ${start} ${end} ${bits}`,
      );
    }
  });

  itRandomly('finds a bit far behind', async (dice) => {
    for (let round = 0; round < 40; round++) {
      const bit = dice.between(0, 1);
      const bytes = longRun(dice, bit === 1 ? 0 : 0xff);
      await call('SET', 'key', bytes);
      const start = dice.between(0, Math.min(10, bytes.length - 1));
      const end = dice.between(start, bytes.length - 1);
      const found = bitsOf(bytes.subarray(start, end + 1)).indexOf(`${bit}`);
      const expected = found < 0 ? -1 : start * 8 + found;
      assert.equal(await call('BITPOS', 'key', bit, start, end), expected, `${bit} ${start} ${end}`);
    }
  });

  it('refuses what is no bit', async () => {
    await refused('ERR The bit argument must be 1 or 0.', 'BITPOS', 'nothing', 2);
    await refused(NOT_AN_INTEGER, 'BITPOS', 'nothing', 'x');
    await refused('ERR The bit argument must be 1 or 0.', 'BITPOS', 'nothing', -1, 'x');
  });
});

describeCommand(
  'BITPOS',
  ({ call, refused }) => {
    it('looks at the range before it looks at the key', async () => {
      await call('RPUSH', 'list', 'a');
      for (const key of ['nothing', 'list']) {
        await refused('ERR syntax error', 'BITPOS', key, 1, 0, 1, 'WORD');
        await refused('ERR syntax error', 'BITPOS', key, 1, 0, 1, 'BIT', 'BIT');
        await refused(NOT_AN_INTEGER, 'BITPOS', key, 1, 'x');
        await refused('ERR syntax error', 'BITPOS', key, 1, 0, 'x', 'WORD');
      }
      await refused(WRONG_TYPE, 'BITPOS', 'list', 1);
    });
  },
  { ourOwn: '7.2 looks at the range first, 7.0 at the key' },
);
