/** XLEN, XDEL and XTRIM. A stream that loses its last entry stays. */
import { TYPE_STREAM } from '../../engine/entry.js';
import { StreamId } from '../../engine/types/stream/stream-id.js';
import { block, key, many, string } from '../arguments.js';
import { defineCommand } from '../define.js';
import { DELETE, FAST, READONLY, RO, RW, WRITE } from '../flags.js';
import { XDEL, XTRIM } from './events.js';
import { parseId } from './ids.js';
import { propagateExact } from './propagation.js';
import { parseAddOrTrim, trimArguments } from './trim-request.js';

const id = new StreamId();

export const xlen = defineCommand({
  name: 'XLEN',
  summary: 'Returns the number of entries of a stream.',
  group: 'stream',
  since: '5.0.0',
  complexity: 'O(1)',
  flags: READONLY | FAST,
  args: [key('key', RO)],
  run(context, argv, reply) {
    const entry = context.read(argv, 1, TYPE_STREAM);
    reply.integer(entry === 0 ? 0 : context.streams.get(entry).length);
  },
});

export const xdel = defineCommand({
  name: 'XDEL',
  summary: 'Removes entries of a stream, and returns how many there were.',
  group: 'stream',
  since: '5.0.0',
  complexity: 'O(1) for each single item to delete in the stream, regardless of the stream size.',
  flags: WRITE | FAST,
  args: [key('key', RW | DELETE), many(string('id'))],
  run(context, argv, reply) {
    const entry = context.write(argv, 1, TYPE_STREAM);
    if (entry === 0) {
      reply.integer(0);
      return;
    }
    for (let index = 2; index < argv.count; index++) parseId(argv, index, id);
    const stream = context.streams.get(entry);
    let deleted = 0;
    for (let index = 2; index < argv.count; index++) {
      if (stream.delete(parseId(argv, index, id))) deleted++;
    }
    if (deleted > 0) context.changedMany(deleted, XDEL, argv, 1);
    reply.integer(deleted);
  },
});

export const xtrim = defineCommand({
  name: 'XTRIM',
  summary: 'Removes entries from the beginning of a stream.',
  group: 'stream',
  since: '5.0.0',
  complexity:
    'O(N), with N being the number of evicted entries. Constant times are very small however, since entries are organized in macro nodes containing multiple entries that can be released with a single deallocation.',
  flags: WRITE,
  args: [key('key', RW | DELETE), block('trim', ...trimArguments)],
  tips: ['nondeterministic_output'],
  history: [['6.2.0', 'Added the `MINID` trimming strategy and the `LIMIT` option.']],
  run(context, argv, reply) {
    const request = parseAddOrTrim(
      argv,
      false,
      context.encodingLimits.streamNodeMaxEntries,
      context.keyspace.expiryIgnored,
    );
    const entry = context.write(argv, 1, TYPE_STREAM);
    const { trim } = request;
    const deleted = entry === 0 || trim === null ? 0 : context.streams.get(entry).trim(trim);
    if (deleted > 0) {
      context.changedMany(deleted, XTRIM, argv, 1);
      if (context.services.propagation.isWanted) {
        propagateExact(context, argv, context.streams.get(entry), request, null);
      }
    }
    reply.integer(deleted);
  },
});
