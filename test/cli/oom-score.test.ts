/** `oom-score-adj`, as the kernel has it of a running program. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import type { SocketClient } from '../support/socket-client.js';
import { connect } from '../support/socket-client.js';
import { Program, portOf } from './support/program.js';

const linux = process.platform === 'linux' ? describe : describe.skip;

linux('oom-score-adj', () => {
  let program: Program;
  let client: SocketClient;
  let base: number;

  beforeEach(async () => {
    program = new Program(['--listen', '127.0.0.1:0', '--save', '']);
    client = await connect(portOf((await program.ready())[0]));
    base = score();
  });

  afterEach(async () => {
    await client.quit();
    program.signal('SIGTERM');
    assert.equal(await program.end(), 0);
  });

  const score = (): number => Number(readFileSync(`/proc/${program.pid}/oom_score_adj`, 'latin1'));
  const set = (...pairs: string[]): Promise<unknown> => client.call('CONFIG', 'SET', ...pairs);

  it('adds to what the process began with, and gives it back', async () => {
    await set('oom-score-adj-values', '10 20 30');
    assert.equal(score(), base);
    await set('oom-score-adj', 'yes');
    assert.equal(score(), base + 10);
    await set('oom-score-adj-values', '15 25 35');
    assert.equal(score(), base + 15);
    await set('oom-score-adj', 'no');
    assert.equal(score(), base);
  });

  it('is another one for a replica', async () => {
    await set('oom-score-adj', 'absolute', 'oom-score-adj-values', `${base + 1} ${base + 200} ${base + 800}`);
    assert.equal(score(), base + 1);
    await client.call('REPLICAOF', '127.0.0.1', '1');
    assert.equal(score(), base + 200);
  });

  it('takes no values that the kernel could never take', async () => {
    const refusal =
      "ERR CONFIG SET failed (possibly related to argument 'oom-score-adj-values') - " +
      'Invalid oom-score-adj-values, elements must be between -2000 and 2000.';
    await client.refused(refusal, 'CONFIG', 'SET', 'oom-score-adj-values', '1 2 2001');
    await client.refused(refusal, 'CONFIG', 'SET', 'oom-score-adj-values', '1 2 x');
  });
});
