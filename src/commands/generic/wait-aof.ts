/** WAITAOF: until what the client wrote is on the disk. */
import type { Reply } from '../../protocol/reply.js';
import { ReplyError } from '../../protocol/reply-error.js';
import { integer } from '../arguments.js';
import { defineCommand } from '../define.js';
import { OUT_OF_RANGE_POSITIVE } from '../errors.js';
import { ACL_CONNECTION, NOSCRIPT } from '../flags.js';
import { wholeTimeoutMs } from '../timeout.js';

const LOCAL_OUT_OF_RANGE = new ReplyError('ERR value is out of range, value must between 0 and 1');
const NO_FILE = new ReplyError('ERR WAITAOF cannot be used when numlocal is set but appendonly is disabled.');

const IS_REPLICA = new ReplyError(
  'ERR WAITAOF cannot be used with replica instances. Please also note that writes to replicas are just local and are not propagated.',
);

function replyCounts(reply: Reply, localCount: number, replicaCount: number): void {
  reply.array(2);
  reply.integer(localCount);
  reply.integer(replicaCount);
}

export const waitaof = defineCommand({
  name: 'WAITAOF',
  summary: 'Waits until all that the client wrote is on the disk, here and at replicas.',
  group: 'generic',
  since: '7.2.0',
  complexity: 'O(1)',
  flags: NOSCRIPT,
  args: [integer('numlocal'), integer('numreplicas'), integer('timeout')],
  acl: ACL_CONNECTION,
  isInGroupCategory: false,
  tips: ['request_policy:all_shards', 'response_policy:agg_min'],
  run({ client, nowMs, services: { appendOnlyFile, blocking, replication } }, argv, reply) {
    if (replication.isReplica) throw IS_REPLICA;
    const localCount = argv.integer(1);
    if (localCount < 0 || localCount > 1) throw LOCAL_OUT_OF_RANGE;
    const replicaCount = argv.integer(2, OUT_OF_RANGE_POSITIVE);
    if (replicaCount < 0) throw OUT_OF_RANGE_POSITIVE;
    const waitMs = wholeTimeoutMs(argv, 3, nowMs);
    if (localCount > 0 && !appendOnlyFile.isOn) throw NO_FILE;
    const { lastUnit } = client;
    const offset = blocking.isTimeUp ? appendOnlyFile.offsetWaitedFor(client) : replication.offsetOf(client);
    const isEnough = (): boolean =>
      (localCount === 0 || appendOnlyFile.hasSynced(lastUnit)) &&
      replication.syncedCount(offset) >= replicaCount;
    if (isEnough() || blocking.isTimeUp || !blocking.canBlock) {
      replyCounts(reply, appendOnlyFile.hasSynced(lastUnit) ? 1 : 0, replication.syncedCount(offset));
      return;
    }
    blocking.waitForTime(argv, waitMs);
    appendOnlyFile.wakeWhen(client, offset, isEnough);
    if (replicaCount > 0) replication.askForAcknowledgement();
  },
});
