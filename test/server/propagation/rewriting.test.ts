import assert from 'node:assert/strict';
import { TO_REPLICAS } from '../../../src/server/propagation/sink.js';
import { Leader, Recorder, readable } from './leader.js';

const NOW = 4_102_444_800_000;

/** Commands one after another, and what the last of them is passed on as. */
const cases: readonly (readonly [commands: readonly string[], stream: string])[] = [
  [['SET k v'], '[SET k v]'],
  [['set k v'], '[set k v]'],
  [['GET k'], ''],
  [['DEL k'], ''],
  [['SET k v', 'SETNX k w'], ''],
  [['SET k v EX 100'], `[SET k v PXAT ${NOW + 100_000}]`],
  [['SET k v GET PX 7'], `[SET k v PXAT ${NOW + 7}]`],
  [['SET k v', 'SET k w get'], '[SET k w]'],
  [['SET k v NX GET'], '[SET k v NX]'],
  [['SET k v', 'GETSET k w'], '[SET k w]'],
  [['SETEX k 10 v'], `[SET k v PXAT ${NOW + 10_000}]`],
  [['PSETEX k 10 v'], `[SET k v PXAT ${NOW + 10}]`],
  [['SET k v', 'EXPIRE k 10'], `[PEXPIREAT k ${NOW + 10_000}]`],
  [['SET k v', 'PEXPIRE k 10 NX'], `[PEXPIREAT k ${NOW + 10} NX]`],
  [['SET k v', 'EXPIREAT k 5000000000'], '[PEXPIREAT k 5000000000000]'],
  [['SET k v', 'EXPIRE k -1'], '[DEL k]'],
  [['CONFIG SET lazyfree-lazy-expire yes', 'SET k v', 'EXPIRE k -1'], '[UNLINK k]'],
  [['SET k v', 'GETEX k EX 10'], `[PEXPIREAT k ${NOW + 10_000}]`],
  [['SET k v EX 10', 'GETEX k PERSIST'], '[PERSIST k]'],
  [['SET k v', 'GETEX k'], ''],
  [['SET k v', 'GETEX k PXAT 1'], '[DEL k]'],
  [['SET k v', 'GETDEL k'], '[DEL k]'],
  [['SET k 1', 'INCRBYFLOAT k 1.5'], '[SET k 2.5 KEEPTTL]'],
  [['HINCRBYFLOAT h f 1.5'], '[HSET h f 1.5]'],
  [['INCR k'], '[INCR k]'],
  [['SADD s a', 'SPOP s'], '[SREM s a]'],
  [['SADD s a b', 'SPOP s 5'], '[DEL s]'],
  [['RPUSH l a b c', 'LMPOP 2 none l RIGHT COUNT 2'], '[RPOP l 2]'],
  [['RPUSH l a b c', 'BLPOP none l 0'], '[LPOP l]'],
  [['RPUSH l a b c', 'BLMPOP 0 1 l LEFT'], '[LPOP l 1]'],
  [['RPUSH l a b c', 'BLMOVE l m RIGHT LEFT 0'], '[LMOVE l m RIGHT LEFT]'],
  [['RPUSH l a b c', 'BRPOPLPUSH l m 0'], '[RPOPLPUSH l m]'],
  [['RPUSH l a b', 'LMPOP 1 l LEFT COUNT 5'], '[LPOP l 2]'],
  [['RPUSH l a b', 'LTRIM l 0 5'], ''],
  [['GEOADD g NX CH 1 1 a'], '[zadd g NX CH 3377822707026402 a]'],
  [['ZADD z 1 a 2 b', 'ZMPOP 1 z MAX COUNT 5'], '[ZPOPMAX z 2]'],
  [['ZADD z 1 a 2 b', 'BZPOPMIN z 0'], '[ZPOPMIN z]'],
  [['XADD x * f v'], `[XADD x ${NOW}-0 f v]`],
  [['XADD x 1-* f v'], '[XADD x 1-0 f v]'],
  [['XADD x 1-1 f v', 'XADD x MAXLEN ~ 1 2-1 f v'], '[XADD x MAXLEN = 2 2-1 f v]'],
  [
    ['XADD x 1-1 f v', 'XADD x LIMIT 3 MINID ~ 1-1 NOMKSTREAM * f v'],
    `[XADD x NOMKSTREAM MINID = 1-1 ${NOW}-0 f v]`,
  ],
  [['xadd x NOMKSTREAM 1 f v'], ''],
  [['xadd x MAXLEN 5 1-* f v'], '[xadd x MAXLEN 5 1-0 f v]'],
  [['XADD x 1-1 f v', 'XADD x MAXLEN 1 2-1 f v'], '[XADD x MAXLEN 1 2-1 f v]'],
  [['XADD x 1-1 f v', 'XADD x 2-1 f v', 'XTRIM x MINID 2'], '[XTRIM x MINID 2]'],
  [
    ['XADD x 1-1 f v', 'XGROUP CREATE x g 0', 'XREADGROUP GROUP g c STREAMS x >'],
    `[MULTI][XCLAIM x g c 0 1-1 TIME ${NOW} RETRYCOUNT 1 FORCE JUSTID LASTID 1-1][XGROUP SETID x g 1-1 ENTRIESREAD 1][EXEC]`,
  ],
  [
    ['XADD x 1-1 f v', 'XGROUP CREATE x g 0', 'XREADGROUP GROUP g c NOACK STREAMS x >'],
    '[MULTI][XGROUP CREATECONSUMER x g c][XGROUP SETID x g 1-1 ENTRIESREAD 1][EXEC]',
  ],
  [
    [
      'XADD x 1-1 f v',
      'XGROUP CREATE x g 0',
      'XREADGROUP GROUP g c STREAMS x >',
      'XCLAIM x g d 0 1-1 LASTID 3',
    ],
    `[XCLAIM x g d 0 1-1 TIME ${NOW} RETRYCOUNT 2 FORCE JUSTID LASTID 3-0]`,
  ],
  [
    [
      'XADD x 1-1 f v',
      'XGROUP CREATE x g 0',
      'XREADGROUP GROUP g c STREAMS x >',
      'XDEL x 1-1',
      'XAUTOCLAIM x g c 0 0',
    ],
    `[XCLAIM x g c 0 1-1 TIME ${NOW} RETRYCOUNT 1 FORCE JUSTID LASTID 1-1]`,
  ],
  [
    [
      'XADD x 1-1 f v',
      'XADD x 2-1 f v',
      'XGROUP CREATE x g 0',
      'XREADGROUP GROUP g c STREAMS x >',
      'XDEL x 1-1',
      'XAUTOCLAIM x g c 0 0',
    ],
    `[MULTI][XCLAIM x g c 0 1-1 TIME ${NOW} RETRYCOUNT 1 FORCE JUSTID LASTID 2-1][XCLAIM x g c 0 2-1 TIME ${NOW} RETRYCOUNT 2 FORCE JUSTID LASTID 2-1][EXEC]`,
  ],
  [['FLUSHALL'], '[FLUSHALL]'],
  [['FLUSHDB'], '[FLUSHDB]'],
  [['PFADD p a', 'PFCOUNT p'], '[PFCOUNT p]'],
  [['PFADD p a', 'PFCOUNT p', 'PFCOUNT p'], ''],
  [['PUBLISH c m'], ''],
];

