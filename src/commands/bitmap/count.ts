/** BITCOUNT and BITPOS: how many bits are set, and where the first one is. */
import { CHUNK_SHIFT, NONE } from '../../engine/arena.js';
import { TYPE_STRING, valueLength, valueStart } from '../../engine/entry.js';
import { ReplyError } from '../../protocol/reply-error.js';
import { block, integer, key, oneOf, optional, since, token } from '../arguments.js';
import { defineCommand } from '../define.js';
import { SYNTAX_ERROR } from '../errors.js';
import { ACCESS, READONLY, RO } from '../flags.js';
import { countBitsIn, findBit } from './bits.js';
import { bitRange, countsBits } from './offset.js';

const NOT_A_BIT = new ReplyError('ERR The bit argument must be 1 or 0.');

const unit = optional(since('7.0.0', oneOf('unit', token('BYTE'), token('BIT'))));

export const bitcount = defineCommand({
  name: 'BITCOUNT',
  summary: 'Counts the set bits of a string, or of a part of it.',
  group: 'bitmap',
  since: '2.6.0',
  complexity: 'O(N)',
  flags: READONLY,
  args: [key('key', RO | ACCESS), optional(block('range', integer('start'), integer('end'), unit))],
  history: [['7.0.0', 'Added the `BYTE|BIT` option.']],
  run(context, argv, reply) {
    if (argv.count === 3 || argv.count > 5) throw SYNTAX_ERROR;
    const start = argv.count === 2 ? 0 : argv.integer(2);
    const end = argv.count === 2 ? -1 : argv.integer(3);
    const isInBits = argv.count === 5 && countsBits(argv, 4);
    const { arena } = context;
    const entry = context.read(argv, 1, TYPE_STRING);
    const length = entry === NONE ? 0 : valueLength(arena, entry);
    const { first, last } = bitRange(start, end, isInBits, length);
    if (length === 0 || first > last || (start < 0 && end < 0 && start > end)) {
      reply.integer(0);
      return;
    }
    const words = arena.words[entry >>> CHUNK_SHIFT];
    reply.integer(countBitsIn(arena.bytesOf(entry), words, valueStart(arena, entry), first, last));
  },
});

export const bitpos = defineCommand({
  name: 'BITPOS',
  summary: 'Finds the first set or clear bit of a string.',
  group: 'bitmap',
  since: '2.8.7',
  complexity: 'O(N)',
  flags: READONLY,
  args: [
    key('key', RO | ACCESS),
    integer('bit'),
    optional(block('range', integer('start'), optional(block('end-unit-block', integer('end'), unit)))),
  ],
  history: [['7.0.0', 'Added the `BYTE|BIT` option.']],
  run(context, argv, reply) {
    const bit = argv.integer(2);
    if (bit !== 0 && bit !== 1) throw NOT_A_BIT;
    if (argv.count > 6) throw SYNTAX_ERROR;
    const start = argv.count > 3 ? argv.integer(3) : 0;
    const isInBits = argv.count === 6 && countsBits(argv, 5);
    const hasEnd = argv.count > 4;
    const end = hasEnd ? argv.integer(4) : -1;
    const { arena } = context;
    const entry = context.read(argv, 1, TYPE_STRING);
    if (entry === NONE) {
      // Zeros without end.
      reply.integer(bit === 1 ? -1 : 0);
      return;
    }
    const length = valueLength(arena, entry);
    const { first, last } = bitRange(start, end, isInBits, length);
    if (length === 0 || first > last) {
      reply.integer(-1);
      return;
    }
    const words = arena.words[entry >>> CHUNK_SHIFT];
    const found = findBit(arena.bytesOf(entry), words, valueStart(arena, entry), first, last, bit);
    // Behind a string without a given end there are zeros.
    reply.integer(found < 0 && bit === 0 && !hasEnd ? length * 8 : found);
  },
});
