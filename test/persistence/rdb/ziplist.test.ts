import assert from 'node:assert/strict';
import { BadFormat } from '../../../src/persistence/rdb/reader.js';
import { elementsOfZiplist, elementsOfZipmap } from '../../../src/persistence/rdb/ziplist.js';
import { ziplist, zipmap } from './old-forms.js';

const texts = (elements: readonly Buffer[]): string[] =>
  elements.map((element) => element.toString('latin1'));

describe('packed forms of Redis before 7.0', () => {
  it('a ziplist gives its elements, of every encoding', () => {
    const elements = [
      '',
      'a',
      'x'.repeat(63),
      'y'.repeat(64),
      'z'.repeat(16_384),
      '0',
      '12',
      '13',
      '-1',
      '127',
      '-128',
      '128',
      '32767',
      '-32768',
      '32768',
      '8388607',
      '-8388608',
      '8388608',
      '2147483647',
      '2147483648',
      '-9223372036854775808',
      '9223372036854775807',
    ];
    assert.deepEqual(texts(elementsOfZiplist(ziplist(elements))), elements);
  });

  it('a zipmap gives fields and values, also after some that left bytes unused', () => {
    const pairs = ['field', 'value', 'f', '', 'long', 'v'.repeat(300)];
    assert.deepEqual(texts(elementsOfZipmap(zipmap(pairs, 0))), pairs);
    assert.deepEqual(texts(elementsOfZipmap(zipmap(pairs, 3))), pairs);
  });

  it('a ziplist is refused that says of itself what is not so', () => {
    const damages: [string, (bytes: Buffer) => void][] = [
      ['its bytes', (bytes) => bytes.writeUInt32LE(99, 0)],
      ['where the last entry is', (bytes) => bytes.writeUInt32LE(10, 4)],
      ['how many there are', (bytes) => bytes.writeUInt16LE(7, 8)],
      ['how long the one before is', (bytes) => bytes.writeUInt8(9, 13)],
    ];
    for (const [what, damage] of damages) {
      const bytes = ziplist(['a', 'b', 'c']);
      damage(bytes);
      assert.throws(() => elementsOfZiplist(bytes), BadFormat, what);
    }
    const uncounted = ziplist(['a', 'b']);
    uncounted.writeUInt16LE(0xffff, 8);
    assert.deepEqual(texts(elementsOfZiplist(uncounted)), ['a', 'b']);
  });

  it('a zipmap is refused that has another number of pairs', () => {
    const bytes = zipmap(['f', 'v'], 0);
    bytes[0] = 2;
    assert.throws(() => elementsOfZipmap(bytes), BadFormat);
    bytes[0] = 254;
    assert.deepEqual(texts(elementsOfZipmap(bytes)), ['f', 'v']);
    // Redis never left one empty, as it did with the other forms.
    assert.throws(() => elementsOfZipmap(zipmap([], 0)), BadFormat);
  });

  it('neither reads beyond its end, wherever it is cut off', () => {
    const list = ziplist(['abc', '70000', 'x'.repeat(100)]);
    const map = zipmap(['a', 'b', 'c', 'd'.repeat(300)], 2);
    for (let length = 0; length < list.length; length++) {
      assert.throws(() => elementsOfZiplist(list.subarray(0, length)), BadFormat);
    }
    for (let length = 0; length < map.length; length++) {
      assert.throws(() => elementsOfZipmap(map.subarray(0, length)), BadFormat);
    }
  });
});
