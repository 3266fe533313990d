/** With files in the kernel's place: what /proc/PID/task/TID/stat says. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ManualClock } from '../../src/base/clock.js';
import { Rests } from '../../src/process/rests.js';

describe('Rests', () => {
  let directory = '';
  let rests: Rests;
  let restsTaken: number[] = [];
  let wanted = 0;
  let clock: ManualClock;

  const pathOf = (thread: number): string => join(directory, `${thread}`);

  /** The processor is field 39, the state field 3. */
  const tell = (thread: number, state: string, processor: number): void =>
    writeFileSync(
      pathOf(thread),
      `${thread} (V8 (a) name) ${state}${' 7'.repeat(35)} ${processor} 0 0${' 18446744073709551615'.repeat(11)}\n`,
    );

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'januskv-rests-'));
    restsTaken = [];
    wanted = 0;
    clock = new ManualClock();
    tell(1, 'R', 1);
    tell(2, 'S', 1);
    tell(3, 'S', 0);
    rests = new Rests(pathOf(1), [pathOf(2), pathOf(3)], {
      block: (ms) => restsTaken.push(ms),
      onWork: () => wanted++,
      clock,
    });
  });

  afterEach(() => {
    rests.close();
    rmSync(directory, { recursive: true });
  });

  it('takes none while no other thread wants to run, and looks seldom in the end', () => {
    for (let look = 0; look < 50; look++) assert.equal(rests.rest(), 1000);
    assert.equal(rests.rest(), 10_000);
    assert.deepEqual(restsTaken, []);
  });

  it('takes none for a thread that runs on another core', () => {
    tell(3, 'R', 0);
    assert.equal(rests.rest(), 1000);
    assert.deepEqual(restsTaken, []);
  });

  it('takes one each time that a thread waits for this core, and then looks often again', () => {
    for (let look = 0; look < 60; look++) rests.rest();
    tell(3, 'R', 1);
    assert.equal(rests.rest(), 1700);
    assert.equal(rests.rest(), 1700);
    assert.deepEqual(restsTaken, [0.7, 0.7]);
    tell(3, 'S', 1);
    assert.equal(rests.rest(), 1000);
    assert.deepEqual(restsTaken, [0.7, 0.7]);
  });

  it('takes one aside while somebody waits, and is then to be asked again soon', () => {
    tell(2, 'R', 1);
    assert.equal(rests.restAside(), 1);
    assert.deepEqual(restsTaken, [0.7]);
    clock.advance(1);
    tell(2, 'S', 1);
    assert.equal(rests.restAside(), Number.POSITIVE_INFINITY);
    assert.deepEqual(restsTaken, [0.7]);
  });

  it('looks aside once a millisecond, however often it is asked', () => {
    assert.equal(rests.restAside(), Number.POSITIVE_INFINITY);
    tell(2, 'R', 1);
    clock.advance(0.5);
    assert.equal(rests.restAside(), Number.POSITIVE_INFINITY);
    clock.advance(0.5);
    assert.equal(rests.restAside(), 1);
  });

  it('begins with the work that is for other threads, of which it tells at once', () => {
    for (const rest of [() => rests.rest(), () => rests.restAside()]) {
      const before = wanted;
      const begun: string[] = [];
      rests.hand(() => begun.push('first'));
      rests.hand(() => {
        begun.push('second');
        tell(3, 'R', 1);
      });
      assert.deepEqual([begun, wanted - before], [[], 2]);
      rest();
      assert.deepEqual([begun, restsTaken.length], [['first', 'second'], 1]);
      tell(3, 'S', 1);
      clock.advance(1);
      rest();
      assert.equal(begun.length, 2);
      restsTaken = [];
    }
  });
});
