/** What gates make of a transaction: while it is queued, of each command by itself; at EXEC, of all that was queued. */
import assert from 'node:assert/strict';
import { describeCommand } from '../../support/describe-command.js';

const NO_ROOM = "OOM command not allowed when used memory > 'maxmemory'.";
const TOO_FEW = 'NOREPLICAS Not enough good replicas to write.';
const MASTER_DOWN = "MASTERDOWN Link with MASTER is down and replica-serve-stale-data is set to 'no'.";
const EVAL_READING = ['EVAL', "return redis.call('get', 'key')", 0] as const;
const ABORTED = 'EXECABORT Transaction discarded because of previous errors.';
const abortedBecause = (refusal: string): string =>
  `EXECABORT Transaction discarded because of: ${refusal.replace(/^ERR /, '')}`;

describeCommand('MULTI EXEC DISCARD', ({ call, refused, connect }) => {
  const administer = async (...words: (string | number)[]): Promise<unknown> =>
    (await connect()).call(...words);

  afterEach(async () => {
    await administer(
      ...['CONFIG', 'SET', 'maxmemory', 0, 'min-replicas-to-write', 0],
      ...['replica-serve-stale-data', 'yes'],
    );
    await administer('REPLICAOF', 'NO', 'ONE');
  });

  it('queue nothing at all while there is no room: a queue takes memory, too', async () => {
    await call('MULTI');
    await administer('CONFIG', 'SET', 'maxmemory', 1);
    for (const line of ['GET key', 'PING', 'MULTI', 'WATCH key']) await refused(NO_ROOM, ...line.split(' '));
    await administer('CONFIG', 'SET', 'maxmemory', 0);
    await refused(ABORTED, 'EXEC');
  });

  it('let a client leave a transaction that needs memory when there is none', async () => {
    for (const [leaving, reply] of [
      ['DISCARD', 'OK'],
      ['RESET', 'RESET'],
    ]) {
      await call('MULTI');
      await call('SET', 'key', 'value');
      await administer('CONFIG', 'SET', 'maxmemory', 1);
      assert.equal(await call(leaving), reply);
      await administer('CONFIG', 'SET', 'maxmemory', 0);
    }
    await call('MULTI');
    await call('SET', 'key', 'value');
    await administer('CONFIG', 'SET', 'maxmemory', 1);
    await refused(abortedBecause(NO_ROOM), 'EXEC');
    await refused('ERR DISCARD without MULTI', 'DISCARD');
  });

  it('run what needs no memory without any', async () => {
    await call('MULTI');
    await call('GET', 'nothing');
    await administer('CONFIG', 'SET', 'maxmemory', 1);
    assert.deepEqual(await call('EXEC'), [null]);
  });

  it('take a script for what it is, and not for what was queued before it', async () => {
    await call('MULTI');
    await call('SET', 'key', 'value');
    await administer('CONFIG', 'SET', 'min-replicas-to-write', 1);
    assert.equal(await call(...EVAL_READING), 'QUEUED');
    await refused(abortedBecause(TOO_FEW), 'EXEC');
  });

  it('refuse to read what may be stale, also after a command that is allowed then', async () => {
    await administer('REPLICAOF', '127.0.0.1', 1);
    await administer('CONFIG', 'SET', 'replica-serve-stale-data', 'no');
    await call('MULTI');
    await call('INFO');
    await refused(MASTER_DOWN, 'EVAL', '#!lua flags=no-writes\nreturn 1', 0);
    await refused(MASTER_DOWN, 'GET', 'key');
    await refused(ABORTED, 'EXEC');
  });

  it('refuse to run what has become stale since it was queued, unless all of it is allowed then', async () => {
    await call('MULTI');
    await call('PUBLISH', 'channel', 'message');
    await call('GET', 'key');
    await administer('REPLICAOF', '127.0.0.1', 1);
    await administer('CONFIG', 'SET', 'replica-serve-stale-data', 'no');
    await refused(abortedBecause(MASTER_DOWN), 'EXEC');
    await call('MULTI');
    await call('PUBLISH', 'channel', 'message');
    assert.deepEqual(await call('EXEC'), [0]);
  });
});
