/** How the time of fast commands is told: batches that follow each other closely are timed by samples. */
import assert from 'node:assert/strict';
import { ManualClock } from '../../../src/base/clock.js';
import { allCommands } from '../../../src/commands/all.js';
import { CommandTable } from '../../../src/commands/table.js';
import { CommandStatistics } from '../../../src/server/introspection/command-statistics.js';

function statisticsWithClock() {
  const clock = new ManualClock();
  const table = new CommandTable(allCommands);
  const statistics = new CommandStatistics(table, clock);
  /** A batch of fast commands that takes so long. */
  const batch = (names: readonly string[], us: number): void => {
    statistics.begin(clock.monotonicUs());
    for (const name of names) statistics.ranFast(table.byName(name));
    clock.advance(us / 1000);
    statistics.endBatch();
  };
  const microsecondsOf = (name: string): number => Math.round(statistics.microseconds[table.byName(name)]);
  const timedCallsOf = (name: string): number => statistics.histograms[table.byName(name)]?.total ?? 0;
  return { clock, statistics, batch, microsecondsOf, timedCallsOf };
}

describe('statistics of fast commands', () => {
  it('share the time of a batch equally', () => {
    const { batch, microsecondsOf } = statisticsWithClock();
    batch(['get', 'get', 'set'], 30);
    assert.equal(microsecondsOf('get'), 20);
    assert.equal(microsecondsOf('set'), 10);
  });

  it('are exact for batches that are far from each other', () => {
    const { clock, batch, microsecondsOf } = statisticsWithClock();
    for (const us of [5, 7, 11]) {
      batch(['get'], us);
      clock.advance(1);
    }
    assert.equal(microsecondsOf('get'), 23);
  });

  it('take a batch that is timed for those just before it that are not', () => {
    const { clock, batch, microsecondsOf, timedCallsOf } = statisticsWithClock();
    batch(['get'], 10);
    batch(['set'], 10);
    batch(['get'], 30);
    assert.equal(timedCallsOf('get') + timedCallsOf('set'), 1);
    clock.advance(1);
    batch(['get'], 20);
    assert.equal(microsecondsOf('get'), 10 + 20 + 20);
    assert.equal(microsecondsOf('set'), 20);
    assert.equal(timedCallsOf('get'), 3);
  });

  it('are complete for whoever reads them, also in a batch of its own', () => {
    const { clock, statistics, batch, microsecondsOf, timedCallsOf } = statisticsWithClock();
    batch(['get'], 10);
    batch(['get'], 99);
    statistics.begin(clock.monotonicUs());
    assert.equal(Math.round(statistics.totalMicroseconds()), 20);
    assert.equal(microsecondsOf('get'), 20);
    assert.equal(timedCallsOf('get'), 2);
  });

  it('count every call of a long run, timed or not', () => {
    const { statistics, batch, timedCallsOf } = statisticsWithClock();
    for (let index = 0; index < 1000; index++) batch(['get'], 1);
    statistics.settle();
    assert.equal(statistics.total, 1000);
    assert.equal(timedCallsOf('get'), 1000);
  });
});

describe('statistics of commands that scripts call', () => {
  function scripts() {
    const { clock, statistics, microsecondsOf, timedCallsOf } = statisticsWithClock();
    const table = new CommandTable(allCommands);
    /** A script that computes for so long before each of its commands. */
    const run = (luaUs: number, ...commands: [name: string, us: number][]): void => {
      statistics.scripts.begin();
      for (const [name, us] of commands) {
        const id = table.byName(name);
        clock.advance(luaUs / 1000);
        const startUs = statistics.beginWithin(id);
        clock.advance(us / 1000);
        statistics.ranWithin(id, startUs);
      }
    };
    return { statistics, table, run, microsecondsOf, timedCallsOf };
  }

  it('leave out what the script does in between', () => {
    const { statistics, run, microsecondsOf } = scripts();
    for (let index = 0; index < 100; index++) run(1000, ['get', 2], ['zadd', 5]);
    statistics.complete();
    assert.equal(microsecondsOf('get'), 200);
    assert.equal(microsecondsOf('zadd'), 500);
  });

  it('count every call once, timed or not', () => {
    const { statistics, table, run, timedCallsOf } = scripts();
    for (let index = 0; index < 100; index++) run(1, ['get', 2], ['keys', 7], ['get', 2]);
    statistics.complete();
    statistics.complete();
    assert.equal(statistics.total, 300);
    assert.equal(statistics.calls[table.byName('get')], 200);
    assert.equal(timedCallsOf('get'), 200);
    assert.equal(timedCallsOf('keys'), 100);
  });

  it('are exact for commands that may take long', () => {
    const { statistics, run, microsecondsOf } = scripts();
    let sum = 0;
    for (let us = 1; us <= 50; us++) {
      run(1000, ['keys', us]);
      sum += us;
    }
    statistics.complete();
    assert.equal(microsecondsOf('keys'), sum);
  });

  it('do not take one slow call for those that follow', () => {
    const { statistics, run, microsecondsOf } = scripts();
    for (let index = 0; index < 17; index++) run(1, ['get', 2]);
    run(1, ['get', 1_000_000]);
    for (let index = 0; index < 16; index++) run(1, ['get', 2]);
    statistics.complete();
    assert(microsecondsOf('get') < 1_000_000 + 33 * 2 * 2, String(microsecondsOf('get')));
  });

  it('do not take the first calls, which are slow, for those that follow', () => {
    const { statistics, run, microsecondsOf } = scripts();
    run(1, ['get', 10_000]);
    for (let index = 0; index < 999; index++) run(1, ['get', 2]);
    statistics.complete();
    assert(microsecondsOf('get') < 10_000 + 999 * 4, String(microsecondsOf('get')));
  });

  it('follow a command that takes ten times as long from now on', () => {
    const { statistics, run, microsecondsOf } = scripts();
    for (let index = 0; index < 17; index++) run(1, ['get', 2]);
    statistics.complete();
    const beforeUs = microsecondsOf('get');
    for (let index = 0; index < 17_000; index++) run(1, ['get', 20]);
    statistics.complete();
    const meanUs = (microsecondsOf('get') - beforeUs) / 17_000;
    assert(meanUs > 19 && meanUs <= 20, String(meanUs));
  });

  it('are exact throughout when the slow log asks for short times', () => {
    const { statistics, run, microsecondsOf } = scripts();
    statistics.isPrecise = true;
    for (let us = 1; us <= 10; us++) run(1000, ['get', us]);
    assert.equal(microsecondsOf('get'), 55);
  });

  it('forget what was not told of when they are reset', () => {
    const { statistics, run, microsecondsOf } = scripts();
    for (let index = 0; index < 30; index++) run(1, ['get', 2]);
    statistics.reset();
    statistics.complete();
    assert.equal(microsecondsOf('get'), 0);
    assert.equal(statistics.total, 0);
  });
});
