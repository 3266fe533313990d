import assert from 'node:assert/strict';
import { globMatches } from '../../src/base/glob.js';

function matches(pattern: string, text: string, ignoresCase = false): boolean {
  const patternBytes = Buffer.from(pattern);
  const textBytes = Buffer.from(text);
  return globMatches(patternBytes, 0, patternBytes.length, textBytes, 0, textBytes.length, ignoresCase);
}

describe('globMatches', () => {
  // Checked against redis-server 7.0.15's SCAN MATCH.
  const expectations: [pattern: string, text: string, matched: boolean][] = [
    ['**', '', false],
    ['', '', true],
    ['*?', 'a]', true],
    ['?', 'a]', false],
    ['*a*', 'banana', true],
    ['[a', 'a', true],
    ['[^b]', 'a', true],
    ['[^]', 'a', true],
    ['[a-]', 'a', true],
    ['[z-a]', 'm', true],
    ['[]', 'a', false],
    ['*]', 'a]', true],
    ['a\\', 'a\\', true],
    ['a\\*', 'a*', true],
    ['a\\*', 'ab', false],
    ['h[\\]]llo', 'h]llo', true],
    ['*b*d', 'abcbd', true],
    ['*b*d', 'abcbde', false],
  ];
  for (const [pattern, text, matched] of expectations) {
    it(`finds that "${pattern}" ${matched ? 'matches' : "doesn't match"} "${text}"`, () => {
      assert.equal(matches(pattern, text), matched);
    });
  }

  it('folds letters on request, in ranges too', () => {
    assert.equal(matches('HeLLo[A-C]', 'hellob', true), true);
    assert.equal(matches('HeLLo[A-C]', 'hellob'), false);
  });

  it('takes a pattern of many stars without going through every way to place them', () => {
    assert.equal(matches(`${'a*'.repeat(200)}b`, 'a'.repeat(5000)), false);
  });
});
