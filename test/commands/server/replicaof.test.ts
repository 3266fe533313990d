import assert from 'node:assert/strict';
import { describeCommand } from '../../support/describe-command.js';

describeCommand('REPLICAOF', ({ call }) => {
  afterEach(() => call('REPLICAOF', 'NO', 'ONE'));

  const configured = () => call('CONFIG', 'GET', 'replicaof');

  it('is what the configuration says from then on', async () => {
    assert.deepEqual(await configured(), ['replicaof', '']);
    await call('REPLICAOF', '127.0.0.1', 1);
    assert.deepEqual(await configured(), ['replicaof', '127.0.0.1 1']);
    await call('SLAVEOF', '127.0.0.1', 2);
    assert.deepEqual(await configured(), ['replicaof', '127.0.0.1 2']);
    await call('REPLICAOF', 'no', 'one');
    assert.deepEqual(await configured(), ['replicaof', '']);
  });
});
