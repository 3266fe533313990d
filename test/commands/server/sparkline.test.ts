/** The pictures of LATENCY GRAPH. Those of one row of columns were drawn by redis-server 7.0.15. */
import assert from 'node:assert/strict';
import { sparkline } from '../../../src/commands/server/sparkline.js';

const drawn = (values: readonly number[], labels: readonly string[]): string[] =>
  sparkline(values.map((value, index) => ({ value, label: labels[index] }))).split('\n');

describe('a sparkline', () => {
  it('has four rows, an empty one, and labels written downwards', () => {
    assert.deepEqual(drawn([11, 50, 200, 20], ['5s', '4s', '1s', '0s']), [
      '  # ',
      '  | ',
      '  | ',
      '_#|_',
      '    ',
      '5410',
      'ssss',
      '',
    ]);
  });

  it('draws one column at its bottom', () => {
    assert.deepEqual(drawn([32], ['1s']), [' ', ' ', ' ', '_', ' ', '1', 's', '']);
  });

  it('tells twelve steps apart', () => {
    const steps = Array.from({ length: 12 }, (_, step) => step);
    // The largest is the whole height, and looks like the step below it.
    assert.deepEqual(drawn([...steps, 12], Array<string>(13).fill('')), [
      '         _o##',
      '      _o#||||',
      '   _o#|||||||',
      '_o#||||||||||',
      '             ',
      '',
    ]);
  });

  it('draws what is wider than 80 columns in pieces, of one scale', () => {
    const values = [...Array<number>(80).fill(0), 9];
    const lines = drawn(values, Array<string>(81).fill('1s'));
    assert.deepEqual([lines[3], lines[4]], ['_'.repeat(80), ' '.repeat(80)]);
    assert.deepEqual(lines.slice(7), ['', '#', '|', '|', '|', ' ', '1', 's', '']);
  });
});
