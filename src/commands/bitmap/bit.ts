/** SETBIT and GETBIT: a single bit. */
import { NONE } from '../../engine/arena.js';
import { TYPE_STRING, valueLength, valueStart } from '../../engine/entry.js';
import { ReplyError } from '../../protocol/reply-error.js';
import { integer, key } from '../arguments.js';
import { defineCommand } from '../define.js';
import { ACCESS, DENYOOM, FAST, READONLY, RO, RW, UPDATE, WRITE } from '../flags.js';
import { stringOfLength } from '../string/range.js';
import { SETBIT } from './events.js';
import { bitOffset } from './offset.js';

const NOT_A_BIT = new ReplyError('ERR bit is not an integer or out of range');

export const setbit = defineCommand({
  name: 'SETBIT',
  summary: 'Sets or clears a bit of a string, and returns what it was.',
  group: 'bitmap',
  since: '2.2.0',
  complexity: 'O(1)',
  flags: WRITE | DENYOOM,
  args: [key('key', RW | ACCESS | UPDATE), integer('offset'), integer('value')],
  run(context, argv, reply) {
    const offset = bitOffset(context, argv, 2);
    const bit = argv.integer(3, NOT_A_BIT);
    if (bit !== 0 && bit !== 1) throw NOT_A_BIT;
    const { arena } = context;
    const found = context.write(argv, 1, TYPE_STRING);
    const lengthBefore = found === NONE ? -1 : valueLength(arena, found);
    const byteOffset = Math.floor(offset / 8);
    const entry = stringOfLength(context, argv, 1, found, byteOffset + 1);
    const bytes = arena.bytesOf(entry);
    const at = valueStart(arena, entry) + byteOffset;
    const shift = 7 - (offset % 8);
    const before = (bytes[at] >>> shift) & 1;
    if (before !== bit) bytes[at] ^= 1 << shift;
    if (before !== bit || lengthBefore <= byteOffset) context.changed(SETBIT, argv, 1);
    reply.integer(before);
  },
});

export const getbit = defineCommand({
  name: 'GETBIT',
  summary: 'Returns a bit of a string.',
  group: 'bitmap',
  since: '2.2.0',
  complexity: 'O(1)',
  flags: READONLY | FAST,
  args: [key('key', RO | ACCESS), integer('offset')],
  run(context, argv, reply) {
    const offset = bitOffset(context, argv, 2);
    const { arena } = context;
    const entry = context.read(argv, 1, TYPE_STRING);
    const byteOffset = Math.floor(offset / 8);
    if (entry === NONE || byteOffset >= valueLength(arena, entry)) {
      reply.integer(0);
      return;
    }
    const byte = arena.bytesOf(entry)[valueStart(arena, entry) + byteOffset];
    reply.integer((byte >>> (7 - (offset % 8))) & 1);
  },
});
