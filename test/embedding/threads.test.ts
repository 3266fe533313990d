import assert from 'node:assert/strict';
import { FRONTENDS } from '../support/running-server.js';
import { builtLibrary } from './support/library.js';
import { PROGRAM_TIMEOUT_MS, runProgram } from './support/program.js';

describe('In a thread of an application', function () {
  this.timeout(PROGRAM_TIMEOUT_MS);
  const library = builtLibrary();

  for (const frontend of FRONTENDS) {
    it(`a server over ${frontend} is closed, and the thread ends by itself`, async () => {
      assert.equal(await runProgram('thread.mjs', library(), frontend, 'closes'), `${frontend} 0\n0`);
    });

    it(`a server over ${frontend} may be there when the thread exits`, async () => {
      assert.equal(await runProgram('thread.mjs', library(), frontend, 'exits'), `${frontend} 3\n0`);
    });

    it(`a server over ${frontend} may be there when the thread is terminated`, async () => {
      assert.equal(await runProgram('thread.mjs', library(), frontend, 'terminated'), `${frontend} 1\n0`);
    });
  }

  it('is v1, which survives whatever ends the thread, unless v2 is asked for', async () => {
    assert.equal(await runProgram('thread.mjs', library(), 'auto', 'terminated'), 'v1 1\n0');
  });
});

describe('In workers of node:cluster', function () {
  this.timeout(PROGRAM_TIMEOUT_MS);
  const library = builtLibrary();

  for (const frontend of FRONTENDS) {
    it(`each server over ${frontend} has a port of its own`, async () => {
      assert.equal(await runProgram('cluster.mjs', library(), frontend), '2\n0');
    });
  }
});
