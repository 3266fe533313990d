import assert from 'node:assert/strict';
import { parseCommandLine } from '../../../src/server/config/command-line.js';

const serve = (words: readonly string[]) => {
  const line = parseCommandLine(words);
  assert.ok(line.action === 'serve');
  return line;
};

describe('the command line', () => {
  it('is a server without a file when it is empty', () => {
    assert.deepEqual(parseCommandLine([]), { action: 'serve', file: null, readsStdin: false, lines: '' });
  });

  for (const word of ['-v', '--version']) {
    it(`asks for the version with ${word}`, () => {
      assert.deepEqual(parseCommandLine([word]), { action: 'version' });
    });
  }
  for (const word of ['-h', '--help']) {
    it(`asks for help with ${word}`, () => assert.deepEqual(parseCommandLine([word]), { action: 'help' }));
  }

  it('begins with a file, unless the first word begins with a dash', () => {
    assert.equal(serve(['/etc/redis.conf', '--port', '7000']).file, '/etc/redis.conf');
    assert.equal(serve(['--port', '7000']).file, null);
  });

  it('makes a line of each directive', () => {
    assert.equal(
      serve(['--port', '7000', '--bind', '127.0.0.1', '::1']).lines,
      'port "7000" \nbind "127.0.0.1" "::1" ',
    );
  });

  it('takes a directive and its value in one word', () => {
    assert.equal(serve(['--port 7000', '--hz', '20']).lines, 'port 7000 \nhz "20" ');
  });

  it('takes the word behind a directive as its value, whatever it looks like', () => {
    assert.equal(
      serve(['--requirepass', '--secret', '--hz', '20']).lines,
      'requirepass "--secret" \nhz "20" ',
    );
  });

  it('takes --save without a value as no save points', () => {
    assert.equal(serve(['--save', '--hz', '20']).lines, 'save ""\nhz "20" ');
    assert.equal(serve(['--hz', '20', '--save']).lines, 'hz "20" \nsave ""');
    assert.equal(serve(['--save', '']).lines, 'save "" ');
  });

  it('reads standard input for a dash, first or last', () => {
    assert.equal(serve(['-']).readsStdin, true);
    assert.equal(serve(['redis.conf', '--port', '7000', '-']).readsStdin, true);
    assert.equal(serve(['redis.conf', '--requirepass', 'x', '-', '--hz', '1']).readsStdin, false);
  });

  it('quotes values, so that they stay what they are', () => {
    assert.equal(serve(['--requirepass', 'a "b" \\']).lines, 'requirepass "a \\"b\\" \\\\" ');
  });
});
