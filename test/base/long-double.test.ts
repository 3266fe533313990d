import assert from 'node:assert/strict';
import {
  addLongDoubles,
  formatLongDouble,
  isFiniteLongDouble,
  parseLongDouble,
} from '../../src/base/long-double.js';

/** What INCRBYFLOAT would print. */
function sum(a: string, b: string): string {
  const left = parseLongDouble(a);
  const right = parseLongDouble(b);
  assert.ok(left !== null && right !== null, `${a} and ${b} are numbers`);
  const result = addLongDoubles(left, right);
  return result === null ? 'nan' : formatLongDouble(result);
}

describe('long doubles', () => {
  it('add decimals as people do, where 64 bits of mantissa suffice', () => {
    assert.equal(sum('10.5', '0.1'), '10.6');
    assert.equal(sum('5.0e3', '2.0e2'), '5200');
    assert.equal(sum('3', '-5'), '-2');
    assert.equal(sum('0.1', '0.2'), '0.3');
    assert.equal(sum('-.5', '.5'), '0');
  });

  it('show their rounding where they do not', () => {
    assert.equal(sum('1000.1', '0'), '1000.09999999999999998');
    assert.equal(sum('1e17', '0.001'), '100000000000000000');
    assert.equal(sum('18446744073709551615', '0'), '18446744073709551615');
    assert.equal(sum('18446744073709551617', '0'), '18446744073709551616');
    assert.equal(sum('1e-18', '0'), '0');
    assert.equal(sum('-1e-18', '0'), '0');
    assert.equal(sum('1e-17', '0'), '0.00000000000000001');
  });

  it('round ties to even', () => {
    // 2^64 + 1 and 2^64 + 3 lie in the middle between two long doubles.
    assert.equal(sum('18446744073709551616', '1'), '18446744073709551616');
    assert.equal(sum('18446744073709551618', '1'), '18446744073709551620');
    assert.equal(sum('0x1p-18', '0'), '0.00000381469726562');
  });

  it('reach from 2^-16445 to below 2^16384', () => {
    const largest = parseLongDouble('0x1.fffffffffffffffep16383');
    assert.ok(largest !== null);
    assert.ok(formatLongDouble(largest).startsWith('11897314953572317650'));
    const beyond = addLongDoubles(largest, largest);
    assert.ok(beyond !== null && !isFiniteLongDouble(beyond));
    assert.equal(parseLongDouble('0x1p16384'), null);
    assert.equal(parseLongDouble('1.2e4932'), null);
    assert.equal(parseLongDouble('1e999999999999'), null);
    assert.notEqual(parseLongDouble('0x1p-16445'), null);
    assert.equal(parseLongDouble('0x1p-16446'), null);
    assert.equal(parseLongDouble('1e-999999999999'), null);
  });

  it('read what strtold reads', () => {
    for (const text of [
      '1.',
      '.1',
      '+1',
      '-0',
      '1E5',
      '1e+5',
      '0x1F',
      '0x.8',
      '0x1.8p3',
      'inf',
      '-Infinity',
    ]) {
      assert.notEqual(parseLongDouble(text), null, text);
    }
    assert.equal(sum('0x1.8p3', '0'), '12');
    assert.equal(sum('0e999999', '0'), '0');
  });

  it('refuse everything else', () => {
    for (const text of [
      '',
      '.',
      '-',
      'e5',
      '1e',
      '1e+',
      ' 1',
      '1 ',
      '1,5',
      '0x',
      '0x1p',
      'nan',
      'infinit',
      '1f',
    ]) {
      assert.equal(parseLongDouble(text), null, text);
    }
    assert.equal(parseLongDouble('1'.repeat(5120)), null);
  });

  it('know infinities', () => {
    assert.equal(sum('inf', '5'), 'inf');
    assert.equal(sum('5', '-inf'), '-inf');
    assert.equal(sum('inf', '-inf'), 'nan');
  });
});
