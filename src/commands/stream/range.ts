/** XRANGE and XREVRANGE: entries between two ids. */
import { TYPE_STREAM } from '../../engine/entry.js';
import { StreamId } from '../../engine/types/stream/stream-id.js';
import { integer, key, optional, string, withToken } from '../arguments.js';
import { defineCommand } from '../define.js';
import { SYNTAX_ERROR } from '../errors.js';
import { ACCESS, READONLY, RO } from '../flags.js';
import { parseEnd, parseStart } from './ids.js';
import { replyEntries } from './replies.js';

const first = new StreamId();
const last = new StreamId();

const range = (name: string, isBackwards: boolean, summary: string) =>
  defineCommand({
    name,
    summary,
    group: 'stream',
    since: '5.0.0',
    complexity:
      'O(N) with N being the number of elements being returned. If N is constant (e.g. always asking for the first 10 elements with COUNT), you can consider it O(1).',
    flags: READONLY,
    args: [
      key('key', RO | ACCESS),
      string(isBackwards ? 'end' : 'start'),
      string(isBackwards ? 'start' : 'end'),
      optional(withToken('COUNT', integer('count'))),
    ],
    history: [['6.2.0', 'Added exclusive ranges.']],
    run(context, argv, reply) {
      parseStart(argv, isBackwards ? 3 : 2, first);
      parseEnd(argv, isBackwards ? 2 : 3, last);
      let count = -1;
      for (let index = 4; index < argv.count; index += 2) {
        if (!argv.is(index, 'COUNT') || index + 1 === argv.count) throw SYNTAX_ERROR;
        count = Math.max(0, argv.integer(index + 1));
      }
      const entry = context.read(argv, 1, TYPE_STREAM);
      if (entry === 0) {
        reply.array(0);
      } else if (count === 0) {
        reply.nullArray();
      } else {
        const stream = context.streams.get(entry);
        replyEntries(reply, context.streams.range(stream, first, last, isBackwards), Math.max(0, count));
      }
    },
  });

export const xrange = range('XRANGE', false, 'Returns the entries of a stream within a range of ids.');
export const xrevrange = range(
  'XREVRANGE',
  true,
  'Returns the entries of a stream within a range of ids, the last first.',
);
