/** Scripts and what a person asks the debugger about them. */
import type { Word } from '../../../support/words.js';

export interface DebuggedScript {
  readonly title: string;
  /** EVAL's words behind its name. */
  readonly evaluated: readonly Word[];
  /** Words, a space between; an array where one has spaces. */
  readonly requests: readonly (string | readonly string[])[];
  /** What the client does before. */
  readonly before?: readonly (readonly Word[])[];
}

const lines = (...all: string[]): string => all.join('\n');
const steps = (count: number): string[] => Array.from({ length: count }, () => 's');

const TOUR = lines(
  'local a = 1',
  'local b = {1,2,{x=1},"s"}',
  "redis.call('set','k','v')",
  "local r = redis.call('get','k')",
  'if r then',
  '  a = a + 1',
  'end',
  'local function f(n)',
  '  local c = n',
  '  redis.breakpoint()',
  '  return c * 2',
  'end',
  'local d = f(4)',
  'redis.debug(a, b, "txt", nil, true)',
  'return {a, d, r}',
);

const VALUES = lines(
  'local a,b,c,d,e,f,h = 1.5, 1e20, -1/0, 0.00001, {}, {a=1}, true',
  'local n = {1,2,nil,4}',
  'local deep = {{{{{{{{{{{{1}}}}}}}}}}}}',
  'local own = {}',
  'own[1] = own',
  'local bytes = "a\\0b\\255\\r\\n\\t\\"q\\\\"',
  'local m = 123456789012345678',
  'local mixed = {1,2,x=3}',
  'local half = {[2.5]="two"}',
  'local z,y,x,w = 1000000, 123456, 12345.678, 0.1 + 0.2',
  'local null = cjson.null',
  'return 1',
);

const ERRORS = lines(
  'redis.call("set","s","v") local x = 1',
  'x = redis.pcall("incr","s")',
  'x = redis.error_reply("my err")',
  'x = redis.error_reply(1,2)',
  'x = redis.status_reply(1,2)',
  'x = pcall(redis.log)',
  'x = pcall(redis.sha1hex)',
  'x = pcall(redis.setresp, 9)',
  'x = pcall(redis.set_repl)',
  'x = pcall(redis.acl_check_cmd, "nope")',
  'x = redis.pcall()',
  'x = redis.pcall({})',
  'x = redis.pcall("subscribe","a")',
  'x = redis.pcall("config")',
  'x = pcall(error, {err="ERR q"})',
  'x = pcall(error, "z")',
  'x = redis.call("incr","s")',
);

const REPLIES = lines(
  'redis.call("rpush","list",1,2,3,4,5,6,7,8,9,10)',
  'redis.call("lrange","list",0,-1)',
  'redis.call("set","s","a\\r\\nb\\0c")',
  'redis.call("mget","s","nope","list")',
  'redis.call("zadd","z",1.5,"m")',
  'redis.call("hset","h","f",string.rep("v",300))',
  'redis.setresp(3)',
  'redis.call("zscore","z","m")',
  'redis.call("hgetall","h")',
  'redis.call("sinter","none")',
  'redis.call("get","nope")',
  'redis.call("config","get","maxmemory")',
  'return false',
);

const CALLS = lines(
  'local t = {}',
  'function t.foo(n)',
  '  if n == 0 then redis.breakpoint()',
  '    return 0 end',
  '  local r = t.foo(n - 1)',
  '  return r',
  'end',
  'local function tail(n)',
  '  return t.foo(n)',
  'end',
  'local x = tail(2)',
  'table.sort({2,1}, function(p,q)',
  '  return p < q end)',
  'return x',
);

