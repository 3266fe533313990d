import assert from 'node:assert/strict';
import fc from 'fast-check';
import { quoteArgument, splitArguments } from '../../../src/server/config/arguments.js';

describe('arguments of a line', () => {
  const cases: readonly (readonly [string, string, readonly string[] | null])[] = [
    ['are separated by blanks', '  a\tb \r\n', ['a', 'b']],
    ['are none on an empty line', '   ', []],
    ['keep blanks in double quotes', '"a b" c', ['a b', 'c']],
    ['keep blanks in single quotes', "'a b' c", ['a b', 'c']],
    ['may be empty in quotes', '"" \'\'', ['', '']],
    ['know the escapes in double quotes', '"\\n\\r\\t\\b\\a\\x41\\xfF\\q\\\\\\""', ['\n\r\t\b\x07A\xffq\\"']],
    ['know one escape in single quotes', "'it\\'s \\n'", ["it's \\n"]],
    ['may have quotes in the middle', 'a"b c"', ['ab c']],
    ['are refused when a double quote stays open', '"a', null],
    ['are refused when a single quote stays open', "'a", null],
    ['are refused when something follows a closing quote', '"a"b', null],
    ['are refused when something follows a closing single quote', "'a'b", null],
    ['take an unfinished hexadecimal escape as it stands', '"\\x4"', ['x4']],
  ];
  for (const [title, line, expected] of cases) {
    it(title, () => assert.deepEqual(splitArguments(line), expected));
  }

  it('come back from their quoted form, whatever bytes they are', () => {
    const byte = fc.integer({ min: 0, max: 255 }).map((code) => String.fromCharCode(code));
    const word = fc.array(byte).map((bytes) => bytes.join(''));
    fc.assert(
      fc.property(fc.array(word), (words) => {
        assert.deepEqual(splitArguments(words.map(quoteArgument).join(' ')), words);
      }),
    );
  });

  it('are quoted as Redis quotes them', () => {
    assert.equal(quoteArgument('a"b\\c\n\x00\x7f\xe9 '), '"a\\"b\\\\c\\n\\x00\\x7f\\xe9 "');
  });
});
