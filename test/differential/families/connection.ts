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
    shape(1, 'HELLO', word('1', '4', 'x', '')),
    // Without SETNAME: 7.0 gives the name before it reads on and may refuse the rest.
    shape(1, 'HELLO', word('2', '3'), either(all('AUTH', 'default', value), word('x', 'AUTH'))),
    shape(1, 'AUTH', times(1, 3, word('default', 'x', ''))),
    shape(1, 'COMMAND GETKEYS', word('GET', 'SET', 'MSET', 'PING', 'x', 'OBJECT'), times(1, 4, value)),
    exactShape(1, 'COMMAND LIST', 'FILTERBY', word('PATTERN', 'x'), word('GET', 'x')),
    shape(1, 'CONFIG GET', word('maxmemory', 'nothing', 'port-x', 'hash-max-listpack-entries')),
    shape(1, 'CONFIG SET', word('maxmemory', 'nothing', 'port-x', 'hz'), word('x', '')),
    shape(1, 'CONFIG RESETSTAT', times(0, 1, integer)),
    shape(1, 'DBSIZE', times(0, 1, value)),
    shape(1, 'TIME'),
    shape(1, 'SWAPDB', integer, integer),
    shape(1, 'FLUSHALL', maybe(2, word('SYNC', 'ASYNC', 'x'))),
  ],
};
