import assert from 'node:assert/strict';
import { describeCommand } from '../../support/describe-command.js';
import { itRandomly } from '../../support/dice.js';

const NOT_A_TYPE =
  'ERR Invalid bitfield type. Use something like i16 u8. Note that u64 is not supported but i64 is.';
const INT64_MAX = 2n ** 63n - 1n;
const INT64_MIN = -(2n ** 63n);

describeCommand('BITFIELD', ({ call, wire, refused }) => {
  it('sets, gets and adds', async () => {
    assert.deepEqual(
      await call('BITFIELD', 'key', 'SET', 'u8', 0, 255, 'GET', 'u8', 0, 'GET', 'i8', 0),
      [0, 255, -1],
    );
    assert.deepEqual(await call('BITFIELD', 'key', 'INCRBY', 'u4', 4, 1, 'get', 'u4', 4), [0, 0]);
    assert.deepEqual(await call('BITFIELD', 'key', 'SET', 'i5', '#3', -7, 'GET', 'i5', 15), [0, -7]);
  });

  it('does nothing when there is nothing to do', async () => {
    await wire('BITFIELD key', '*0\r\n');
    await wire('BITFIELD key OVERFLOW SAT', '*0\r\n');
    await wire('EXISTS key', ':0\r\n');
  });

  it('reads zeros behind the string, without growing it', async () => {
    await call('SET', 'key', '\xff');
    assert.deepEqual(
      await call('BITFIELD', 'key', 'GET', 'u16', 0, 'GET', 'i8', 4, 'GET', 'u63', 1000),
      [0xff00, -16, 0],
    );
    await wire('STRLEN key', ':1\r\n');
    assert.deepEqual(await call('BITFIELD', 'nothing', 'GET', 'u8', 0), [0]);
    await wire('EXISTS nothing', ':0\r\n');
  });

  it('makes room for the farthest field before it begins', async () => {
    assert.deepEqual(await call('BITFIELD', 'key', 'GET', 'u8', 0, 'SET', 'u8', 17, 1), [0, 0]);
    await wire('STRLEN key', ':4\r\n');
  });

  it('wraps around unless told otherwise', async () => {
    assert.deepEqual(await call('BITFIELD', 'key', 'SET', 'u8', 0, 257, 'INCRBY', 'u8', 0, -3), [0, 254]);
    assert.deepEqual(await call('BITFIELD', 'key', 'SET', 'i8', 8, 127, 'INCRBY', 'i8', 8, 1), [0, -128]);
  });

  it('saturates', async () => {
    const [, , over, under] = (await call(
      ...['BITFIELD', 'key', 'OVERFLOW', 'SAT', 'SET', 'i8', 0, 100, 'SET', 'u8', 8, 5],
      ...['INCRBY', 'i8', 0, 100, 'INCRBY', 'u8', 8, -6],
    )) as number[];
    assert.deepEqual([over, under], [127, 0]);
    assert.deepEqual(
      await call('BITFIELD', 'key', 'OVERFLOW', 'SAT', 'SET', 'u8', 0, -1, 'GET', 'u8', 0),
      [127, 255],
    );
  });

  it('fails where it must, and there alone', async () => {
    assert.deepEqual(
      await call(
        ...['BITFIELD', 'key', 'OVERFLOW', 'FAIL', 'SET', 'u2', 0, 4, 'SET', 'u2', 0, 3],
        ...['INCRBY', 'u2', 0, 1, 'OVERFLOW', 'WRAP', 'INCRBY', 'u2', 0, 1],
      ),
      [null, 0, null, 0],
    );
    await wire('BITFIELD other OVERFLOW FAIL SET u1 0 2', { resp2: '*1\r\n$-1\r\n', resp3: '*1\r\n_\r\n' });
  });

  it('reaches the ends of 64 bits', async () => {
    await wire(`BITFIELD key SET i64 3 ${INT64_MAX} INCRBY i64 3 1`, `*2\r\n:0\r\n:${INT64_MIN}\r\n`);
    await wire('BITFIELD key OVERFLOW SAT INCRBY i64 3 -1', `*1\r\n:${INT64_MIN}\r\n`);
    await wire(`BITFIELD key SET u63 100 -1 GET u63 100`, `*2\r\n:0\r\n:${INT64_MAX}\r\n`);
    await wire('BITFIELD key OVERFLOW SAT INCRBY u63 100 5', `*1\r\n:${INT64_MAX}\r\n`);
    assert.deepEqual(
      await call('BITFIELD', 'key', 'OVERFLOW', 'FAIL', 'INCRBY', 'u63', 100, 1, 'GET', 'u63', 100),
      [null, INT64_MAX],
    );
  });

  itRandomly('agrees with exact arithmetic', async (dice) => {
    const near = [0n, INT64_MAX, INT64_MIN, 2n ** 31n, -(2n ** 31n), 2n ** 53n, 2n ** 52n, -(2n ** 52n)];
    for (let round = 0; round < 400; round++) {
      const isSigned = dice.oneIn(2);
      const bits = dice.between(1, isSigned ? 64 : 63);
      const type = `${isSigned ? 'i' : 'u'}${bits}`;
      const offset = dice.between(0, 100);
      const amount = BigInt.asIntN(64, dice.pick(near) + BigInt(dice.between(-2, 2)));
      const before = BigInt(((await call('BITFIELD', 'key', 'GET', type, offset)) as bigint[])[0]);
      const wrap = isSigned ? BigInt.asIntN : BigInt.asUintN;
      const expected = wrap(bits, before + amount);
      await wire(
        `BITFIELD key INCRBY ${type} ${offset} ${amount} GET ${type} ${offset}`,
        `*2\r\n:${expected}\r\n:${expected}\r\n`,
      );
    }
  });

  it('refuses types, offsets and overflows that are none', async () => {
    for (const type of ['u64', 'i65', 'i0', 'u0', 'x8', 'i', '', 'i-1', 'u8x', 'I8']) {
      await refused(NOT_A_TYPE, 'BITFIELD', 'key', 'GET', type, 0);
    }
    for (const offset of ['-1', 'x', '#', '#-1', '##1', '#536870912', '4294967296']) {
      await refused(
        'ERR bit offset is not an integer or out of range',
        'BITFIELD',
        'key',
        'GET',
        'u8',
        offset,
      );
    }
    await refused('ERR Invalid OVERFLOW type specified', 'BITFIELD', 'key', 'OVERFLOW', 'CLIP');
    await refused('ERR value is not an integer or out of range', 'BITFIELD', 'key', 'SET', 'u8', 0, 'x');
    await refused('ERR syntax error', 'BITFIELD', 'key', 'GET', 'u8');
    await refused('ERR syntax error', 'BITFIELD', 'key', 'SET', 'u8', 0);
    await refused('ERR syntax error', 'BITFIELD', 'key', 'OVERFLOW');
  });

  it('changes nothing when any part of it is refused', async () => {
    await refused('ERR syntax error', 'BITFIELD', 'key', 'SET', 'u8', 0, 1, 'WHAT', 'u8', 0);
    await wire('EXISTS key', ':0\r\n');
  });
});

describeCommand('BITFIELD_RO', ({ call, refused }) => {
  it('gets and does nothing else', async () => {
    await call('SET', 'key', '\x01\x02');
    assert.deepEqual(await call('BITFIELD_RO', 'key', 'GET', 'u8', '#0', 'GET', 'u8', '#1'), [1, 2]);
    await refused(
      'ERR BITFIELD_RO only supports the GET subcommand',
      'BITFIELD_RO',
      'key',
      'SET',
      'u8',
      0,
      1,
    );
    await refused(NOT_A_TYPE, 'BITFIELD_RO', 'key', 'SET', 'x8', 0, 1);
  });
});
