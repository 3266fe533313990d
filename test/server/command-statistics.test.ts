/** How the time of fast commands is told: batches that follow each other closely are timed by samples. */
import assert from 'node:assert/strict';
import { ManualClock } from '../../src/base/clock.js';
import { allCommands } from '../../src/commands/all.js';
import { CommandTable } from '../../src/commands/table.js';
import { CommandStatistics } from '../../src/server/command-statistics.js';

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
