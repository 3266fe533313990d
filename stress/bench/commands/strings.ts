/** Strings, and what is kept in them: numbers, bitmaps, HyperLogLogs. */
import { type CommandFamily, command, inPieces, words } from './family.js';

export const strings: CommandFamily = {
  name: 'strings',
  fill: [
    command('SET small value'),
    command('SET number 12345'),
    command('SET float 1.5'),
    command(`SET string1k ${'x'.repeat(1_000)}`),
    command(`SET string100k ${'x'.repeat(100_000)}`),
    ...inPieces('MSET', words(100, 'key:* value:*')),
    command(`SET text1k ${repeated('abcdefghij', 1_000)}`),
    command(`SET other1k ${repeated('acegibdfhjk', 1_000)}`),
    command(`SET text100 ${repeated('abcdefghij', 100)}`),
    command(`SET other100 ${repeated('acegibdfhjk', 100)}`),
  ],
  cycles: [
    'GET small',
    'GET number',
    'GET string1k',
    'GET string100k',
    'SET small value',
    'SET small value EX 100',
    'SET small value KEEPTTL GET',
    `SET string1k ${'x'.repeat(1_000)}`,
    `SET string100k ${'x'.repeat(100_000)}`,
    'SETNX small value',
    'SETEX volatile 100 value',
    'GETSET small value',
    'GETEX small EX 100 | GETEX small PERSIST',
    'SET gone value | GETDEL gone',
    'STRLEN small',
    'INCR number',
    'INCRBY number 100',
    'INCRBYFLOAT float 1.5',
    `MGET ${words(10, 'key:*')}`,
    `MGET ${words(100, 'key:*')}`,
    `MSET ${words(10, 'key:* value:*')}`,
    `MSET ${words(100, 'key:* value:*')}`,
    `MSETNX ${words(10, 'key:* value:*')}`,
    'GETRANGE string1k 10 20',
    'GETRANGE string100k 0 -1',
    'SETRANGE string1k 500 value',
    'SETRANGE string100k 50000 value',
    `APPEND grown ${'x'.repeat(100)} | APPEND grown ${'y'.repeat(100)} | DEL grown`,
    'SUBSTR string1k 10 20',
    'LCS text100 other100',
    'LCS text1k other1k',
    'LCS text1k other1k LEN',
    'LCS text100 other100 IDX WITHMATCHLEN',
  ],
};

export const bitmaps: CommandFamily = {
  name: 'bitmaps',
  fill: [
    command(`SET bits100 ${'x'.repeat(100)}`),
    command(`SET bits10k ${repeated('abcdefghij', 10_000)}`),
    command(`SET more10k ${repeated('acegibdfhjk', 10_000)}`),
    command('SETBIT last100k 799999 1'),
  ],
  cycles: [
    'GETBIT bits10k 12345',
    'SETBIT bits10k 12345 1',
    'BITCOUNT bits100',
    'BITCOUNT bits10k',
    'BITCOUNT bits10k 100 5000 BYTE',
    'BITCOUNT bits10k 101 50003 BIT',
    'BITPOS bits10k 1',
    'BITPOS last100k 1',
    'BITPOS last100k 1 100 -1 BYTE',
    'BITOP AND result bits10k more10k',
    'BITOP OR result bits10k more10k',
    'BITOP XOR result bits100 bits100',
    'BITOP NOT result bits10k',
    'BITFIELD fields INCRBY u8 #3 1 GET u4 0',
    'BITFIELD fields SET i16 100 -5 OVERFLOW SAT INCRBY u2 12 1',
    'BITFIELD_RO bits10k GET u16 100 GET i33 1001 GET u7 3',
  ],
};

export const hyperLogLogs: CommandFamily = {
  name: 'hyperloglogs',
  fill: [
    ...inPieces('PFADD sparse', words(100, 'element:*')),
    ...inPieces('PFADD dense', words(20_000, 'element:*')),
    ...inPieces('PFADD other', words(20_000, 'other:*')),
  ],
  cycles: [
    'PFADD sparse element:1',
    'PFADD dense element:1',
    `PFADD dense ${words(100, 'element:*')}`,
    'PFCOUNT dense',
    'PFCOUNT sparse',
    'PFCOUNT dense other',
    'PFMERGE merged dense other',
    'PFMERGE merged sparse dense',
    'PFADD new a b c | PFCOUNT new | DEL new',
  ],
};

function repeated(text: string, length: number): string {
  return text.repeat(Math.ceil(length / text.length)).slice(0, length);
}
