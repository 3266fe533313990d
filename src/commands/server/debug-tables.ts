/** DEBUG HTSTATS and HTSTATS-KEY: how full the hash tables are. */
import { Dict } from '../../engine/dict.js';
import { ENCODING_HASHTABLE, ENCODING_SKIPLIST, encodingOf, WORD_VALUE } from '../../engine/entry.js';
import type { Reply } from '../../protocol/reply.js';
import { ReplyError } from '../../protocol/reply-error.js';
import type { Argv } from '../argv.js';
import type { Context } from '../context.js';
import { NO_SUCH_KEY } from '../errors.js';

const NO_DATABASE = new ReplyError('ERR Out of range database');
const NO_TABLE = new ReplyError(
  'ERR The value stored at the specified key is not represented using an hash table',
);
/** Elements in a bucket of 64 bytes, before it needs another behind it. */
const BUCKET_ELEMENTS = 12;

function describeTable({ bucketCount, size }: Dict): string {
  if (size === 0) return 'No stats available for empty dictionaries\n';
  const filled = (100 * size) / (bucketCount * BUCKET_ELEMENTS);
  return (
    `Hash table 0 stats (main hash table):\n table size: ${bucketCount * BUCKET_ELEMENTS}\n` +
    ` number of elements: ${size}\n buckets: ${bucketCount}\n filled: ${filled.toFixed(2)}%\n`
  );
}

export function replyDatabaseTables(context: Context, argv: Argv, reply: Reply): void {
  const { databases } = context.keyspace;
  const id = argv.integer(2);
  if (id < 0 || id >= databases.length) throw NO_DATABASE;
  const { index, expiry } = databases[id].entries;
  reply.verbatim(
    `[Dictionary HT]\n${describeTable(index)}[Expires HT]\n` +
      ` a heap by time, number of elements: ${expiry.size}\n`,
  );
}

export function replyValueTable(context: Context, argv: Argv, reply: Reply): void {
  const { db, arena, keyspace } = context;
  const entry = db.find(argv.bytes, argv.starts[2], argv.ends[2]);
  if (entry === 0) throw NO_SUCH_KEY;
  const encoding = encodingOf(arena, entry);
  if (encoding !== ENCODING_HASHTABLE && encoding !== ENCODING_SKIPLIST) throw NO_TABLE;
  const collection = keyspace.collections.get(arena.word(entry, WORD_VALUE));
  if (!('dict' in collection && collection.dict instanceof Dict)) throw NO_TABLE;
  reply.verbatim(describeTable(collection.dict));
}
