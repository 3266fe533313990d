import assert from 'node:assert/strict';
import { diagnoseMemory } from '../../../src/commands/server/memory-doctor.js';
import type { MemoryFigures } from '../../../src/commands/services/memory.js';

const MEGABYTE = 1024 * 1024;

const WELL: MemoryFigures = {
  used: 100 * MEGABYTE,
  peak: 100 * MEGABYTE,
  startup: MEGABYTE,
  overhead: 10 * MEGABYTE,
  dataset: 90 * MEGABYTE,
  clients: 0,
  replicas: 0,
  backlog: 0,
  aofBuffer: 0,
  scripts: 0,
  functions: 0,
  databases: [],
  arenaUsed: 90 * MEGABYTE,
  arenaReserved: 90 * MEGABYTE,
  resident: 150 * MEGABYTE,
  heapUsed: 10 * MEGABYTE,
  heapTotal: 20 * MEGABYTE,
};

/** About a server that is well but for these figures. */
function complaints(figures: Partial<MemoryFigures>): string[] {
  return diagnoseMemory({ ...WELL, ...figures })
    .trimEnd()
    .split('\n');
}

describe("The memory's doctor", () => {
  it('says nothing of a server that is nearly empty', () => {
    assert.match(diagnoseMemory({ ...WELL, used: MEGABYTE, peak: 100 * MEGABYTE }), /^The server is empty/);
  });

  it('finds nothing wrong where nothing is', () => {
    assert.equal(diagnoseMemory(WELL), 'No memory problem was found.\n');
  });

  it('names what is out of proportion, and each of several', () => {
    assert.match(complaints({ peak: 200 * MEGABYTE })[0], /^1\. The peak was much higher/);
    assert.match(complaints({ arenaReserved: 200 * MEGABYTE })[0], /^1\. Much of the arena is unused/);
    assert.match(complaints({ clients: 50 * MEGABYTE })[0], /^1\. Clients make the server keep much/);
    const all = complaints({ peak: 200 * MEGABYTE, arenaReserved: 200 * MEGABYTE, clients: 50 * MEGABYTE });
    assert.deepEqual(
      all.map((text) => text.slice(0, 2)),
      ['1.', '2.', '3.'],
    );
  });
});
