/** WAIT: until replicas have what the client wrote. */
import { ReplyError } from '../../protocol/reply-error.js';
import { integer } from '../arguments.js';
import { defineCommand } from '../define.js';
import { ACL_CONNECTION } from '../flags.js';
import { wholeTimeoutMs } from '../timeout.js';

const IS_REPLICA = new ReplyError(
  'ERR WAIT cannot be used with replica instances. Please also note that since Redis 4.0 if a replica is configured to be writable (which is not the default) writes to replicas are just local and are not propagated.',
);

export const wait = defineCommand({
  name: 'WAIT',
  summary: 'Waits until so many replicas have all that the client wrote.',
  group: 'generic',
  since: '3.0.0',
  complexity: 'O(1)',
  flags: 0,
  args: [integer('numreplicas'), integer('timeout')],
  acl: ACL_CONNECTION,
  isInGroupCategory: false,
  tips: ['request_policy:all_shards', 'response_policy:agg_min'],
  run({ client, nowMs, services: { replication, blocking } }, argv, reply) {
    if (replication.isReplica) throw IS_REPLICA;
    const wantedCount = argv.integer(1);
    const waitMs = wholeTimeoutMs(argv, 2, nowMs);
    const offset = replication.offsetOf(client);
    const count = replication.acknowledgedCount(offset);
    if (count >= wantedCount || blocking.isTimeUp || !blocking.canBlock) {
      reply.integer(count);
      return;
    }
    blocking.waitForTime(argv, waitMs);
    replication.wakeWhenAcknowledged(client, offset, wantedCount);
  },
});
