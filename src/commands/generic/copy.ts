/** COPY and MOVE: a value under another key, or in another database. */
import { equalBytes } from '../../base/bytes.js';
import { NONE } from '../../engine/arena.js';
import type { Database } from '../../engine/database.js';
import type { ReplyError } from '../../protocol/reply-error.js';
import { integer, key, optional, token, withToken } from '../arguments.js';
import type { Context } from '../context.js';
import { defineCommand } from '../define.js';
import { DB_OUT_OF_RANGE, SAME_OBJECT, SYNTAX_ERROR } from '../errors.js';
import { ACCESS, DENYOOM, FAST, OW, RO, RW, UPDATE, WRITE } from '../flags.js';
import { COPY_TO, MOVE_FROM, MOVE_TO } from './events.js';

/** @throws DB_OUT_OF_RANGE */
function databaseAt(context: Context, id: number, refusal: ReplyError = DB_OUT_OF_RANGE): Database {
  const { databases } = context.keyspace;
  if (id < 0 || id >= databases.length) throw refusal;
  return databases[id];
}

export const copy = defineCommand({
  name: 'COPY',
  summary: 'Copies the value of a key to another key.',
  group: 'generic',
  since: '6.2.0',
  complexity:
    'O(N) worst case for collections, where N is the number of nested items. O(1) for string values.',
  flags: WRITE | DENYOOM,
  args: [
    key('source', RO | ACCESS),
    key('destination', OW | UPDATE),
    optional(withToken('DB', integer('destination-db'))),
    optional(token('REPLACE')),
  ],
  run(context, argv, reply) {
    const { bytes, starts, ends } = argv;
    let to = context.db;
    let replaces = false;
    for (let index = 3; index < argv.count; index++) {
      if (argv.is(index, 'REPLACE')) replaces = true;
      else if (argv.is(index, 'DB') && index + 1 < argv.count) to = databaseAt(context, argv.int32(++index));
      else throw SYNTAX_ERROR;
    }
    const isSameKey = equalBytes(bytes, starts[1], ends[1], bytes, starts[2], ends[2]);
    if (to === context.db && isSameKey) throw SAME_OBJECT;
    const entry = context.readAny(argv, 1);
    const target = entry === NONE ? NONE : to.lookupWrite(bytes, starts[2], ends[2]);
    if (entry === NONE || (target !== NONE && !replaces)) {
      reply.integer(0);
      return;
    }
    if (target !== NONE) to.removeEntry(target);
    context.db.copyEntry(entry, to, bytes, starts[2], ends[2]);
    context.changedKey(COPY_TO, to, bytes, starts[2], ends[2]);
    reply.integer(1);
  },
});

export const move = defineCommand({
  name: 'MOVE',
  summary: 'Moves a key to another database.',
  group: 'generic',
  since: '1.0.0',
  complexity: 'O(1)',
  flags: WRITE | FAST,
  args: [key('key', RW | ACCESS | UPDATE), integer('db')],
  run(context, argv, reply) {
    const { bytes, starts, ends } = argv;
    const to = databaseAt(context, argv.int32(2));
    if (to === context.db) throw SAME_OBJECT;
    const entry = context.writeAny(argv, 1);
    if (entry === NONE || to.lookupWrite(bytes, starts[1], ends[1]) !== NONE) {
      reply.integer(0);
      return;
    }
    context.db.moveEntry(entry, to, bytes, starts[1], ends[1]);
    context.changed(MOVE_FROM, argv, 1);
    context.alsoChanged(MOVE_TO, to, bytes, starts[1], ends[1]);
    reply.integer(1);
  },
});
