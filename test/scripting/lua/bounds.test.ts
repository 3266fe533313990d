import assert from 'node:assert/strict';
import type { Client } from '../../support/client.js';
import { MemoryServer } from '../../support/memory-server.js';

const MEGABYTE = 1024 * 1024;

describe('scripts that know no bounds', () => {
  let memory: MemoryServer;
  let client: Client;
  beforeEach(async () => {
    memory = new MemoryServer();
    client = memory.connect();
    await client.call('SET', 'key', 'value');
  });
  afterEach(async () => {
    assert.equal(await client.call('EVAL', "return redis.call('GET', KEYS[1])", 1, 'key'), 'value');
  });

  it('are no cost to a server that runs none', () => {
    assert.equal(memory.server.scripting.memoryBytes, 0);
    assert.equal(memory.server.functions.memoryBytes, 0);
  });

  it('end when they take too much memory, which is given back', async () => {
    const script = "local t, s = {}, string.rep('x', 2e7) for i = 1, 1e6 do t[i] = s .. i end";
    await assert.rejects(client.call('EVAL', script, 0), /not enough memory/);
    assert.ok(memory.server.scripting.memoryBytes < 64 * MEGABYTE);
  }).timeout(20_000);

  it('end when they take it in small pieces, and small pieces are there for the next', async () => {
    const script = 'local t = {} for i = 1, 1e9 do t[i] = {i} end';
    await assert.rejects(client.call('EVAL', script, 0), /not enough memory/);
    const next = 'local t = {} for i = 1, 1e4 do t[i] = {i} end return #t';
    assert.equal(await client.call('EVAL', next, 0), 10_000);
  }).timeout(20_000);

  it('begin no string that memory would not do for', () =>
    assert.rejects(client.call('EVAL', "return string.rep('x', 2e9)", 0), /not enough memory/));

  it('end when they call themselves for ever', () =>
    assert.rejects(
      client.call('EVAL', 'local function f() return f() + 1 end return f()', 0),
      /stack overflow/,
    ));

  it('end when a pattern goes too deep', () =>
    assert.rejects(
      client.call('EVAL', "return string.find(string.rep('a', 1e5), string.rep('a?', 1e5) .. 'b')", 0),
      /stack overflow/,
    ));

  it('may go as deep as on C, whose stack this is', async () => {
    const nested = "string.rep('[', 999) .. string.rep(']', 999)";
    assert.equal(await client.call('EVAL', `return #cjson.encode(cjson.decode(${nested}))`, 0), 1998);
    const substituting =
      "local function f(n) if n == 0 then return 'x' end return (string.gsub('a', 'a', function() return f(n - 1) end)) end";
    assert.equal(await client.call('EVAL', `${substituting} return f(150)`, 0), 'x');
    await assert.rejects(client.call('EVAL', `${substituting} return f(250)`, 0), /C stack overflow/);
  });

  it('return nothing that contains itself', async () => {
    const reply = await client.raw('EVAL', 'local t = {} t[1] = t return t', 0);
    assert.match(reply.toString('latin1'), /^(\*1\r\n)+-ERR reached lua stack limit\r\n$/);
  });

  it('end after so many instructions where nobody could end them', async () => {
    memory.server.scripting.calls.supervision.instructionsMax = 1_000_000;
    await assert.rejects(client.call('EVAL', 'while true do end', 0), /Script killed by the server/);
    await assert.rejects(
      client.call('EVAL', 'while true do pcall(error) end', 0),
      /Script killed by the server/,
    );
    const coroutines = 'while true do coroutine.wrap(function() while true do end end)() end';
    await assert.rejects(client.call('EVAL', coroutines, 0), /Script killed by the server/);
  });

  it('leave what they wrote', async () => {
    await assert.rejects(client.call('EVAL', "redis.call('SET', 'x', 1) error('then')", 0));
    assert.equal(await client.call('GET', 'x'), '1');
  });

  it('lose nothing but their variables when the machine has to be made anew', async () => {
    const counter = "local n = 0 redis.register_function('next', function() n = n + 1 return n end)";
    const breaker =
      "redis.register_function('breaks', function() return string.find(string.rep('a', 1e5), string.rep('a?', 1e5) .. 'b') end)";
    await client.call('FUNCTION', 'LOAD', `#!lua name=l\n${counter} ${breaker}`);
    assert.deepEqual([await client.call('FCALL', 'next', 0), await client.call('FCALL', 'next', 0)], [1, 2]);
    await assert.rejects(client.call('FCALL', 'breaks', 0), /stack overflow/);
    assert.equal(await client.call('FCALL', 'next', 0), 1);
  });

  it('find neither files nor the process', async () => {
    const names = await client.call(
      'EVAL',
      'local t = {} for k in pairs(os) do t[#t + 1] = k end return t',
      0,
    );
    assert.deepEqual(names, ['clock']);
    for (const name of [
      'io',
      'debug',
      'package',
      'require',
      'dofile',
      'loadfile',
      'getfenv',
      'setfenv',
      'newproxy',
    ]) {
      await assert.rejects(client.call('EVAL', `return ${name}`, 0), /nonexistent global variable/);
    }
  });
});
