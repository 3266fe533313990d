/** Where messages end, and which of them is `exit`: bytes alone. */
import assert from 'node:assert/strict';
import { ExitInChunks, isExit } from '../../../v2/reverse/exit-word.js';
import { createFraming, type FramingName, INCOMPLETE, TOO_LONG } from '../../../v2/reverse/framing.js';
import { packFrame, reverseFrame } from '../../../v2/reverse/reversal.js';

const BODY_BYTES_MAX = 10;

function find(name: FramingName, text: string, searched = 0): number[] {
  const framing = createFraming(name, BODY_BYTES_MAX);
  // In the middle of other bytes, some of them newlines.
  const bytes = Buffer.from(`\n${text}\n\n`, 'latin1');
  const length = framing.find(bytes, 1, 1 + text.length, searched);
  return length > 0 ? [length, framing.head, framing.tail] : [length];
}

describe('framing', () => {
  it('by line takes the newline, and the return before it, as the tail', () => {
    assert.deepEqual(find('line', 'abc\ndef\n'), [4, 0, 1]);
    assert.deepEqual(find('line', 'abc\r\n'), [5, 0, 2]);
    assert.deepEqual(find('line', '\n'), [1, 0, 1]);
    assert.deepEqual(find('line', '\r\n'), [2, 0, 2]);
    assert.deepEqual(find('line', 'abc\r'), [INCOMPLETE]);
    assert.deepEqual(find('line', 'abc\ndef', 3), [4, 0, 1]);
  });

  it('by line refuses long ones as soon as they are too long', () => {
    assert.deepEqual(find('line', '0123456789\r\n'), [12, 0, 2]);
    assert.deepEqual(find('line', '0123456789\r'), [INCOMPLETE]);
    assert.deepEqual(find('line', '01234567890\n'), [TOO_LONG]);
    assert.deepEqual(find('line', '01234567890a'), [TOO_LONG]);
  });

  it('by length reads four bytes in network order', () => {
    assert.deepEqual(find('length', '\0\0\0\x03abcdef'), [7, 4, 0]);
    assert.deepEqual(find('length', '\0\0\0\0'), [4, 4, 0]);
    assert.deepEqual(find('length', '\0\0\0\x03ab'), [INCOMPLETE]);
    assert.deepEqual(find('length', '\0\0\0'), [INCOMPLETE]);
    assert.deepEqual(find('length', '\0\0\0\x0b'), [TOO_LONG]);
    assert.deepEqual(find('length', '\xff\xff\xff\xff'), [TOO_LONG]);
  });

  it('by chunk takes what is there', () => {
    assert.deepEqual(find('chunk', 'abc\ndef'), [7, 0, 0]);
    assert.deepEqual(find('chunk', '0123456789abc'), [10, 0, 0]);
  });
});

describe('a frame', () => {
  it('is turned round between its head and its tail', () => {
    const to = Buffer.alloc(12, 0x2e);
    reverseFrame(Buffer.from('-HEADbody\r\n-'), 1, 11, packFrame(4, 2), to, 1);
    assert.equal(to.toString(), '.HEADydob\r\n.');
  });
});

describe('the word exit', () => {
  it('is a whole message, neither more nor less', () => {
    const says = (text: string): boolean => isExit(Buffer.from(`x${text}x`), 1, 1 + text.length);
    assert.ok(says('exit'));
    for (const text of ['', 'exi', 'exits', 'Exit', 'exit\n', ' exit']) assert.ok(!says(text), text);
  });

  const chunked: readonly [chunks: string[], isExit: boolean][] = [
    [['exit'], true],
    [['exit\n'], true],
    [['exit\r\n'], true],
    [['ex', 'it'], true],
    [['e', 'x', 'i', 't\n'], true],
    [['hello', 'ex', 'it'], true],
    [['ex', 'exit'], true],
    [['ex', 'ex', 'it'], true],
    [['exits'], false],
    [['exit\nhello'], false],
    [['hello exit'], false],
    [['ex', 'hello', 'it'], false],
    [['ex', 'cuse', 'exi'], false],
  ];
  for (const [chunks, expected] of chunked) {
    it(`is ${expected ? '' : 'not '}in the chunks ${JSON.stringify(chunks)}`, () => {
      const exit = new ExitInChunks();
      const answers = chunks.map((chunk) =>
        exit.isCompletedBy(Buffer.from(`-${chunk}-`), 1, 1 + chunk.length),
      );
      assert.equal(answers.pop(), expected);
      assert.ok(answers.every((answer) => !answer));
    });
  }
});
