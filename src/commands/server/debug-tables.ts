/** DEBUG HTSTATS and HTSTATS-KEY: how full the hash tables are. */
import { NONE } from '../../engine/arena.js';
import { BucketWalk } from '../../engine/bucket-walk.js';
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
/** Of how many elements there are how many buckets: [how many have none, how many have one, …]. */
function bucketsBySize(dict: Dict): readonly number[] {
  const sizes = new Uint32Array(dict.bucketCount);
  const walk = new BucketWalk();
  dict.walk(walk);
  while (walk.next() !== NONE) sizes[walk.bucket]++;
  const counts: number[] = [];
  for (const size of sizes) {
    while (counts.length <= size) counts.push(0);
    counts[size]++;
  }
  return counts;
}

/** In Redis' words. What is a slot with its chain there is a bucket here, which has room for twelve. */
function describeTable(dict: Dict): string {
  const { bucketCount, size } = dict;
  const title = 'Hash table 0 stats (main hash table):\n';
  if (size === 0) return `${title}No stats available for empty dictionaries\n`;
  const counts = bucketsBySize(dict);
  const filled = bucketCount - counts[0];
  const average = (size / filled).toFixed(2);
  const lines = counts.map((count, length) =>
    count === 0 ? '' : `   ${length}: ${count} (${((100 * count) / bucketCount).toFixed(2)}%)\n`,
  );
  return (
    `${title} table size: ${bucketCount}\n number of elements: ${size}\n different slots: ${filled}\n` +
    ` max chain length: ${counts.length - 1}\n avg chain length (counted): ${average}\n` +
    ` avg chain length (computed): ${average}\n Chain length distribution:\n${lines.join('')}`
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
