import assert from 'node:assert/strict';
import { initializeListpack, LISTPACK_EMPTY_BYTES } from '../../../src/engine/packed/listpack.js';
import { appendEntry } from '../../../src/engine/packed/listpack-edit.js';
import { ListpackIndex } from '../../../src/engine/packed/listpack-index.js';
import { ListpackValue } from '../../../src/engine/packed/listpack-value.js';
import { type Dice, itRandomly } from '../../support/dice.js';

/** Before the listpack in its buffer. */
const AT = 3;

const value = new ListpackValue();

function listpackOf(texts: Iterable<string>): Buffer {
  const bytes = Buffer.alloc(1 << 20);
  initializeListpack(bytes, AT);
  assert.equal(LISTPACK_EMPTY_BYTES, 7);
  for (const text of texts) {
    const span = Buffer.from(text, 'latin1');
    appendEntry(bytes, AT, value.setSpan(span, 0, span.length));
  }
  return bytes;
}

function anyText(dice: Dice): string {
  const number = dice.between(-300, 300);
  return dice.pick([
    `${number}`,
    `${number}000000000`,
    `member:${number}`,
    `${number}:alike`,
    `${'x'.repeat(dice.between(0, 100))}`,
    '9223372036854775807',
    '',
  ]);
}

describe('ListpackIndex', () => {
  itRandomly('finds by their text all elements of a listpack, and no others', (dice) => {
    const index = new ListpackIndex();
    for (let round = 0; round < 200; round++) {
      const texts = new Set(Array.from({ length: dice.between(0, 400) }, () => anyText(dice)));
      index.open(listpackOf(texts), AT);
      for (const text of [...texts, ...Array.from({ length: 100 }, () => anyText(dice))]) {
        const span = Buffer.from(`(${text})`, 'latin1');
        assert.equal(index.has(span, 1, span.length - 1), texts.has(text), text);
      }
    }
  });
});
