/** INCRBYFLOAT: decimals in strings, with the precision and the rounding of Redis' long doubles. */
import {
  addLongDoubles,
  formatLongDouble,
  isFiniteLongDouble,
  parseLongDouble,
} from '../../base/long-double.js';
import { NONE } from '../../engine/arena.js';
import {
  ENCODING_EMBSTR,
  ENCODING_RAW,
  TYPE_STRING,
  typeOf,
  valueLength,
  valueStart,
} from '../../engine/entry.js';
import { double, key } from '../arguments.js';
import { defineCommand } from '../define.js';
import { NAN_OR_INFINITY, NOT_A_FLOAT, WRONG_TYPE } from '../errors.js';
import { ACCESS, DENYOOM, FAST, RW, UPDATE, WRITE } from '../flags.js';
import { INCRBYFLOAT } from './events.js';
import { EMBEDDED_BYTES_MAX, storeText } from './store.js';

export const incrbyfloat = defineCommand({
  name: 'INCRBYFLOAT',
  summary: 'Adds a number to the floating point value of a key. A key that does not exist counts as 0.',
  group: 'string',
  since: '2.6.0',
  complexity: 'O(1)',
  flags: WRITE | DENYOOM | FAST,
  args: [key('key', RW | ACCESS | UPDATE), double('increment')],
  run(context, argv, reply) {
    const { arena } = context;
    // It counts as used when the sum is stored.
    const entry = context.db.findToWrite(argv.bytes, argv.starts[1], argv.ends[1]);
    if (entry !== NONE && typeOf(arena, entry) !== TYPE_STRING) throw WRONG_TYPE;
    let text = '0';
    if (entry !== NONE) {
      const start = valueStart(arena, entry);
      text = arena.bytesOf(entry).toString('latin1', start, start + valueLength(arena, entry));
    }
    const value = parseLongDouble(text);
    const increment = parseLongDouble(argv.latin1(2));
    if (value === null || increment === null) throw NOT_A_FLOAT;
    const sum = addLongDoubles(value, increment);
    if (sum === null || !isFiniteLongDouble(sum)) throw NAN_OR_INFINITY;
    const result = formatLongDouble(sum);
    // Text, even of a whole number: never `int`.
    storeText(context, argv, 1, result, result.length > EMBEDDED_BYTES_MAX ? ENCODING_RAW : ENCODING_EMBSTR);
    context.changed(INCRBYFLOAT, argv, 1);
    const { propagation } = context.services;
    if (propagation.isWanted) {
      propagation.begin(context.db, 4).word('SET').argument(argv, 1).word(result).word('KEEPTTL');
    }
    reply.bulkLatin1(result);
  },
});