/** What two servers answer alike, but for addresses. */
export const DEBUGGED_SCRIPTS: readonly DebuggedScript[] = [
  { title: 'a tour, step by step', evaluated: [TOUR, 0], requests: steps(14) },
  {
    title: 'a tour from breakpoint to breakpoint',
    evaluated: [TOUR, 2, 'k1', 'k2', 'a1'],
    requests: [
      'b 6 14',
      'b',
      'c',
      'p',
      'p a',
      'p KEYS',
      'p ARGV',
      'p none',
      'b -6',
      'c',
      't',
      'p c',
      'c',
      'c',
    ],
  },
  {
    title: 'its source',
    evaluated: [TOUR, 0],
    requests: [
      'l',
      'list 8',
      'list 8 2',
      'l 100',
      'l 0',
      'l -3 4',
      'l all',
      'l 5 0',
      'l 2 -1',
      'w',
      'whole',
      'a',
    ],
  },
  {
    title: 'breakpoints that are none',
    evaluated: [TOUR, 0],
    requests: [
      'b',
      'b 2 2',
      'b x',
      'b -9',
      'b 99',
      'b 3 0 2',
      'b',
      'b 1x',
      'b +2',
      'b -0',
      'b 0',
      'b',
      'abort',
    ],
  },
  {
    title: 'more breakpoints than there may be',
    evaluated: [
      steps(70)
        .map((_, index) => `local v${index} = ${index}`)
        .join('\n'),
      0,
    ],
    requests: [['b', ...steps(70).map((_, index) => String(index + 1))], 'b', 'b 70', 'c', 'a'],
  },
  { title: 'help', evaluated: ['return 1', 0], requests: ['help', 'H', 'nothing', 'r', 'restart', 'c'] },
  {
    title: 'values',
    evaluated: [VALUES, 0],
    requests: ['b 12', 'c', 'p', 'm 0', 'p', 'p deep', 'p own', 'p bytes', 'p n', 'p null', 's'],
  },
  {
    title: 'trimming',
    evaluated: [
      'local s = string.rep("x", 300)\nredis.call("set","s",s)\nredis.call("get","s")\nreturn 1',
      0,
    ],
    requests: [
      'm',
      's',
      'p',
      'p s',
      's',
      's',
      'm 10',
      'm',
      'p s',
      'm 0',
      'p s',
      'm -1',
      'm 61x',
      'm no',
      's',
    ],
  },
  {
    title: 'Lua that is given to it',
    evaluated: ['local a = 1\nreturn KEYS[1]', 1, 'k1'],
    requests: [
      'e 1+1',
      'e return 5',
      'e x = 5',
      'e a',
      ['e', 'error("boom")'],
      ['e', '1', '+', '2'],
      ['e', '(function() redis.breakpoint() return 3 end)()'],
      ['e', 'redis.debug("x")'],
      ['e', 'redis.pcall("nope")'],
      ['e', 'redis.call("set","z","9")'],
      'e syntax error here',
      'e KEYS[1]',
      'e',
      'e 2^53',
      's',
      's',
    ],
  },
  {
    title: 'commands that are given to it',
    evaluated: ['local a = 1\nreturn 1', 0],
    requests: [
      'r set k v',
      'r GET k',
      'r nope',
      'r set',
      'r incr k',
      'r lpush l 1 2',
      'r lrange l 0 -1',
      'p',
      's',
      's',
    ],
  },
  { title: 'errors', evaluated: [ERRORS, 0], requests: steps(17) },
  { title: 'replies', evaluated: [REPLIES, 0], requests: steps(13) },
  {
    title: 'calls',
    evaluated: [CALLS, 0],
    requests: ['b 13', 'c', 't', 'p', 'p n', 'p r', 'c', 't', 'p', 'b 0', 'c'],
  },
  {
    title: 'coroutines',
    evaluated: [
      'local co = coroutine.wrap(function(x)\n local y = x\n coroutine.yield(y)\n return y + 1\nend)\nlocal a = co(5)\nlocal b = co()\nreturn {a,b}',
      0,
    ],
    requests: ['b 3', 'c', 't', 'p', 'p x', 's', 's', 's', 's', 's'],
  },
  {
    title: 'variables that hide others, and those of loops',
    evaluated: [
      'local a = 1\ndo local a = 2\nlocal c = a\nredis.call("ping") end\nfor i,v in ipairs({5,6}) do\n local q = v\n redis.call("ping") end\nreturn 1',
      0,
    ],
    requests: ['b 4 7', 'c', 'p', 'p a', 'c', 'p i', ['p', '(for control)'], 'p q', 'b 0', 'c'],
  },
  {
    title: 'varargs and upvalues',
    evaluated: [
      'local up = 5\nlocal function f(...)\n local n = select("#",...)\n return n + up end\nlocal x = f(1,2,3)\nreturn x',
      0,
    ],
    requests: ['b 4', 'c', 'p', 'p up', 'p none', 'b 0', 'c'],
  },
  {
    title: 'Lua that the script compiles',
    evaluated: [
      'local f = loadstring("local a = 1\\nreturn a")\nlocal g = loadstring("local b = 2\\nreturn b","@user_script")\nf()\nreturn g()',
      0,
    ],
    requests: ['s', 's', 's', 't', 's', 'p', 's'],
  },
  {
    title: 'a script of one line',
    evaluated: ['for i=1,2 do redis.call("incr","c") end return 5', 0],
    requests: steps(4),
  },
  { title: 'no script', evaluated: ['', 0], requests: ['l', 's'] },
  {
    title: 'blank lines',
    evaluated: ['\n\nlocal a = "x\\ny"\r\n\nreturn a\n\n', 0],
    requests: ['w', 's', 'p', 's'],
  },
  {
    title: 'a shebang',
    evaluated: ['#!lua flags=no-writes\nlocal a = redis.pcall("set","k","v")\nreturn a', 0],
    requests: ['w', 's', 's'],
  },
  { title: 'a wrong shebang', evaluated: ['#!lua flags=foo\nreturn 1', 0], requests: [] },
  { title: 'what is no Lua', evaluated: ['return +', 0], requests: [] },
  { title: 'a wrong number of keys', evaluated: ['return 1', 5], requests: [] },
  { title: 'an error of its own', evaluated: ['local x = nil\nreturn x.y', 0], requests: ['s'] },
  { title: 'a command that fails', evaluated: ['redis.call("set","a")\nreturn 1', 0], requests: ['s'] },
  {
    title: 'an end that the script catches',
    evaluated: ['local r = {pcall(function()\n redis.breakpoint()\n return 1 end)}\nreturn r', 0],
    requests: ['c', 'abort'],
  },
  {
    title: 'capital letters',
    evaluated: ['local a = 1\nreturn 1', 0],
    requests: ['LIST', 'Print', 'B 2', 'R PING', 'C', 'C'],
  },
  {
    title: 'words that are too many',
    evaluated: ['local a = 1\nlocal b = 2\nreturn 1', 0],
    requests: ['w 1 2', 't x', 'm 1 2', 'p a b', 's x', 'c 1'],
  },
  {
    title: 'the result of redis.breakpoint',
    evaluated: ['local x = redis.breakpoint()\nreturn x', 0],
    requests: ['c', 'p', 's'],
  },
  {
    title: 'a transaction of one script',
    before: [['MULTI'], ['SET', 'k', 'v']],
    evaluated: ['local a = 1\nreturn a', 0],
    requests: ['s', 's'],
  },
];
