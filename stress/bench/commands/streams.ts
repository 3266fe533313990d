/** Streams and their consumer groups. */
import type { Command } from '../bulk-loader.js';
import { type CommandFamily, command, words } from './family.js';

const ENTRIES = 10_000;

export const streams: CommandFamily = {
  name: 'streams',
  fill: [
    ...entries('stream10k', ENTRIES),
    ...entries('stream100', 100),
    command('XGROUP CREATE stream10k group 0'),
    command('XREADGROUP GROUP group consumer COUNT 1000 STREAMS stream10k >'),
    command('XGROUP CREATE stream100 group $'),
    command('XGROUP CREATE stream100 idle 0'),
    command('XREADGROUP GROUP idle consumer COUNT 100 STREAMS stream100 >'),
  ],
  cycles: [
    'XADD new * field value | DEL new',
    'XADD added MAXLEN 1000 * field value',
    'XADD added MAXLEN ~ 1000 * field value',
    `XADD added MAXLEN ~ 1000 * ${words(10, 'field:* value:*')}`,
    'XADD stream100 * field value | XREVRANGE stream100 + - COUNT 1 | XTRIM stream100 MAXLEN 100',
    'XLEN stream10k',
    'XRANGE stream100 - +',
    'XRANGE stream10k - + COUNT 10',
    'XRANGE stream10k 5000 + COUNT 10',
    'XRANGE stream10k - +',
    'XREVRANGE stream10k + - COUNT 100',
    'XREAD COUNT 100 STREAMS stream10k 5000',
    'XREAD STREAMS stream10k $',
    'XREADGROUP GROUP group consumer COUNT 100 STREAMS stream10k 0',
    'XADD stream100 * field value | XREADGROUP GROUP group reader COUNT 1 STREAMS stream100 > | XGROUP DELCONSUMER stream100 group reader | XTRIM stream100 MAXLEN 100',
    `XGROUP CREATE stream10k fresh 0 | XREADGROUP GROUP fresh reader COUNT 100 STREAMS stream10k > | XACK stream10k fresh ${words(100, '*-0', 1)} | XGROUP DESTROY stream10k fresh`,
    `XACK stream10k group ${words(100, '9*-0')}`,
    'XPENDING stream10k group',
    'XPENDING stream10k group - + 100',
    'XCLAIM stream10k group consumer 0 500-0',
    `XCLAIM stream10k group consumer 0 ${words(100, '*-0', 1)} JUSTID`,
    'XAUTOCLAIM stream10k group consumer 0 0 COUNT 100',
    'XAUTOCLAIM stream10k group consumer 0 0 COUNT 100 JUSTID',
    'XINFO STREAM stream10k',
    'XINFO GROUPS stream10k',
    'XINFO CONSUMERS stream10k group',
    'XADD doomed 1-1 field value | XDEL doomed 1-1 | DEL doomed',
  ],
};

function entries(key: string, count: number): Command[] {
  return Array.from({ length: count }, (_, index) => [
    'XADD',
    key,
    `${index + 1}-0`,
    'field',
    `value:${index}`,
  ]);
}
