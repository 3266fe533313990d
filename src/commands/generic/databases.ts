/** FLUSHDB, FLUSHALL, SWAPDB: databases as wholes. */
import { ReplyError } from '../../protocol/reply-error.js';
import { integer, oneOf, optional, since, token } from '../arguments.js';
import type { Argv } from '../argv.js';
import type { Context } from '../context.js';
import { defineCommand } from '../define.js';
import { DB_OUT_OF_RANGE, SYNTAX_ERROR } from '../errors.js';
import { ACL_DANGEROUS, ACL_KEYSPACE, FAST, WRITE } from '../flags.js';

const INVALID_FIRST_INDEX = new ReplyError('ERR invalid first DB index');
const INVALID_SECOND_INDEX = new ReplyError('ERR invalid second DB index');

/**
 * Both modes are the same to us: keys go at once, and their memory without anybody waiting for it. INFO counts what went
 * in the background by request.
 */
function flushesAside({ services }: Context, argv: Argv): boolean {
  if (argv.count > 2) throw SYNTAX_ERROR;
  if (argv.count === 1) return services.limits.flushesAside;
  if (argv.is(1, 'ASYNC')) return true;
  if (argv.is(1, 'SYNC')) return false;
  throw SYNTAX_ERROR;
}

const flushMode = optional(
  oneOf('flush-type', since('4.0.0', token('ASYNC')), since('6.2.0', token('SYNC'))),
);

const FLUSH_HISTORY = [
  ['4.0.0', 'Added the `ASYNC` flushing mode modifier.'],
  ['6.2.0', 'Added the `SYNC` flushing mode modifier.'],
] as const;

export const flushdb = defineCommand({
  name: 'FLUSHDB',
  summary: 'Removes all keys of the database.',
  group: 'server',
  since: '1.0.0',
  complexity: 'O(N) where N is the number of keys in the selected database',
  flags: WRITE,
  args: [flushMode],
  acl: ACL_KEYSPACE | ACL_DANGEROUS,
  tips: ['request_policy:all_shards', 'response_policy:all_succeeded'],
  history: FLUSH_HISTORY,
  run(context, argv, reply) {
    const { db, keyspace, services } = context;
    if (flushesAside(context, argv)) keyspace.reclaimer.finished += db.size;
    if (services.observers.mask !== 0) services.observers.databaseReplacing(db, null);
    context.dirty += db.size;
    services.propagation.force();
    db.flush();
    reply.ok();
  },
});

export const flushall = defineCommand({
  name: 'FLUSHALL',
  summary: 'Removes all keys of all databases.',
  group: 'server',
  since: '1.0.0',
  complexity: 'O(N) where N is the total number of keys in all databases',
  flags: WRITE,
  args: [flushMode],
  acl: ACL_KEYSPACE | ACL_DANGEROUS,
  tips: ['request_policy:all_shards', 'response_policy:all_succeeded'],
  history: FLUSH_HISTORY,
  run(context, argv, reply) {
    const { keyspace, services } = context;
    const isAside = flushesAside(context, argv);
    for (const db of keyspace.databases) {
      if (isAside) keyspace.reclaimer.finished += db.size;
      if (services.observers.mask !== 0) services.observers.databaseReplacing(db, null);
      context.dirty += db.size;
    }
    keyspace.flushAll();
    services.persistence.flushed();
    services.propagation.force();
    reply.ok();
  },
});

export const swapdb = defineCommand({
  name: 'SWAPDB',
  summary: 'Swaps the contents of two databases.',
  group: 'server',
  since: '4.0.0',
  complexity: 'O(N) where N is the count of clients watching or blocking on keys from both databases.',
  flags: WRITE | FAST,
  args: [integer('index1'), integer('index2')],
  acl: ACL_KEYSPACE | ACL_DANGEROUS,
  run(context, argv, reply) {
    const first = argv.int32(1, INVALID_FIRST_INDEX);
    const second = argv.int32(2, INVALID_SECOND_INDEX);
    const { keyspace, services } = context;
    const { databases } = keyspace;
    const count = databases.length;
    if (first < 0 || first >= count || second < 0 || second >= count) throw DB_OUT_OF_RANGE;
    if (first !== second) {
      if (services.observers.mask !== 0) {
        services.observers.databaseReplacing(databases[first], databases[second]);
      }
      keyspace.swap(first, second);
    }
    context.dirty++;
    reply.ok();
  },
});
