/** XSETID: what a stream counts and its last id, as replication and those who repair streams set them. */
import { NONE } from '../../engine/arena.js';
import { TYPE_STREAM } from '../../engine/entry.js';
import { StreamId } from '../../engine/types/stream/stream-id.js';
import { type WideCount, wideCountOf } from '../../engine/types/stream/wide-count.js';
import { ReplyError } from '../../protocol/reply-error.js';
import { integer, key, optional, since, string, withToken } from '../arguments.js';
import type { Argv } from '../argv.js';
import { defineCommand } from '../define.js';
import { NO_SUCH_KEY, SYNTAX_ERROR } from '../errors.js';
import { DENYOOM, FAST, RW, UPDATE, WRITE } from '../flags.js';
import { XSETID } from './events.js';
import { groupChanged } from './groups.js';
import { parseId } from './ids.js';

const ADDED_NEGATIVE = new ReplyError('ERR entries_added must be positive');
const BEFORE_GIVEN_DELETED = new ReplyError(
  'ERR The ID specified in XSETID is smaller than the provided max_deleted_entry_id',
);
const BEFORE_DELETED = new ReplyError(
  'ERR The ID specified in XSETID is smaller than current max_deleted_entry_id',
);
const BEFORE_LAST = new ReplyError(
  'ERR The ID specified in XSETID is smaller than the target stream top item',
);
const FEWER_THAN_LENGTH = new ReplyError(
  'ERR The entries_added specified in XSETID is smaller than the target stream length',
);

const lastId = new StreamId();
const maxDeletedId = new StreamId();
const lastEntry = new StreamId();

/** Sets `lastId` and `maxDeletedId`, which is 0-0 when not given. @returns entries added; null: not given */
function parseRequest(argv: Argv): WideCount | null {
  let entriesAdded: WideCount | null = null;
  parseId(argv, 2, lastId);
  maxDeletedId.setZero();
  for (let index = 3; index < argv.count; index += 2) {
    const hasNext = index + 1 < argv.count;
    if (hasNext && argv.is(index, 'ENTRIESADDED')) {
      entriesAdded = wideCountOf(argv.bigInteger(index + 1));
      if (entriesAdded < 0) throw ADDED_NEGATIVE;
    } else if (hasNext && argv.is(index, 'MAXDELETEDID')) {
      if (lastId.compare(parseId(argv, index + 1, maxDeletedId)) < 0) throw BEFORE_GIVEN_DELETED;
    } else {
      throw SYNTAX_ERROR;
    }
  }
  return entriesAdded;
}

export const xsetid = defineCommand({
  name: 'XSETID',
  summary: 'Sets the last id of a stream, and what it counts; for replication.',
  group: 'stream',
  since: '5.0.0',
  complexity: 'O(1)',
  flags: WRITE | DENYOOM | FAST,
  args: [
    key('key', RW | UPDATE),
    string('last-id'),
    optional(since('7.0.0', withToken('ENTRIESADDED', integer('entries-added')))),
    optional(since('7.0.0', withToken('MAXDELETEDID', string('max-deleted-id')))),
  ],
  history: [['7.0.0', 'Added the `entries_added` and `max_deleted_entry_id` arguments.']],
  run(context, argv, reply) {
    const entriesAdded = parseRequest(argv);
    const entry = context.write(argv, 1, TYPE_STREAM);
    if (entry === NONE) throw NO_SUCH_KEY;
    const stream = context.streams.get(entry);
    if (lastId.compare(stream.maxDeletedId) < 0) throw BEFORE_DELETED;
    if (stream.length > 0) {
      if (lastId.compare(stream.readLastLiveId(lastEntry)) < 0) throw BEFORE_LAST;
      if (entriesAdded !== null && entriesAdded < stream.length) throw FEWER_THAN_LENGTH;
    }
    stream.setLastId(lastId);
    if (entriesAdded !== null) stream.entriesAdded = entriesAdded;
    if (!maxDeletedId.isZero) stream.setMaxDeletedId(maxDeletedId);
    groupChanged(context, XSETID, argv, 1);
    reply.ok();
  },
});
