import { describeScripts, type ScriptReply } from './describe-scripts.js';

/** SHA stands for the script's own. */
const REPLIES: readonly ScriptReply[] = [
  ['#! lua\nreturn 1', '-ERR Unexpected engine in script shebang: #!\r\n'],
  ['#!"lua\nreturn 1', '-ERR Invalid engine in script shebang\r\n'],
  ['#!"lua" \'flags=allow-oom\' \nreturn 1', ':1\r\n'],
  ['#!lua flags=\nreturn 1', ':1\r\n'],
  ['#!lua flags=,allow-oom\nreturn 1', '-ERR Unexpected flag in script shebang: \r\n'],
  ['error(nil)', '-ERR nil script: SHA, on @user_script:1.\r\n'],
  ['error("x",0)', '-ERR x script: SHA, on @user_script:1.\r\n'],
  ['error("x",2)', '-ERR x script: SHA, on @user_script:1.\r\n'],
  ['error({err="a"})', '-a script: SHA, on @user_script:1.\r\n'],
  ['assert(false)', '-ERR user_script:1: assertion failed! script: SHA, on @user_script:1.\r\n'],
  ['assert(nil,"msg")', '-ERR user_script:1: msg script: SHA, on @user_script:1.\r\n'],
  [
    'return redis.call()',
    '-ERR Please specify at least one argument for this redis lib call script: SHA, on @user_script:1.\r\n',
  ],
  ['return redis.pcall()', '-ERR Please specify at least one argument for this redis lib call\r\n'],
  [
    'return redis.call({})',
    '-ERR Lua redis lib command arguments must be strings or integers script: SHA, on @user_script:1.\r\n',
  ],
  ['return redis.pcall({})', '-ERR Lua redis lib command arguments must be strings or integers\r\n'],
  ['return redis.error_reply("-a b")', '-a b\r\n'],
  ['return redis.error_reply("a")', '-ERR a\r\n'],
  ['return redis.error_reply("-a")', '-ERR a\r\n'],
  ['return redis.error_reply("")', '-ERR \r\n'],
  ['return redis.error_reply(5)', '-ERR wrong number or type of arguments\r\n'],
  ['return redis.status_reply(5)', '-ERR wrong number or type of arguments\r\n'],
  ['return redis.status_reply("-x")', '+-x\r\n'],
  ['return redis.sha1hex()', '-ERR wrong number of arguments script: SHA, on @user_script:1.\r\n'],
  [
    'return redis.log(1)',
    '-ERR redis.log() requires two arguments or more. script: SHA, on @user_script:1.\r\n',
  ],
  [
    'return redis.log("a","b")',
    '-ERR First argument must be a number (log level). script: SHA, on @user_script:1.\r\n',
  ],
  ['return redis.setresp(5)', '-ERR RESP version must be 2 or 3. script: SHA, on @user_script:1.\r\n'],
  [
    'return redis.setresp()',
    '-ERR redis.setresp() requires one argument. script: SHA, on @user_script:1.\r\n',
  ],
  [
    'return redis.set_repl()',
    '-ERR redis.set_repl() requires two arguments. script: SHA, on @user_script:1.\r\n',
  ],
  [
    'return redis.set_repl(77)',
    '-ERR Invalid replication flags. Use REPL_AOF, REPL_REPLICA, REPL_ALL or REPL_NONE. script: SHA, on @user_script:1.\r\n',
  ],
  [
    'return redis.acl_check_cmd("xx")',
    '-ERR Invalid command passed to redis.acl_check_cmd() script: SHA, on @user_script:1.\r\n',
  ],
  ['return redis.acl_check_cmd("get")', ':1\r\n'],
  [
    'return redis.acl_check_cmd()',
    '-ERR Please specify at least one argument for this redis lib call script: SHA, on @user_script:1.\r\n',
  ],
  ['foo=1', '-ERR user_script:1: Attempt to modify a readonly table script: SHA, on @user_script:1.\r\n'],
  [
    'return foo',
    "-ERR user_script:1: Script attempted to access nonexistent global variable 'foo' script: SHA, on @user_script:1.\r\n",
  ],
  [
    'return _G[{}]',
    '-ERR user_script:1: Second argument to luaProtectedTableError must be a string or number script: SHA, on @user_script:1.\r\n',
  ],
  [
    'string.x=1',
    '-ERR user_script:1: Attempt to modify a readonly table script: SHA, on @user_script:1.\r\n',
  ],
  [
    'redis.call=nil',
    '-ERR user_script:1: Attempt to modify a readonly table script: SHA, on @user_script:1.\r\n',
  ],
  ['setmetatable(_G,{})', '-ERR Attempt to modify a readonly table script: SHA, on @user_script:1.\r\n'],
  [
    'getmetatable("").__index=nil',
    '-ERR user_script:1: Attempt to modify a readonly table script: SHA, on @user_script:1.\r\n',
  ],
  ['rawset(_G,"x",1)', '-ERR Attempt to modify a readonly table script: SHA, on @user_script:1.\r\n'],
  ['return tostring(loadstring(string.dump(function() end)))', '$3\r\nnil\r\n'],
  ['local f=loadstring("error(1)") f()', '-ERR [string "error(1)"]:1: 1 script: SHA, on error(1):1.\r\n'],
  [
    'local f=loadstring("return foo") f()',
    '-ERR [string "return foo"]:1: Script attempted to access nonexistent global variable \'foo\' script: SHA, on return foo:1.\r\n',
  ],
  [
    'return redis.call("nope")',
    '-ERR Unknown Redis command called from script script: SHA, on @user_script:1.\r\n',
  ],
  [
    'return redis.call("multi")',
    '-ERR This Redis command is not allowed from script script: SHA, on @user_script:1.\r\n',
  ],
  [
    'redis.call("set","str","1") return redis.call("lpush","str","b")',
    '-WRONGTYPE Operation against a key holding the wrong kind of value script: SHA, on @user_script:1.\r\n',
  ],
  [
    'return print',
    "-ERR user_script:1: Script attempted to access nonexistent global variable 'print' script: SHA, on @user_script:1.\r\n",
  ],
  [
    "return coroutine.wrap(function() error('in co') end)()",
    '-ERR user_script:1: user_script:1: in co script: SHA, on @user_script:1.\r\n',
  ],
  [
    "return coroutine.wrap(function() redis.call('nope') end)()",
    '-ERR Unknown Redis command called from script script: SHA, on @user_script:1.\r\n',
  ],
  [
    "return coroutine.wrap(function() return redis.call('echo','in coroutine') end)()",
    '$12\r\nin coroutine\r\n',
  ],
  ["local ok,e=pcall(function() error('x') end) return e", '$16\r\nuser_script:1: x\r\n'],
  ["local ok,e=pcall(redis.call,'nope') return e", '$44\r\nERR Unknown Redis command called from script\r\n'],
  [
    "local ok,e=pcall(redis.call,'nope') error(e)",
    '-ERR user_script:1: ERR Unknown Redis command called from script script: SHA, on @user_script:1.\r\n',
  ],
  [
    "error(redis.pcall('nope'))",
    '-ERR Unknown Redis command called from script script: SHA, on @user_script:1.\r\n',
  ],
  [
    "return redis.call('ping','a','b','c')",
    "-ERR wrong number of arguments for 'ping' command script: SHA, on @user_script:1.\r\n",
  ],
  [
    "return redis.call('subscribe','x')",
    '-ERR This Redis command is not allowed from script script: SHA, on @user_script:1.\r\n',
  ],
  [
    "return redis.call('eval','return 1',0)",
    '-ERR This Redis command is not allowed from script script: SHA, on @user_script:1.\r\n',
  ],
  ['return redis.replicate_commands()', ':1\r\n'],
  ['return redis.breakpoint()', '$-1\r\n', '_\r\n'],
  [
    'local function f() return f()+1 end return f()',
    '-ERR user_script:1: stack overflow script: SHA, on @user_script:1.\r\n',
  ],
  [
    'return return',
    "-ERR Error compiling script (new function): user_script:1: unexpected symbol near 'return'\r\n",
  ],
  ['if then', "-ERR Error compiling script (new function): user_script:1: unexpected symbol near 'then'\r\n"],
  [
    'return getfenv',
    "-ERR user_script:1: Script attempted to access nonexistent global variable 'getfenv' script: SHA, on @user_script:1.\r\n",
  ],
  [
    "return cjson.decode('{')",
    '-ERR user_script:1: Expected object key string but found T_END at character 2 script: SHA, on @user_script:1.\r\n',
  ],
  [
    'return cjson.encode(function() end)',
    '-ERR user_script:1: Cannot serialise function: type not supported script: SHA, on @user_script:1.\r\n',
  ],
  [
    'return cjson.encode({[1]=1,[100]=2})',
    '-ERR user_script:1: Cannot serialise table: excessively sparse array script: SHA, on @user_script:1.\r\n',
  ],
  [
    'a.b()',
    "-ERR user_script:1: Script attempted to access nonexistent global variable 'a' script: SHA, on @user_script:1.\r\n",
  ],
  [
    'local t=nil; t.x=1',
    "-ERR user_script:1: attempt to index local 't' (a nil value) script: SHA, on @user_script:1.\r\n",
  ],
  [
    'return ("x"):bad()',
    "-ERR user_script:1: attempt to call method 'bad' (a nil value) script: SHA, on @user_script:1.\r\n",
  ],
  [
    'return 1 + {}',
    '-ERR user_script:1: attempt to perform arithmetic on a table value script: SHA, on @user_script:1.\r\n',
  ],
  ['return tonumber({})', '$-1\r\n', '_\r\n'],
  [
    'return string.rep()',
    "-ERR user_script:1: bad argument #1 to 'rep' (string expected, got no value) script: SHA, on @user_script:1.\r\n",
  ],
  [
    'return unpack({},1,1e8)',
    '-ERR user_script:1: too many results to unpack script: SHA, on @user_script:1.\r\n',
  ],
];

describeScripts('errors of scripts', REPLIES);
