import assert from 'node:assert/strict';
import { BadCommand, CommandReader } from '../../../src/persistence/aof/command-reader.js';
import { RequestSpans } from '../../../src/protocol/request-parser.js';

const FILE = Buffer.from(
  '*2\r\n$6\r\nSELECT\r\n$1\r\n0\r\n#TS:1700000000\r\n*3\r\n$3\r\nSET\r\n$1\r\na\r\n$2\r\n\r\n\r\n',
);

/** What is read when so many bytes are there: the words of each command, a note as none. */
function readAll(bytes: Buffer): { readonly commands: string[][]; readonly end: number } {
  const spans = new RequestSpans();
  const reader = new CommandReader(spans);
  const commands: string[][] = [];
  for (let at = 0; ; ) {
    const next = reader.read(bytes, at, bytes.length);
    if (next < 0) return { commands, end: at };
    const words = Array.from({ length: spans.count }, (_, index) =>
      spans.bytes.toString('latin1', spans.starts[index], spans.ends[index]),
    );
    commands.push(words);
    at = next;
  }
}

describe('the reader of an append-only file', () => {
  it('finds commands, and passes over notes', () => {
    assert.deepEqual(readAll(FILE), {
      commands: [['SELECT', '0'], [], ['SET', 'a', '\r\n']],
      end: FILE.length,
    });
  });

  it('finds what is whole, wherever the file ends', () => {
    const ends = [0, 23, 39, FILE.length];
    for (let length = 0; length <= FILE.length; length++) {
      const { end } = readAll(FILE.subarray(0, length));
      assert.equal(
        end,
        ends.findLast((whole) => whole <= length),
        `of ${length} bytes`,
      );
    }
  });

  it('refuses what is no command', () => {
    for (const text of ['SET a 1\r\n', '*0\r\n', '*1\r\n+OK\r\n', '\r\n', '*x\r\n\r\n', '*-1\r\n']) {
      assert.throws(() => readAll(Buffer.from(text)), BadCommand, text);
    }
  });
});
