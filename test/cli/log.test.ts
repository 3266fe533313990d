import assert from 'node:assert/strict';
import { ManualClock } from '../../src/base/clock.js';
import { Log } from '../../src/command-line/log.js';
import { Config } from '../../src/server/config/config.js';
import { DEBUG, NOTICE, VERBOSE, WARNING } from '../../src/server/log-levels.js';

describe('The log', () => {
  let lines: string[];
  const open = (loglevel: string): Log => {
    const clock = new ManualClock(new Date(2026, 10, 21, 8, 3, 9, 7).getTime());
    lines = [];
    return new Log(new Config({ loglevel }), clock, (line) => lines.push(line));
  };

  it("has Redis' form", () => {
    const log = open('debug');
    for (const level of [DEBUG, VERBOSE, NOTICE, WARNING]) log.write(level, `level ${level}`, 'C');
    log.write(NOTICE, 'Server initialized');
    const { pid } = process;
    assert.deepEqual(lines, [
      `${pid}:C 21 Nov 2026 08:03:09.007 . level 0\n`,
      `${pid}:C 21 Nov 2026 08:03:09.007 - level 1\n`,
      `${pid}:C 21 Nov 2026 08:03:09.007 * level 2\n`,
      `${pid}:C 21 Nov 2026 08:03:09.007 # level 3\n`,
      `${pid}:M 21 Nov 2026 08:03:09.007 * Server initialized\n`,
    ]);
  });

  it('keeps what matters as much as loglevel says, from the next line on', () => {
    const log = open('notice');
    log.write(VERBOSE, 'not this');
    log.write(NOTICE, 'this');
    log.config.set([['loglevel', 'warning']]);
    log.write(NOTICE, 'nor this');
    log.write(WARNING, 'but this');
    log.config.set([['loglevel', 'nothing']]);
    log.write(WARNING, 'nothing any more');
    assert.deepEqual(
      lines.map((line) => line.slice(line.search(/[*#]/) + 2)),
      ['this\n', 'but this\n'],
    );
  });

  it('tells of a bug with its stack, a line each', () => {
    open('notice').trouble(new Error('a bug'), 'internal error in get');
    assert.match(lines[0], / # internal error in get: Error: a bug\n$/);
    assert.match(lines[1], / # {5}at .*log\.test\.ts/);
  });

  it('cuts long messages', () => {
    open('notice').write(NOTICE, 'x'.repeat(5000));
    assert.match(lines[0], / \* x{1024}\n$/);
  });
});
