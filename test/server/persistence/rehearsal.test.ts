/** The rehearsal waits, takes little of each turn, comes to an end, and doesn't touch the server's data. */
import assert from 'node:assert/strict';
import { Keyspace } from '../../../src/engine/keyspace.js';
import { EncodingLimits } from '../../../src/engine/types/encoding-limits.js';
import { Config } from '../../../src/server/config/config.js';
import { Rehearsal } from '../../../src/server/persistence/rehearsal.js';
import { MemoryServer } from '../../support/memory-server.js';
import { MemoryDisk } from './memory-disk.js';

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
    const rehearsal = new Rehearsal({ clock, context: { encodingLimits: new EncodingLimits() } });
    clock.nowUs += rehearsal.tick() * 1000 - LOOK_US;
    assert.equal(rehearsal.hasBegun, false);
    assert.ok(clock.nowUs >= 999_000);
    let turns = 0;
    for (let restMs = rehearsal.tick(); restMs !== Number.POSITIVE_INFINITY; restMs = rehearsal.tick()) {
      assert.ok(restMs > 0, 'a turn is followed by a rest');
      clock.nowUs += restMs * 1000;
      turns++;
      assert.ok(turns < 10_000, 'it comes to an end');
    }
    assert.equal(rehearsal.hasBegun, true);
    assert.ok(turns > 100);
    assert.ok(clock.nowUs < 5_000_000, 'within seconds');
    assert.equal(rehearsal.tick(), Number.POSITIVE_INFINITY);
    assert.ok(keyspace.databases.every(({ size }) => size === 0));
  });

  it('is for servers that keep their data, from when they are told to', () => {
    for (const directive of ['save', 'appendonly'] as const) {
      const server = new MemoryServer({ config: new Config({ save: '' }), disk: new MemoryDisk() });
      const { persistence } = server.server;
      persistence.rehearse();
      const current = (): Rehearsal | null => persistence.rehearsal;
      const pass = (): void => {
        for (let round = 0; round < 20; round++) {
          server.advance(100);
          server.server.tick();
        }
      };
      pass();
      assert.equal(current(), null);
      server.server.config.set([[directive, directive === 'save' ? '3600 1' : 'yes']]);
      pass();
      const rehearsal = current();
      assert.equal(rehearsal?.hasBegun, true);
      server.server.config.set([[directive, directive === 'save' ? '60 1' : 'no']]);
      pass();
      assert.equal(current(), rehearsal, 'it is not begun anew');
      server.dispose();
    }
  });
});
