import { all, either, exactShape, type Family, maybe, shape, times, word } from '../grammar.js';
import { integer, value } from '../pieces.js';

export const connection: Family = {
  name: 'connection',
  shapes: [
    shape(3, 'PING', times(0, 2, value)),
    shape(3, 'ECHO', value),
    shape(2, 'SELECT', word('0', '1', '15', '16', '-1', 'x', '')),
    shape(2, 'CLIENT SETNAME', word('', 'me', 'two words', 'new\nline', 'k\xff')),
    shape(2, 'CLIENT GETNAME'),
    shape(1, 'CLIENT ID', times(0, 1, value)),
    shape(1, 'CLIENT NO-EVICT', word('on', 'OFF', 'x', '')),
    shape(1, 'CLIENT KILL', word('1.2.3.4:5', 'x', 'ID', 'TYPE')),
    shape(1, 'CLIENT KILL', all('ID', word('-1', '0', 'x', '9999999')), maybe(2, 'SKIPME', word('yes', 'x'))),
    shape(1, 'CLIENT LIST', word('TYPE', 'ID', 'x'), word('x', '0', '9999999')),
    shape(1, 'CLIENT REPLY', word('ON', 'x')),
    shape(1, 'CLIENT', word('x', 'GETNAMES', '')),
    // Without a redirection: ids differ. Without BCAST and a prefix of what keys are called: pushes come between replies.
    shape(
      2,
      'CLIENT TRACKING',
      word('ON', 'off', 'x'),
      maybe(2, word('OPTIN', 'OPTOUT', 'NOLOOP', 'REDIRECT', 'x')),
    ),
    // Of the second and third of three prefixes that overlap, Redis says two things: an error, and OK.
    shape(1, 'CLIENT TRACKING', all('ON', 'BCAST'), times(0, 2, all('PREFIX', word('zz', 'zzz', 'zy')))),
    shape(1, 'CLIENT CACHING', word('YES', 'no', 'x')),
    shape(1, 'CLIENT GETREDIR'),
    shape(1, 'CLIENT TRACKINGINFO'),
    shape(1, 'CLIENT UNBLOCK', word('0', '9999999', 'x', '-1'), maybe(2, word('ERROR', 'timeout', 'x'))),
    exactShape(1, 'CLIENT PAUSE', word('x', '-1', '0'), maybe(2, word('WRITE', 'all', 'x'))),
    shape(1, 'CLIENT UNPAUSE'),
    shape(1, 'HELLO', word('1', '4', 'x', '')),
    // Without SETNAME: 7.0 gives the name before it reads on and may refuse the rest.
    shape(1, 'HELLO', word('2', '3'), either(all('AUTH', 'default', value), word('x', 'AUTH'))),
    shape(1, 'AUTH', times(1, 3, word('default', 'x', ''))),
    shape(1, 'COMMAND GETKEYS', word('GET', 'SET', 'MSET', 'PING', 'x', 'OBJECT'), times(1, 4, value)),
    exactShape(1, 'COMMAND LIST', 'FILTERBY', word('PATTERN', 'x'), word('GET', 'x')),
    // Of fixed positions: a numkeys that is no number Redis reads as C's atoi does.
    shape(1, 'COMMAND GETKEYSANDFLAGS', word('GET', 'SET', 'MSET', 'COPY', 'x'), times(1, 4, value)),
    shape(
      1,
      'LATENCY',
      either(all(word('HISTORY', 'GRAPH', 'RESET', 'x'), word('command', 'x')), word('LATEST', 'x', '')),
    ),
    // Whatever was slow: a slower server, or a busier machine, remembers more.
    exactShape(1, 'SLOWLOG', either(word('RESET', 'x'), all('GET', word('-2', '0', 'x')))),
    shape(
      1,
      'PUBSUB',
      word('CHANNELS', 'NUMSUB', 'NUMPAT', 'SHARDCHANNELS', 'SHARDNUMSUB', 'x'),
      times(0, 2, value),
    ),
    shape(1, 'PUBLISH', value, value),
    shape(1, 'SPUBLISH', value, value),
    shape(1, 'CONFIG GET', word('maxmemory', 'nothing', 'port-x', 'hash-max-listpack-entries')),
    shape(1, 'CONFIG SET', word('maxmemory', 'nothing', 'port-x', 'hz'), word('x', '')),
    shape(1, 'CONFIG RESETSTAT', times(0, 1, integer)),
    shape(1, 'DBSIZE', times(0, 1, value)),
    shape(1, 'TIME'),
    shape(1, 'SWAPDB', integer, integer),
    shape(1, 'FLUSHALL', maybe(2, word('SYNC', 'ASYNC', 'x'))),
  ],
};
