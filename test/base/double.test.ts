import assert from 'node:assert/strict';
import {
  formatDouble,
  formatDouble17,
  isShortDouble,
  parseDouble,
  readDouble,
  writeDouble,
} from '../../src/base/double.js';
import { itRandomly } from '../support/dice.js';

describe('formatDouble', () => {
  const forms: readonly [value: number, text: string][] = [
    [0, '0'],
    [-0, '-0'],
    [1, '1'],
    [-42, '-42'],
    [1.5, '1.5'],
    [0.1, '0.1'],
    [3.14, '3.14'],
    [0.1 + 0.2, '0.30000000000000004'],
    [123456789.123456, '123456789.123456'],
    [Number.POSITIVE_INFINITY, 'inf'],
    [Number.NEGATIVE_INFINITY, '-inf'],
    [Number.NaN, 'nan'],
    // Whole numbers are written out as long as a 64-bit integer holds them.
    [1e15, '1000000000000000'],
    [2 ** 53, '9007199254740992'],
    [2 ** 53 + 2, '9007199254740994'],
    [1e17, '100000000000000000'],
    [-4e18, '-4000000000000000000'],
    [2 ** 62, '4611686018427387904'],
    // Beyond half of its range the shortest digits decide.
    [2 ** 62 + 1024, '4611686018427389000'],
    // Up to six zeros are added, to a positive number seven.
    [12345678901230000000, '12345678901230000000'],
    [-12345678901230000000, '-1.234567890123e+19'],
    [-12345678901234000000, '-12345678901234000000'],
    [1e19, '1e+19'],
    [1e20, '1e+20'],
    [1.5e300, '1.5e+300'],
    [1.7976931348623157e308, '1.7976931348623157e+308'],
    // Small ones: plain while few zeros precede the digits.
    [0.001, '0.001'],
    [0.0001, '0.0001'],
    [0.00001, '0.00001'],
    [0.000001, '0.000001'],
    [1e-7, '1e-7'],
    [1.5e-7, '1.5e-7'],
    [0.000123, '0.000123'],
    // Seven decimals and more are plain below ten thousand only.
    [9999.1234567, '9999.1234567'],
    [10000.1234567, '1.00001234567e+4'],
    [10000.123456, '10000.123456'],
    [-0.0012345678, '-0.0012345678'],
    [0.00012345678, '1.2345678e-4'],
    [5e-324, '5e-324'],
  ];
  for (const [value, text] of forms) {
    it(`writes ${value} as ${text}`, () => assert.equal(formatDouble(value), text));
  }

  itRandomly('writes what reads back as the same double, and in as few digits as JavaScript does', (dice) => {
    const view = new DataView(new ArrayBuffer(8));
    for (let round = 0; round < 20_000; round++) {
      dice.bytes(8).forEach((byte, index) => {
        view.setUint8(index, byte);
      });
      const value = dice.oneIn(2) ? view.getFloat64(0) : dice.between(-1e9, 1e9) / 10 ** dice.between(0, 12);
      if (Number.isNaN(value)) continue;
      const text = formatDouble(value);
      assert.ok(Object.is(Number(text.replace('inf', 'Infinity')), value), `${value} was written as ${text}`);
      if (!Number.isFinite(value) || Math.abs(value) > 2 ** 53) continue;
      const digits = (written: string): string =>
        written
          .replace(/e.*/, '')
          .replace(/^-|[.]/g, '')
          .replace(/^0+|0+$/g, '');
      assert.equal(digits(text), digits(String(value)));
    }
  });
});

