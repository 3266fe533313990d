import assert from 'node:assert/strict';
import { chosen, parseOptions, UsageError, wholeNumber } from './command-line.js';

describe("a tool's command line", () => {
  const refused = (message: RegExp, read: () => unknown): void => {
    assert.throws(read, (error: unknown) => {
      assert.ok(error instanceof UsageError);
      assert.match(error.message, message);
      return true;
    });
  };

  it('has whole numbers from a least one on', () => {
    assert.equal(wholeNumber('seed', '0'), 0);
    assert.equal(wholeNumber('rounds', '1e3', 1), 1000);
    for (const text of ['', 'x', '-1', '1.5', '1e99'])
      refused(/^--seed: '.*' is not a whole number from 0 on$/, () => wholeNumber('seed', text));
  });

  it('chooses one by name, or takes all', () => {
    assert.deepEqual(chosen('frontend', undefined, ['v1', 'v2']), ['v1', 'v2']);
    assert.deepEqual(chosen('resp', '3', [2, 3]), [3]);
    refused(/^--frontend: 'v3' is not one of v1, v2$/, () => chosen('frontend', 'v3', ['v1', 'v2']));
  });

  it('refuses words that it does not know', () => {
    // Those of the test runner, which is not such a tool.
    const { argv } = process;
    try {
      process.argv = ['node', 'tool', '--bogus'];
      refused(/^Unknown option '--bogus'$/, () => parseOptions({ seed: { type: 'string' } } as const));
    } finally {
      process.argv = argv;
    }
  });
});
