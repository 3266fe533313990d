/** Every command of transactions: MULTI, EXEC, DISCARD, WATCH, UNWATCH. */
import { ReplyError } from '../../protocol/reply-error.js';
import { key, many } from '../arguments.js';
import { type Declaration, defineCommand } from '../define.js';
import { ALLOW_BUSY, FAST, LOADING, NOSCRIPT, RO, SKIP_SLOWLOG, STALE } from '../flags.js';

const NESTED = new ReplyError('ERR MULTI calls can not be nested');
const EXEC_WITHOUT_MULTI = new ReplyError('ERR EXEC without MULTI');
const DISCARD_WITHOUT_MULTI = new ReplyError('ERR DISCARD without MULTI');
const WATCH_INSIDE_MULTI = new ReplyError('ERR WATCH inside MULTI is not allowed');

const multi = defineCommand({
  name: 'MULTI',
  summary: 'Starts a transaction.',
  group: 'transactions',
  since: '1.2.0',
  complexity: 'O(1)',
  flags: NOSCRIPT | LOADING | STALE | FAST | ALLOW_BUSY,
  args: [],
  run(context, _argv, reply) {
    const { transactions } = context.services;
    if (transactions.isOpen()) throw NESTED;
    transactions.begin();
    reply.ok();
  },
});

const exec = defineCommand({
  name: 'EXEC',
  summary: 'Executes all commands in a transaction.',
  group: 'transactions',
  since: '1.2.0',
  complexity: 'Depends on commands in the transaction',
  flags: NOSCRIPT | LOADING | STALE | SKIP_SLOWLOG,
  args: [],
  run(context, _argv, reply) {
    const { transactions } = context.services;
    if (!transactions.isOpen()) throw EXEC_WITHOUT_MULTI;
    transactions.execute(reply);
  },
});

const discard = defineCommand({
  name: 'DISCARD',
  summary: 'Discards a transaction.',
  group: 'transactions',
  since: '2.0.0',
  complexity: 'O(N), when N is the number of queued commands',
  flags: NOSCRIPT | LOADING | STALE | FAST | ALLOW_BUSY,
  args: [],
  run(context, _argv, reply) {
    const { transactions } = context.services;
    if (!transactions.isOpen()) throw DISCARD_WITHOUT_MULTI;
    transactions.discard();
    reply.ok();
  },
});

const watch = defineCommand({
  name: 'WATCH',
  summary: 'Monitors changes to keys to determine the execution of a transaction.',
  group: 'transactions',
  since: '2.2.0',
  complexity: 'O(1) for every key.',
  flags: NOSCRIPT | LOADING | STALE | FAST | ALLOW_BUSY,
  args: [many(key('key', RO))],
  run(context, argv, reply) {
    const { transactions } = context.services;
    if (transactions.isOpen()) throw WATCH_INSIDE_MULTI;
    for (let index = 1; index < argv.count; index++) {
      transactions.watch(argv.bytes, argv.starts[index], argv.ends[index]);
    }
    reply.ok();
  },
});

const unwatch = defineCommand({
  name: 'UNWATCH',
  summary: 'Forgets about watched keys of a transaction.',
  group: 'transactions',
  since: '2.2.0',
  complexity: 'O(1)',
  flags: NOSCRIPT | LOADING | STALE | FAST | ALLOW_BUSY,
  args: [],
  run(context, _argv, reply) {
    context.services.transactions.unwatch();
    reply.ok();
  },
});

export const transactionCommands: readonly Declaration[] = [multi, exec, discard, watch, unwatch];