describe('what commands are passed on as', () => {
  for (const [commands, stream] of cases) {
    it(`${commands.join(', ')} as ${stream === '' ? 'nothing' : stream}`, async () => {
      const { client, recorder } = new Leader();
      await client.call('SET', 'selects', 'the database');
      for (const command of commands) {
        recorder.take();
        await client.call(...command.split(' '));
      }
      assert.equal(readable(recorder.take()), stream);
    });
  }
});

describe('the stream of effects', () => {
  it('selects a database when it changes', async () => {
    const { client, recorder } = new Leader();
    await client.call('SET', 'a', '1');
    await client.call('SELECT', '3');
    await client.call('SET', 'b', '2');
    await client.call('SET', 'c', '3');
    assert.equal(readable(recorder.take()), '[SELECT 0][SET a 1][SELECT 3][SET b 2][SET c 3]');
  });

  it('frames a transaction, in which a single effect needs no frame', async () => {
    const { client, recorder } = new Leader();
    const transact = async (...commands: readonly string[]): Promise<string> => {
      await client.call('MULTI');
      for (const command of commands) await client.call(...command.split(' '));
      await client.call('EXEC');
      return readable(recorder.take());
    };
    assert.equal(
      await transact('SET a 1', 'GET a', 'EXPIRE a 1'),
      `[MULTI][SELECT 0][SET a 1][PEXPIREAT a ${NOW + 1000}][EXEC]`,
    );
    assert.equal(await transact('SET a 1', 'GET a'), '[SET a 1]');
    assert.equal(await transact('GET a'), '');
    assert.equal(
      await transact('SET a 1', 'SELECT 1', 'SET b 1'),
      '[MULTI][SET a 1][SELECT 1][SET b 1][EXEC]',
    );
  });

  it('deletes what expired before the request that met it', async () => {
    const { client, memory, recorder } = new Leader();
    await client.call('SET', 'a', '1', 'PX', '5');
    await client.call('SET', 'b', '1', 'PX', '5');
    memory.advance(10);
    recorder.take();
    await client.call('GET', 'a');
    assert.equal(readable(recorder.take()), '[DEL a]');
    await client.call('APPEND', 'b', 'x');
    assert.equal(readable(recorder.take()), '[MULTI][DEL b][APPEND b x][EXEC]');
  });

  it('deletes what expires by itself, each key by itself', async () => {
    const { client, memory, recorder } = new Leader();
    await client.call('SET', 'a', '1', 'PX', '5');
    await client.call('SET', 'b', '1', 'PX', '6');
    memory.advance(10);
    recorder.take();
    memory.tick();
    assert.equal(readable(recorder.take()), '[DEL a][DEL b]');
  });

  it('deletes what was evicted before the request that needed the room', async () => {
    const { client, memory, recorder } = new Leader();
    await client.call('SET', 'old', 'x'.repeat(1000));
    memory.server.keyspace.eviction.policy = 'allkeys-lru';
    memory.server.memoryLimit.bytesMax = memory.server.keyspace.usedBytes() - 1;
    recorder.take();
    await client.call('SET', 'new', '1');
    assert.equal(readable(recorder.take()), '[DEL old][SET new 1]');
  });

  it('has the pop of a client that waited after the push that served it', async () => {
    const { client, memory, recorder } = new Leader();
    const waiting = memory.connect();
    waiting.send('BLPOP l 0\r\n');
    await client.call('RPUSH', 'l', 'a', 'b');
    assert.equal(readable(recorder.take()), '[SELECT 0][RPUSH l a b][LPOP l]');
  });

  it('gives replicas what is published, and the file nothing of it', async () => {
    const { client, memory, recorder } = new Leader();
    const replica = new Recorder(TO_REPLICAS);
    memory.server.propagation.attach(replica);
    await client.call('PUBLISH', 'channel', 'message');
    assert.equal(readable(recorder.take()), '');
    assert.equal(readable(replica.take()), '[SELECT 0][PUBLISH channel message]');
    memory.server.propagation.detach(replica);
    await client.call('PUBLISH', 'channel', 'message');
    assert.equal(readable(replica.take()), '');
  });

  it('is nobody’s while nobody listens', async () => {
    const { client, memory, recorder } = new Leader();
    memory.server.propagation.detach(recorder);
    await client.call('SET', 'a', '1');
    assert.equal(readable(recorder.take()), '');
    assert.equal(memory.server.afterCommandMask, 0);
  });
});
