import { describeScripts, type ScriptReply } from './describe-scripts.js';

/** SHA stands for the script's own. */
const REPLIES: readonly ScriptReply[] = [
  [
    "return string.format('%d %x %i %u %o %X', 1732176000000, 1732176000000, -2^40, 2^40, 2^40, 2^40)",
    '$81\r\n1732176000000 1934dbc3400 -1099511627776 1099511627776 20000000000000 10000000000\r\n',
  ],
  ["return string.format('%d', 2^63)", '$20\r\n-9223372036854775808\r\n'],
  ["return string.format('%d', 0/0)", '$20\r\n-9223372036854775808\r\n'],
  ["return string.format('%q', 'a\\0b\\r\\n\"\\\\')", '$16\r\n"a\\000b\\r\\\n\\"\\\\"\r\n'],
  [
    "return tostring(2^31) .. ' ' .. tostring(2^53) .. ' ' .. tostring(1e14) .. ' ' .. tostring(123456789012345678)",
    '$55\r\n2147483648 9.007199254741e+15 1e+14 1.2345678901235e+17\r\n',
  ],
  ['return bit.tobit(2^40+5)', ':5\r\n'],
  ['return bit.tohex(-1, 4)', '$4\r\nffff\r\n'],
  ["return struct.pack('<i8', 2^40)", '$8\r\n\x00\x00\x00\x00\x00\x01\x00\x00\r\n'],
  ["return struct.unpack('<i8', struct.pack('<i8', -2^40))", ':-1099511627776\r\n'],
  [
    "return {struct.unpack('<hHbBlL', struct.pack('<hHbBlL', -1, 65535, -1, 255, -1, 5))}",
    '*7\r\n:-1\r\n:65535\r\n:-1\r\n:255\r\n:-1\r\n:5\r\n:23\r\n',
  ],
  ["return struct.size('ldfi4')", ':24\r\n'],
  ['return cmsgpack.pack(2^40)', '$9\r\n\xcf\x00\x00\x01\x00\x00\x00\x00\x00\r\n'],
  ['return cmsgpack.unpack(cmsgpack.pack(2^53))', ':9007199254740992\r\n'],
  ["return cmsgpack.pack({1,2,{a=1}}, 'x', nil, true)", '$11\r\n\x93\x01\x02\x81\xa1a\x01\xa1x\xc0\xc3\r\n'],
  ["return {cmsgpack.unpack('\\1\\2\\3')}", '*3\r\n:1\r\n:2\r\n:3\r\n'],
  ["return cmsgpack.unpack('\\255')", ':-1\r\n'],
  ["return {cmsgpack.unpack_one('\\1\\2\\3')}", '*2\r\n:1\r\n:1\r\n'],
  [
    'return cmsgpack.pack()',
    "-ERR user_script:1: bad argument #0 to 'pack' (MessagePack pack needs input.) script: SHA, on @user_script:1.\r\n",
  ],
  ['return cjson.encode(0.1)', '$3\r\n0.1\r\n'],
  ['return cjson.decode(\'"\\\\u00e9\\\\ud83d\\\\ude00"\')', '$6\r\n\xc3\xa9\xf0\x9f\x98\x80\r\n'],
  [
    "return cjson.decode('[1,2')",
    '-ERR user_script:1: Expected comma or array end but found T_END at character 5 script: SHA, on @user_script:1.\r\n',
  ],
  ['return cjson.encode({})', '$2\r\n{}\r\n'],
  ["return cjson.decode('null') == cjson.null", ':1\r\n'],
  [
    'local t={} for i=1,1001 do t={t} end return cjson.encode(t)',
    '-ERR user_script:1: Cannot serialise, excessive nesting (1001) script: SHA, on @user_script:1.\r\n',
  ],
  [
    "return cjson.decode(string.rep('[',1001))",
    '-ERR user_script:1: Found too many nested data structures (1001) at character 1001 script: SHA, on @user_script:1.\r\n',
  ],
  ["return {string.gsub('hello', 'l', {l='L'})}", '*2\r\n$5\r\nheLLo\r\n:2\r\n'],
  ["return string.gsub('abc', '(', 'x')", '$7\r\nxaxbxcx\r\n'],
  ['local t={3,1,2} table.sort(t) return t', '*3\r\n:1\r\n:2\r\n:3\r\n'],
  ["return {pcall(error, {err='x'})}", '*2\r\n$-1\r\n$1\r\nx\r\n', '*2\r\n_\r\n$1\r\nx\r\n'],
  ['return string.char(2^32 + 65, -2^53 + 66)', '$2\r\nAB\r\n'],
  ["return {pcall(error, 'x', 2^31)}", '*2\r\n$-1\r\n$1\r\nx\r\n', '*2\r\n_\r\n$1\r\nx\r\n'],
  ["return tostring(math.ldexp(1, 2^32 + 3)) .. ' ' .. tostring(math.ldexp(1, 2^63))", '$3\r\n8 1\r\n'],
  [
    "return table.concat({math.frexp(1/0), math.frexp(-1/0)}, ' ') .. select(2, math.frexp(0/0))",
    '$11\r\ninf -inf 00\r\n',
  ],
  [
    "return table.concat({math.acos(3), math.asin(3), math.log10(-1), math.log(-1), math.cosh(0/0), math.sinh(-(0/0))}, ' ')",
    '$25\r\nnan nan nan -nan -nan nan\r\n',
  ],
  ...['atan2', 'fmod', 'mod', 'pow', 'ldexp'].map((name): ScriptReply => {
    const error = `user_script:1: bad argument #2 to '${name}' (number expected, got nil)`;
    return [`return math.${name}('', nil)`, `-ERR ${error} script: SHA, on @user_script:1.\r\n`];
  }),
  ["return tonumber('44', '5')", ':24\r\n'],
  [
    "return {tostring(tonumber('0x')), tostring(tonumber(' -0X ')), tonumber('00')}",
    '*3\r\n$3\r\nnil\r\n$3\r\nnil\r\n:0\r\n',
  ],
  ["return tostring(tonumber('-nan')) .. tostring(tonumber('nan', 10))", '$7\r\n-nannan\r\n'],
  ['return tostring(cjson.decode_array_with_array_mt)', '$3\r\nnil\r\n'],
  ['return tostring(cjson.null)', '$15\r\nuserdata: (nil)\r\n'],
  ["return {struct.unpack('', '', -1)}", '*1\r\n:-1\r\n'],
  [
    "redis.call('SET', 'k', 0/0) redis.call('APPEND', 'k', -(0/0)) return redis.call('GET', 'k')",
    '$7\r\n-nannan\r\n',
  ],
  [
    "return struct.pack('>hi4i8', -1, 2^31, -2^40)",
    '$14\r\n\xff\xff\x80\x00\x00\x00\xff\xff\xff\x00\x00\x00\x00\x00\r\n',
  ],
  ["return struct.pack('!4bi', 1, 2)", '$8\r\n\x01\x00\x00\x00\x02\x00\x00\x00\r\n'],
  [
    "return struct.pack('!3bd', 1, 2)",
    '-ERR user_script:1: alignment 3 is not a power of 2 script: SHA, on @user_script:1.\r\n',
  ],
  [
    "return struct.pack('i33', 1)",
    '-ERR user_script:1: integral size 33 is larger than limit of 32 script: SHA, on @user_script:1.\r\n',
  ],
  [
    "return struct.pack('z', 1)",
    "-ERR user_script:1: bad argument #1 to 'pack' (invalid format option 'z') script: SHA, on @user_script:1.\r\n",
  ],
  [
    "return struct.pack('b', 'x')",
    "-ERR user_script:1: bad argument #2 to 'pack' (number expected, got string) script: SHA, on @user_script:1.\r\n",
  ],
  [
    "return struct.pack('b')",
    "-ERR user_script:1: bad argument #2 to 'pack' (number expected, got nil) script: SHA, on @user_script:1.\r\n",
  ],
  [
    "return struct.pack('c7', 'abc')",
    "-ERR user_script:1: bad argument #3 to 'pack' (string too short) script: SHA, on @user_script:1.\r\n",
  ],
  ["return {struct.unpack('bc0', '\\3abcdef')}", '*2\r\n$3\r\nabc\r\n:5\r\n'],
  [
    "return {struct.unpack('c0', 'abcdef')}",
    "-ERR user_script:1: format 'c0' needs a previous size script: SHA, on @user_script:1.\r\n",
  ],
  [
    "return {struct.unpack('s', 'abc')}",
    '-ERR user_script:1: unfinished string in data script: SHA, on @user_script:1.\r\n',
  ],
  [
    "return {struct.unpack('b', 'abc', 4)}",
    "-ERR user_script:1: bad argument #2 to 'unpack' (data string too short) script: SHA, on @user_script:1.\r\n",
  ],
  [
    "return struct.size('s')",
    "-ERR user_script:1: bad argument #1 to 'size' (option 's' has no fixed size) script: SHA, on @user_script:1.\r\n",
  ],
  [
    "return string.format('%5d|%-8d|%+d|% d|%08d|%.3d', 2^40, -2^40, 2^40, 2^40, 2^40, 5)",
    '$76\r\n1099511627776|-1099511627776|+1099511627776| 1099511627776|1099511627776|005\r\n',
  ],
  [
    "return string.format('%x|%X|%#x|%o|%u|%i', -1, 2^35, 2^35, -1, -1, -5)",
    '$85\r\nffffffffffffffff|800000000|0x800000000|1777777777777777777777|18446744073709551615|-5\r\n',
  ],
  ["return tonumber('ffffffffffffffff', 16)", ':-9223372036854775808\r\n'],
  ["return tostring(tonumber('  ff  ', 16))", '$3\r\n255\r\n'],
  [
    "return tonumber('7', 37)",
    "-ERR user_script:1: bad argument #2 to 'tonumber' (base out of range) script: SHA, on @user_script:1.\r\n",
  ],
  ["return string.rep('x', 2^32+2)", '$2\r\nxx\r\n'],
  [
    'return math.random(5, 1)',
    "-ERR user_script:1: bad argument #2 to 'random' (interval is empty) script: SHA, on @user_script:1.\r\n",
  ],
  ['math.randomseed(2^40) return math.random(1000)', ':171\r\n'],
  [
    'return cmsgpack.pack(nil, true, false, 0, 127, 128, 255, 256, 65535, 65536, 2^32-1, 2^32, 2^53, 2^62, 2^63, 2^64, 1e100)',
    '$71\r\n\xc0\xc3\xc2\x00\x7f\xcc\x80\xcc\xff\xcd\x01\x00\xcd\xff\xff\xce\x00\x01\x00\x00\xce\xff\xff\xff\xff\xcf\x00\x00\x00\x01\x00\x00\x00\x00\xcf\x00 \x00\x00\x00\x00\x00\x00\xcf@\x00\x00\x00\x00\x00\x00\x00\xca_\x00\x00\x00\xca_\x80\x00\x00\xcbT\xb2I\xad%\x94\xc3}\r\n',
  ],
  [
    'return cmsgpack.pack(-1, -32, -33, -128, -129, -32768, -32769, -2^31, -2^31-1, -2^53, -2^63, -2^64)',
    '$54\r\n\xff\xe0\xd0\xdf\xd0\x80\xd1\xff\x7f\xd1\x80\x00\xd2\xff\xff\x7f\xff\xd2\x80\x00\x00\x00\xd3\xff\xff\xff\xff\x7f\xff\xff\xff\xd3\xff\xe0\x00\x00\x00\x00\x00\x00\xd3\x80\x00\x00\x00\x00\x00\x00\x00\xca\xdf\x80\x00\x00\r\n',
  ],
  [
    'return cmsgpack.pack(0.5, 0.1, 1/0, -1/0, -0.0, 1.5e300)',
    '$34\r\n\xca?\x00\x00\x00\xcb?\xb9\x99\x99\x99\x99\x99\x9a\xca\x7f\x80\x00\x00\xca\xff\x80\x00\x00\x00\xcb~A\xeb-f\x00X5\r\n',
  ],
];

describeScripts('the libraries of scripts', REPLIES);
