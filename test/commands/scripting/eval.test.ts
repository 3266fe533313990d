import assert from 'node:assert/strict';
import type { Client } from '../../support/client.js';
import { MemoryServer } from '../../support/memory-server.js';

describe('EVAL', () => {
  let memory: MemoryServer;
  let client: Client;
  beforeEach(() => {
    memory = new MemoryServer();
    client = memory.connect();
  });

  /** Scripts, and what redis-server 7.0.15 answers to them byte for byte. */
  const replies: [script: string, reply: string][] = [
    ["return {1,2.9,'a',true,false,nil,4}", '*5\r\n:1\r\n:2\r\n$1\r\na\r\n:1\r\n$-1\r\n'],
    ["return {ok='fine'}", '+fine\r\n'],
    ["return {err='My Err'}", '-My Err\r\n'],
    ["return redis.error_reply('bad')", '-ERR bad\r\n'],
    ["return redis.call('set', KEYS[1], ARGV[1])", '+OK\r\n'],
    ["return type(redis.call('get', 'nokey'))", '$7\r\nboolean\r\n'],
    ['return {KEYS[1], ARGV[1], ARGV[2]}', '*2\r\n$3\r\nkey\r\n$3\r\narg\r\n'],
    ['return cjson.encode({1,2,3})', '$7\r\n[1,2,3]\r\n'],
    ["return cmsgpack.unpack(cmsgpack.pack({1,2,'x'}))", '*3\r\n:1\r\n:2\r\n$1\r\nx\r\n'],
    ["return struct.pack('>I2', 1)", '$2\r\n\0\x01\r\n'],
    ['return bit.band(7, 3)', ':3\r\n'],
    [
      'return foo',
      "-ERR user_script:1: Script attempted to access nonexistent global variable 'foo' script: 47e30a5d10d5694f99208f9adc4fe3bf2450edbd, on @user_script:1.\r\n",
    ],
    [
      'foo=1',
      '-ERR user_script:1: Attempt to modify a readonly table script: 5bddd8336e5f711bfa499383fc73c17560c6250b, on @user_script:1.\r\n',
    ],
    [
      "return redis.call('nope')",
      '-ERR Unknown Redis command called from script script: f01f0776df71cc5b400c2268135aa7f30dce2e53, on @user_script:1.\r\n',
    ],
    [
      "return redis.call('get')",
      '-ERR Wrong number of args calling Redis command from script script: f187dee77f607f7cff00bbabc9df38507582c78d, on @user_script:1.\r\n',
    ],
    ['syntax err', "-ERR Error compiling script (new function): user_script:1: '=' expected near 'err'\r\n"],
  ];
  for (const [script, reply] of replies) {
    it(`answers to "${script}" as Redis does`, () => client.wire(['EVAL', script, 1, 'key', 'arg'], reply));
  }

  it('leaves what was written before an error', async () => {
    await assert.rejects(client.call('EVAL', "redis.call('set','a','1') error('stop')", 0));
    assert.equal(await client.call('GET', 'a'), '1');
  });

  it('tells an error that is no text by its type and address', async () => {
    for (const [script, type] of [
      ['error(tostring)', 'function'],
      ['error(function() end)', 'function'],
      ['error(coroutine.create(function() end))', 'thread'],
    ]) {
      const reply = (await client.raw('EVAL', script, 0)).toString('latin1');
      assert.match(
        reply,
        new RegExp(`^-ERR ${type}: 0x[0-9a-f]+ script: [0-9a-f]{40}, on @user_script:1\\.\r\n$`),
      );
    }
    const reply = (await client.raw('EVAL', 'error(cjson.null)', 0)).toString('latin1');
    assert.match(reply, /^-ERR userdata: \(nil\) script: /);
  });

  it('selects a database for the script alone', async () => {
    await client.call('EVAL', "redis.call('select', 3) redis.call('set', 'k', 'three')", 0);
    assert.equal(await client.call('GET', 'k'), null);
    await client.call('SELECT', 3);
    assert.equal(await client.call('GET', 'k'), 'three');
  });

  it('keeps scripts by their SHA1, in either case, until SCRIPT FLUSH', async () => {
    const sha = await client.call('SCRIPT', 'LOAD', 'return ARGV[1]');
    assert.equal(sha, '098e0f0d1448c0a81dafe820f66d460eb09263da');
    assert.equal(await client.call('EVALSHA', String(sha).toUpperCase(), 0, 'x'), 'x');
    assert.deepEqual(await client.call('SCRIPT', 'EXISTS', String(sha), 'ffff'), [1, 0]);
    await client.call('SCRIPT', 'FLUSH');
    await client.refused('NOSCRIPT No matching script. Please use EVAL.', 'EVALSHA', String(sha), 0);
  });

  it('refuses in read-only scripts what replicas may be told of, too', async () => {
    for (const call of ["'publish','a','b'", "'spublish','a','b'", "'pfcount','a'"]) {
      const refusal = /ERR Write commands are not allowed from read-only scripts\./;
      await assert.rejects(client.call('EVAL_RO', `return redis.call(${call})`, 0), refusal);
      await assert.rejects(
        client.call('EVAL', `#!lua flags=no-writes\nreturn redis.call(${call})`, 0),
        refusal,
      );
      assert.equal(await client.call('EVAL', `return redis.call(${call})`, 0), 0);
    }
  });

  it('refuses writes in read-only scripts', async () => {
    const script = "return redis.call('set', 'x', 1)";
    await assert.rejects(client.call('EVAL_RO', script, 0), /Write commands are not allowed from read-only/);
    const flagged = `#!lua flags=no-writes\n${script}`;
    await assert.rejects(client.call('EVAL', flagged, 0), /Write commands are not allowed.*user_script:2/);
    await client.refused(
      'ERR Can not execute a script with write flag using *_ro command.',
      'EVAL_RO',
      '#!lua\nreturn 1',
      0,
    );
  });

  it('is refused as a command that writes while memory is lacking, unless its flags say otherwise', async () => {
    const refusal = "OOM command not allowed when used memory > 'maxmemory'.";
    await client.call('CONFIG', 'SET', 'maxmemory', 1);
    await client.refused(refusal, 'EVAL', '#!lua\nreturn 1', 0);
    await client.refused(refusal, 'EVAL_RO', '#!lua\nreturn 1', 0);
    await client.wire(['EVAL', '#!lua flags=allow-oom\nreturn 1', 0], ':1\r\n');
    await client.wire(['EVAL', '#!lua flags=no-writes\nreturn 1', 0], ':1\r\n');
    await client.wire(['EVAL', 'return 1', 0], ':1\r\n');
    await client.call('CONFIG', 'SET', 'maxmemory', 0);
  });

  it('ends a script that never ends, and serves on', async () => {
    memory.server.scripting.calls.supervision.instructionsMax = 10_000_000;
    await assert.rejects(client.call('EVAL', 'while true do end', 0), /Script killed by the server/);
    await client.wire('PING', '+PONG\r\n');
  }).timeout(60_000);

  it('is atomic: who waits for a key is served after the script', async () => {
    const waiting = memory.connect();
    waiting.send('BLPOP list 0\r\n');
    await client.call(
      'EVAL',
      "redis.call('rpush','list','a') redis.call('del','list') redis.call('rpush','list','b')",
      0,
    );
    assert.equal((await waiting.reply()).toString(), '*2\r\n$4\r\nlist\r\n$1\r\nb\r\n');
  });

  it('does not wait itself', () =>
    client.wire(['EVAL', "return redis.call('blpop', 'none', 0)", 0], '$-1\r\n'));
});