describe('parseDouble', () => {
  const texts: readonly [text: string, value: number][] = [
    ['0', 0],
    ['-0', -0],
    ['1.5', 1.5],
    ['+1.5', 1.5],
    ['.5', 0.5],
    ['5.', 5],
    ['1e3', 1000],
    ['1E+3', 1000],
    ['1e-3', 0.001],
    ['1e400', Number.POSITIVE_INFINITY],
    ['inf', Number.POSITIVE_INFINITY],
    ['-INF', Number.NEGATIVE_INFINITY],
    ['+Infinity', Number.POSITIVE_INFINITY],
    ['0x10', 16],
    ['0x1p3', 8],
    ['-0x1.8', -1.5],
    ['0x.8p1', 1],
  ];
  for (const [text, value] of texts) {
    it(`reads ${text}`, () => assert.ok(Object.is(parseDouble(text), value)));
  }

  for (const text of [
    '',
    ' ',
    '1 ',
    ' 1',
    '1..5',
    '1e',
    'e1',
    '.',
    '+',
    '--1',
    '1,5',
    '0x',
    '0xg',
    'nan',
    'NaN',
    '-nan',
    'infin',
    '1\0',
    'abc',
    '1_000',
  ]) {
    it(`refuses ${JSON.stringify(text)}`, () => assert.ok(Number.isNaN(parseDouble(text))));
  }
});

describe('readDouble', () => {
  const read = (text: string): number => readDouble(Buffer.from(`<${text}>`), 1, text.length + 1);

  itRandomly('reads every text as parseDouble does', (dice) => {
    const pieces = ['', '-', '+', '0', '1', '12', '999999', '.', 'e', 'e5', 'e-3', 'inf', ' ', 'x'];
    for (let round = 0; round < 20_000; round++) {
      let text = '';
      for (let left = dice.between(0, 6); left > 0; left--) text += dice.pick(pieces);
      assert.ok(Object.is(read(text), parseDouble(text)), JSON.stringify(text));
      const value = dice.between(-1e9, 1e9) / 10 ** dice.between(0, 15);
      assert.ok(Object.is(read(String(value)), value), String(value));
    }
  });
});

describe('writeDouble', () => {
  const written = (value: number): string => {
    const bytes = Buffer.alloc(40, 0x7e);
    return bytes.toString('latin1', 3, writeDouble(value, bytes, 3));
  };

  itRandomly('writes what formatDouble makes, of decimals and of others', (dice) => {
    for (let round = 0; round < 20_000; round++) {
      const decimal = dice.between(-1e9, 1e9) / 10 ** dice.between(0, 12);
      for (const value of [decimal, decimal * Math.PI, Math.trunc(decimal)]) {
        assert.equal(written(value), formatDouble(value));
      }
    }
  });

  for (const value of [
    0,
    -0,
    0.1,
    -0.5,
    0.0001,
    0.00001,
    0.30000000000000004,
    99999.9999,
    1e9 + 0.5,
    1e300,
  ]) {
    it(`writes ${formatDouble(value)}`, () => assert.equal(written(value), formatDouble(value)));
  }

  for (const value of [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.NaN]) {
    it(`writes ${value}`, () => assert.equal(written(value), formatDouble(value)));
  }
});

describe('formatDouble17', () => {
  const forms: readonly [value: number, text: string][] = [
    [0, '0'],
    [3, '3'],
    [-2.5, '-2.5'],
    [0.1, '0.10000000000000001'],
    [3.14, '3.1400000000000001'],
    [1e16, '10000000000000000'],
    [1e17, '1e+17'],
    [1234567.75, '1234567.75'],
    [0.0001, '0.0001'],
    [0.00001, '1.0000000000000001e-05'],
    [1.5e300, '1.5000000000000001e+300'],
    [2 ** -10, '0.0009765625'],
  ];
  for (const [value, text] of forms) {
    it(`writes ${text}`, () => assert.equal(formatDouble17(value), text));
  }

  itRandomly('is the shortest text where isShortDouble says so', (dice) => {
    for (let count = 0; count < 1000; count++) {
      const value = (dice.between(-(2 ** 30), 2 ** 30) * 2 ** dice.between(0, 29)) / 2 ** dice.between(0, 30);
      if (isShortDouble(value)) assert.equal(formatDouble17(value), formatDouble(value));
    }
  });
});
