/**
 * The boundary to Lua: any script gets a reply, and leaves a server that runs the next one. What scripts do among
 * themselves is Lua's affair; what they hand over, as arguments, results, errors, structures and numbers, is ours.
 */
import assert from 'node:assert/strict';
import type { FuzzTarget } from '../target.js';
import { FuzzedServer } from './fuzzed-server.js';

const WORDS =
  'redis.call( redis.pcall( redis.sha1hex( redis.error_reply( redis.status_reply( redis.setresp(3) redis.log( redis.breakpoint() cjson.encode( cjson.decode( cmsgpack.pack( cmsgpack.unpack( struct.pack( struct.unpack( bit.tobit( KEYS[1] ARGV[1] ARGV return local for do end function() error( pcall( nil true {} {ok=1} {err=2} {double=1.5} {map={}} 1e308 -0 0/0 #!lua string.rep( string.format( table.concat( setmetatable( coroutine.wrap( loadstring( tostring( tonumber( ..'.split(
    ' ',
  );

export function createLua(): FuzzTarget {
  const server = new FuzzedServer();
  return {
    name: 'lua',
    dictionary: [...WORDS, "'SET'", "'k'", "'GET'", '"\\0"', '\n'],
    seeds: () =>
      [
        "return redis.call('SET', KEYS[1], ARGV[1])",
        "local t = redis.call('LRANGE', KEYS[1], 0, -1) return #t",
        "return {1, 'two', {3, {ok='four'}}, redis.error_reply('ERR five'), 1.5, true, false, nil, 6}",
        'return cjson.encode(cjson.decode(\'{"a": [1, 2.5, null, "b"]}\'))',
        'return cmsgpack.unpack(cmsgpack.pack({1, {a = "b"}, 3.5, nil}))',
        "return struct.pack('>I2hBc0', 1, -2, 3, 'abc') .. struct.pack('<d', 1/0)",
        "return {struct.unpack('>I2hB', '\\1\\2\\3\\4\\5')}",
        'redis.setresp(3) return {map = {a = 1}, double = 2.5}',
        'for i = 1, 10 do redis.call("RPUSH", "l", i) end return redis.call("LRANGE", "l", 0, -1)',
        'return pcall(function() error({err = "x"}) end)',
        '#!lua flags=no-writes\nreturn redis.pcall("SET", "k", 1)',
        'local co = coroutine.wrap(function() redis.call("PING") error("x") end) return co()',
        'return bit.tohex(bit.bxor(0xff, -1), 4) .. redis.sha1hex("")',
      ].map((text) => Buffer.from(text, 'latin1')),
    run(input) {
      server.call('EVAL', input, 1, 'k', 'argument');
      const { length } = server.call('EVAL', "return redis.call('ECHO', ARGV[1])", 0, 'still here');
      assert.equal(length, '$10\r\nstill here\r\n'.length);
      server.memory.removeKeys();
    },
    settle: () => server.empty(),
  };
}
