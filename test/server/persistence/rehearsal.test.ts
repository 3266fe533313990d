/** The rehearsal waits, takes little of each turn, comes to an end, and doesn't touch the server's data. */
import assert from 'node:assert/strict';
import { Keyspace } from '../../../src/engine/keyspace.js';
import { EncodingLimits } from '../../../src/engine/types/encoding-limits.js';
import { Rehearsal } from '../../../src/server/persistence/rehearsal.js';

/** Each look at the clock takes a while: what is done in between isn't told from it. */
const LOOK_US = 20;

class TickingClock {
  nowUs = 0;

  wallMs(): number {
    return Math.floor(this.nowUs / 1000);
  }

  monotonicUs(): number {
    this.nowUs += LOOK_US;
    return this.nowUs;
  }
}

describe('the rehearsal of snapshots', () => {
  it('begins a second after the start, rests between short turns, and ends', () => {
    const clock = new TickingClock();
    const keyspace = new Keyspace({ clock });
    let beginsUs = 0;
    const begins = (): void => {
      assert.equal(beginsUs, 0, 'it begins once');
      beginsUs = clock.nowUs;
    };
    const rehearsal = new Rehearsal({ clock, context: { encodingLimits: new EncodingLimits() } }, begins);
    let turns = 0;
    for (let restMs = rehearsal.tick(); restMs !== Number.POSITIVE_INFINITY; restMs = rehearsal.tick()) {
      assert.ok(restMs > 0, 'a turn is followed by a rest');
      clock.nowUs += restMs * 1000;
      turns++;
      assert.ok(turns < 10_000, 'it comes to an end');
    }
    assert.ok(beginsUs >= 1_000_000);
    assert.ok(turns > 100);
    assert.ok(clock.nowUs < 5_000_000, 'within seconds');
    assert.equal(rehearsal.tick(), Number.POSITIVE_INFINITY);
    assert.ok(keyspace.databases.every(({ size }) => size === 0));
  });
});
