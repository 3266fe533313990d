/** KEYS, SCAN, RANDOMKEY, DBSIZE: the keys of a database. */
import { NONE } from '../../engine/arena.js';
import { keyLength, keyStart, typeOf } from '../../engine/entry.js';
import type { Reply } from '../../protocol/reply.js';
import { integer, optional, pattern, since, string, withToken } from '../arguments.js';
import type { Context } from '../context.js';
import { defineCommand } from '../define.js';
import { ACL_DANGEROUS, ACL_KEYSPACE, FAST, READONLY } from '../flags.js';
import { parseCursor, ScanOptions } from '../scan-options.js';

/** Buckets that SCAN looks into for each element it is asked for, at most: most are not empty. */
const BUCKETS_PER_ELEMENT_MAX = 10;

const options = new ScanOptions();

function keyMatches(context: Context, entry: number): boolean {
  const { arena } = context;
  const start = keyStart(arena, entry);
  return options.matches(arena.bytesOf(entry), start, start + keyLength(arena, entry));
}

function replyKey(context: Context, entry: number, reply: Reply): void {
  const { arena } = context;
  const start = keyStart(arena, entry);
  reply.bulk(arena.bytesOf(entry), start, start + keyLength(arena, entry));
}

export const keys = defineCommand({
  name: 'KEYS',
  summary: 'Returns all keys that match a pattern.',
  group: 'generic',
  since: '1.0.0',
  complexity:
    'O(N) with N being the number of keys in the database, under the assumption that the key names in the database and the given pattern have limited length.',
  flags: READONLY,
  args: [pattern('pattern')],
  acl: ACL_DANGEROUS,
  tips: ['request_policy:all_shards', 'nondeterministic_output_order'],
  run(context, argv, reply) {
    options.parsePattern(argv, 1);
    const mark = reply.beginDeferred();
    let count = 0;
    context.db.forEach((entry) => {
      if (!keyMatches(context, entry)) return;
      replyKey(context, entry, reply);
      count++;
    });
    reply.endDeferredArray(mark, count);
  },
});

export const scan = defineCommand({
  name: 'SCAN',
  summary: 'Returns the keys of the database, some at each call.',
  group: 'generic',
  since: '2.8.0',
  complexity:
    'O(1) for every call. O(N) for a complete iteration, including enough command calls for the cursor to return back to 0. N is the number of elements inside the collection.',
  flags: READONLY,
  args: [
    integer('cursor'),
    optional(withToken('MATCH', pattern('pattern'))),
    optional(withToken('COUNT', integer('count'))),
    optional(since('6.0.0', withToken('TYPE', string('type')))),
  ],
  tips: ['nondeterministic_output', 'request_policy:special', 'response_policy:special'],
  history: [['6.0.0', 'Added the `TYPE` subcommand.']],
  run(context, argv, reply) {
    let cursor = parseCursor(argv, 1);
    options.parse(argv, 2, true);
    const { arena, db } = context;
    const found: number[] = [];
    let visited = 0;
    const visit = (entry: number): void => {
      visited++;
      if (options.takesType(typeOf(arena, entry)) && keyMatches(context, entry)) found.push(entry);
    };
    let bucketsLeft = options.count * BUCKETS_PER_ELEMENT_MAX;
    do {
      cursor = db.scan(cursor, visit);
    } while (cursor !== 0 && visited < options.count && bucketsLeft-- > 0);
    reply.array(2);
    reply.bulkInteger(cursor);
    reply.array(found.length);
    for (const entry of found) replyKey(context, entry, reply);
  },
});

export const randomkey = defineCommand({
  name: 'RANDOMKEY',
  summary: 'Returns a random key of the database.',
  group: 'generic',
  since: '1.0.0',
  complexity: 'O(1)',
  flags: READONLY,
  args: [],
  tips: ['request_policy:all_shards', 'response_policy:special', 'nondeterministic_output'],
  run(context, _argv, reply) {
    const entry = context.db.random();
    if (entry === NONE) reply.null();
    else replyKey(context, entry, reply);
  },
});

export const dbsize = defineCommand({
  name: 'DBSIZE',
  summary: 'Returns the number of keys in the database.',
  group: 'server',
  since: '1.0.0',
  complexity: 'O(1)',
  flags: READONLY | FAST,
  args: [],
  acl: ACL_KEYSPACE,
  tips: ['request_policy:all_shards', 'response_policy:agg_sum'],
  run: (context, _argv, reply) => reply.integer(context.db.size),
});
