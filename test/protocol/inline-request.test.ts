import assert from 'node:assert/strict';
import { splitArguments } from '../../src/protocol/inline-request.js';
import { RequestSpans } from '../../src/protocol/request-parser.js';

/** The line's words, or null when it is refused. */
function split(line: string): string[] | null {
  const argv = new RequestSpans();
  const bytes = Buffer.from(line, 'latin1');
  if (!splitArguments(bytes, 0, bytes.length, argv)) return null;
  return Array.from({ length: argv.count }, (_, index) =>
    argv.bytes.toString('latin1', argv.starts[index], argv.ends[index]),
  );
}

describe('splitArguments', () => {
  const lines: readonly [line: string, words: string[] | null][] = [
    ['', []],
    ['   ', []],
    ['SET key value', ['SET', 'key', 'value']],
    ['  SET\tkey   value  ', ['SET', 'key', 'value']],
    ['"two words" \'and more\'', ['two words', 'and more']],
    ['""', ['']],
    ["''", ['']],
    ['"\\x41\\x0a\\xff"', ['A\n\xff']],
    ['"\\n\\r\\t\\b\\a\\\\\\"\\q"', ['\n\r\t\b\x07\\"q']],
    ['"\\xzz"', ['xzz']],
    ["'it\\'s'", ["it's"]],
    ["'\\n \\\\ '", ['\\n \\\\ ']],
    // Between apostrophes a backslash means itself, but before an apostrophe.
    ["'a\\\\'", null],
    ['\\n', ['\\n']],
    ['a"b"', ['ab']],
    ["a'b' c", ['ab', 'c']],
    // What is skipped before a word need not end one.
    ['\va\fb\v c', ['a\fb\v', 'c']],
    // C's end of a string.
    ['a b\0c d', ['a', 'b']],
    ['"a', null],
    ["'a", null],
    ['"a"b', null],
    ["'a'b", null],
    ['"a""b"', null],
    ['"a\\', null],
    ['"a\\"', null],
    ["a'", null],
  ];
  for (const [line, words] of lines) {
    it(`${words === null ? 'refuses' : 'splits'} ${JSON.stringify(line)}`, () =>
      assert.deepEqual(split(line), words));
  }
});
