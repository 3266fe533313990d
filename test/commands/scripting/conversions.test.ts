import { describeScripts, type ScriptReply } from './describe-scripts.js';

/** What a script returns, and what the client gets: in RESP2, and in RESP3 where that differs. */
const REPLIES: readonly ScriptReply[] = [
  ['return {1,2,nil,3}', '*2\r\n:1\r\n:2\r\n'],
  ['return {double=1.5}', '$3\r\n1.5\r\n', ',1.5\r\n'],
  ['return {double=1/0}', '$3\r\ninf\r\n', ',inf\r\n'],
  ['return {double="1.5"}', '*0\r\n'],
  ['return {map={a=1}}', '*2\r\n$1\r\na\r\n:1\r\n', '%1\r\n$1\r\na\r\n:1\r\n'],
  ['return {set={a=true}}', '*1\r\n$1\r\na\r\n', '~1\r\n$1\r\na\r\n'],
  ['return {verbatim_string={format="txt",string="hi"}}', '$2\r\nhi\r\n', '=6\r\ntxt:hi\r\n'],
  ['return {verbatim_string={format="t",string="hi"}}', '$2\r\nhi\r\n', '=6\r\nt  :hi\r\n'],
  ['return {verbatim_string={format="textlong",string="hi"}}', '$2\r\nhi\r\n', '=6\r\ntex:hi\r\n'],
  ['return {err="a"}', '-a\r\n'],
  ['return {err="-a b"}', '--a b\r\n'],
  ['return {err=""}', '-\r\n'],
  ['return {err=5}', '*0\r\n'],
  ['return {ok=5}', '*0\r\n'],
  ['return 2^63', ':-9223372036854775808\r\n'],
  ['return 0/0', ':-9223372036854775808\r\n'],
  ['return -1/0', ':-9223372036854775808\r\n'],
  ['return -2^63', ':-9223372036854775808\r\n'],
  ['return 2^53+1', ':9007199254740992\r\n'],
  ['return -1.9', ':-1\r\n'],
  ['return redis.log', '$-1\r\n', '_\r\n'],
  ['return true', ':1\r\n'],
  ['return {true,false}', '*2\r\n:1\r\n$-1\r\n', '*2\r\n:1\r\n_\r\n'],
  ['redis.setresp(3) return {true,false}', '*2\r\n:1\r\n:0\r\n', '*2\r\n#t\r\n#f\r\n'],
  [
    "redis.setresp(3) redis.call('hset','h','f','v') return redis.call('hgetall','h')",
    '*2\r\n$1\r\nf\r\n$1\r\nv\r\n',
    '%1\r\n$1\r\nf\r\n$1\r\nv\r\n',
  ],
  [
    "redis.setresp(3) redis.call('sadd','s','m') return redis.call('smembers','s')",
    '*1\r\n$1\r\nm\r\n',
    '~1\r\n$1\r\nm\r\n',
  ],
  // In the order of Redis' table, which has grown with its fields.
  [
    "redis.setresp(3) redis.call('hset','h','16',1,'m12',2,'m14',3) return redis.call('hgetall','h')",
    '*6\r\n$3\r\nm14\r\n$1\r\n3\r\n$3\r\nm12\r\n$1\r\n2\r\n$2\r\n16\r\n$1\r\n1\r\n',
    '%3\r\n$3\r\nm14\r\n$1\r\n3\r\n$3\r\nm12\r\n$1\r\n2\r\n$2\r\n16\r\n$1\r\n1\r\n',
  ],
  [
    "redis.setresp(3) redis.call('zadd','z',1.5,'m') local r=redis.call('zscore','z','m') return {type(r), tostring(r.double)}",
    '*2\r\n$5\r\ntable\r\n$3\r\n1.5\r\n',
  ],
  ["redis.setresp(3) return type(redis.call('get','nonexist'))", '$3\r\nnil\r\n'],
  ["return type(redis.call('get','nonexist'))", '$7\r\nboolean\r\n'],
  ['return {1,{2,{3,{}}}}', '*2\r\n:1\r\n*2\r\n:2\r\n*2\r\n:3\r\n*0\r\n'],
  ['return {[1]=1,[3]=3}', '*1\r\n:1\r\n'],
  ["return {1,2,3,foo='bar'}", '*3\r\n:1\r\n:2\r\n:3\r\n'],
  ['return', '$-1\r\n', '_\r\n'],
  ['return nil', '$-1\r\n', '_\r\n'],
  ["return 'x', 'y'", '$1\r\nx\r\n'],
  ['return redis.setresp(3)', '$-1\r\n', '_\r\n'],
  ['return {KEYS,ARGV}', '*2\r\n*0\r\n*0\r\n'],
  // Integers that commands answer, as Lua has them: a double each.
  ...[
    ['0', '0'],
    ['-1', '-1'],
    ['10', '10'],
    ['-10', '-10'],
    ['999999999999999', '999999999999999'],
    ['9007199254740993', '9007199254740992'],
    ['-9007199254740993', '-9007199254740992'],
    ['9223372036854775807', '9.2233720368547758e+18'],
    ['-9223372036854775808', '-9.2233720368547758e+18'],
  ].map(
    ([increment, text]): ScriptReply => [
      `return string.format('%.17g', redis.call('incrby','n','${increment}'))`,
      `$${text.length}\r\n${text}\r\n`,
    ],
  ),
];

describeScripts('the result of a script', REPLIES);
