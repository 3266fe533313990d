/** What the flags of a script decide before it begins: gates treat EVAL and FCALL as what their scripts say they are. */
import assert from 'node:assert/strict';
import { describeCommand } from '../../support/describe-command.js';

const READ_ONLY = "READONLY You can't write against a read only replica.";
const MASTER_DOWN = "MASTERDOWN Link with MASTER is down and replica-serve-stale-data is set to 'no'.";
const TOO_FEW = 'NOREPLICAS Not enough good replicas to write.';
const NO_ROOM = "OOM command not allowed when used memory > 'maxmemory'.";

const READING = "return redis.call('get', 'key')";
const flagged = (flags: string, body: string): string => `#!lua flags=${flags}\n${body}`;

describeCommand('EVAL EVALSHA FCALL', ({ call, refused, connect }) => {
  afterEach(async () => {
    await call(
      'CONFIG',
      'SET',
      'maxmemory',
      0,
      'min-replicas-to-write',
      0,
      'replica-serve-stale-data',
      'yes',
    );
    await call('REPLICAOF', 'NO', 'ONE');
    await call('FUNCTION', 'FLUSH');
  });

  const load = (flags: string): Promise<unknown> => {
    const callback = `function() ${READING} end`;
    const options = `{function_name='f', callback=${callback}, flags={${flags}}}`;
    return call('FUNCTION', 'LOAD', 'REPLACE', `#!lua name=lib\nredis.register_function${options}`);
  };

  it('are refused on a read-only replica unless the script says that it does not write', async () => {
    await load('');
    await call('REPLICAOF', '127.0.0.1', 1);
    await refused(READ_ONLY, 'EVAL', flagged('', READING), 0);
    await refused(READ_ONLY, 'EVAL_RO', flagged('', READING), 0);
    await refused(READ_ONLY, 'FCALL', 'f', 0);
    const sha = await call('SCRIPT', 'LOAD', flagged('', READING));
    await refused(READ_ONLY, 'EVALSHA', String(sha), 0);
    assert.equal(await call('EVAL', flagged('no-writes', READING), 0), null);
  });

  it('go by what is called when the script says nothing', async () => {
    await call('REPLICAOF', '127.0.0.1', 1);
    assert.equal(await call('EVAL', READING, 0), null);
  });

  it('are refused while too few replicas follow', async () => {
    await load('');
    await call('CONFIG', 'SET', 'min-replicas-to-write', 1);
    await refused(TOO_FEW, 'EVAL', flagged('', 'return 1'), 0);
    await refused(TOO_FEW, 'FCALL', 'f', 0);
    assert.equal(await call('EVAL', flagged('no-writes', 'return 1'), 0), 1);
    assert.equal(await call('EVAL', 'return 1', 0), 1);
  });

  it('are refused while the master is out of reach unless the script says that stale data will do', async () => {
    await load("'no-writes'");
    await call('CONFIG', 'SET', 'replica-serve-stale-data', 'no');
    await call('REPLICAOF', '127.0.0.1', 1);
    await refused(MASTER_DOWN, 'EVAL', 'return 1', 0);
    await refused(MASTER_DOWN, 'EVAL', flagged('no-writes', 'return 1'), 0);
    await refused(MASTER_DOWN, 'FCALL', 'f', 0);
    assert.equal(await call('EVAL', flagged('no-writes,allow-stale', 'return 1'), 0), 1);
  });

  it('that may run with stale data may not call what has to read it', async () => {
    await call('CONFIG', 'SET', 'replica-serve-stale-data', 'no');
    await call('REPLICAOF', '127.0.0.1', 1);
    const script = flagged('no-writes,allow-stale', "return redis.pcall('get', 'key').err");
    assert.equal(await call('EVAL', script, 0), 'ERR Can not execute the command on a stale replica');
  });

  it('are refused at once within MULTI, which is then over', async () => {
    await call('CONFIG', 'SET', 'maxmemory', 1);
    await call('MULTI');
    await refused(NO_ROOM, 'EVAL', flagged('', READING), 0);
    await refused('EXECABORT Transaction discarded because of previous errors.', 'EXEC');
  });

  it('make a transaction one that writes', async () => {
    await call('MULTI');
    await call('EVAL', flagged('', READING), 0);
    const other = await connect();
    await other.call('CONFIG', 'SET', 'min-replicas-to-write', 1);
    await refused(`EXECABORT Transaction discarded because of: ${TOO_FEW}`, 'EXEC');
  });
});
