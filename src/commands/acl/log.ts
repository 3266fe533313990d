/** ACL LOG: who was denied what. */
import type { Reply } from '../../protocol/reply.js';
import { integer, oneOf, optional, token } from '../arguments.js';
import { defineCommand } from '../define.js';
import { ADMIN, LOADING, NOSCRIPT, STALE } from '../flags.js';
import type { DeniedAccess } from '../services/access.js';
import { wrongForm } from '../wrong-form.js';

/** Entries shown unless asked for more. */
const COUNT = 10;

function replyEntry(reply: Reply, entry: DeniedAccess, nowMs: number): void {
  const { id, count, reason, context, object, userName, clientInfo, firstMs, lastMs } = entry;
  reply.map(10);
  reply.bulkLatin1('count');
  reply.integer(count);
  reply.bulkLatin1('reason');
  reply.bulkLatin1(reason);
  reply.bulkLatin1('context');
  reply.bulkLatin1(context);
  reply.bulkLatin1('object');
  reply.bulkLatin1(object);
  reply.bulkLatin1('username');
  reply.bulkLatin1(userName);
  reply.bulkLatin1('age-seconds');
  reply.double((nowMs - lastMs) / 1000);
  reply.bulkLatin1('client-info');
  reply.bulkLatin1(clientInfo);
  reply.bulkLatin1('entry-id');
  reply.integer(id);
  reply.bulkLatin1('timestamp-created');
  reply.integer(firstMs);
  reply.bulkLatin1('timestamp-last-updated');
  reply.integer(lastMs);
}

export const aclLog = defineCommand({
  name: 'LOG',
  summary: 'Returns the latest denials.',
  group: 'server',
  since: '6.0.0',
  complexity: 'O(N) where N is the number of entries shown.',
  flags: ADMIN | NOSCRIPT | LOADING | STALE,
  args: [optional(oneOf('operation', integer('count'), token('RESET')))],
  history: [['7.2.0', 'Added entry ID, timestamp created, and timestamp last updated.']],
  run(context, argv, reply) {
    const { access } = context.services;
    if (argv.count > 3) throw wrongForm(argv, 'ACL');
    if (argv.count === 3 && argv.is(2, 'RESET')) {
      access.forgetDenials();
      reply.ok();
      return;
    }
    const count = argv.count === 3 ? Math.max(0, argv.integer(2)) : COUNT;
    const shown = access.denials.slice(0, count);
    reply.array(shown.length);
    for (const entry of shown) replyEntry(reply, entry, context.nowMs);
  },
});
