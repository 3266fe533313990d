/** ROLE, REPLICAOF, SLAVEOF: whom this server follows, and who follows it. */
import type { Reply } from '../../protocol/reply.js';
import { ReplyError } from '../../protocol/reply-error.js';
import { block, integer, oneOf, string, token } from '../arguments.js';
import type { Argv } from '../argv.js';
import type { Context } from '../context.js';
import { defineCommand } from '../define.js';
import {
  ACL_ADMIN,
  ACL_DANGEROUS,
  ADMIN,
  FAST,
  LOADING,
  NO_ASYNC_LOADING,
  NOSCRIPT,
  STALE,
} from '../flags.js';

const PORT_MAX = 65_535;
const FAILING_OVER = new ReplyError('ERR REPLICAOF not allowed while failing over.');
const INVALID_PORT = new ReplyError('ERR Invalid master port');

const master = [
  oneOf(
    'args',
    block('host-port', string('host'), integer('port')),
    block('no-one', token('NO'), token('ONE')),
  ),
];

function follow({ services: { replication } }: Context, argv: Argv, reply: Reply): void {
  if (replication.isFailingOver) throw FAILING_OVER;
  if (argv.is(1, 'NO') && argv.is(2, 'ONE')) {
    replication.lead();
    reply.ok();
    return;
  }
  const port = argv.integer(2, INVALID_PORT);
  if (port < 0 || port > PORT_MAX) throw INVALID_PORT;
  if (replication.follow(argv.latin1(1), port)) reply.ok();
  else reply.simple('OK Already connected to specified master');
}

export const replicaof = defineCommand({
  name: 'REPLICAOF',
  summary: 'Makes the server follow a master, or none.',
  group: 'server',
  since: '5.0.0',
  complexity: 'O(1)',
  flags: ADMIN | NOSCRIPT | STALE | NO_ASYNC_LOADING,
  args: master,
  run: follow,
});

export const slaveof = defineCommand({
  name: 'SLAVEOF',
  summary: 'Makes the server follow a master, or none.',
  group: 'server',
  since: '1.0.0',
  complexity: 'O(1)',
  flags: ADMIN | NOSCRIPT | STALE | NO_ASYNC_LOADING,
  args: master,
  deprecated: { since: '5.0.0', replacedBy: '`REPLICAOF`' },
  run: follow,
});

export const role = defineCommand({
  name: 'ROLE',
  summary: "Returns the server's part in replication.",
  group: 'server',
  since: '2.8.12',
  complexity: 'O(1)',
  flags: NOSCRIPT | LOADING | STALE | FAST,
  acl: ACL_ADMIN | ACL_DANGEROUS,
  args: [],
  run({ services: { replication } }, _argv, reply) {
    const own = replication.role();
    if (own.kind === 'slave') {
      reply.array(5);
      reply.bulkLatin1('slave');
      reply.bulkLatin1(own.address);
      reply.integer(own.port);
      reply.bulkLatin1(own.state);
      reply.integer(own.offset);
      return;
    }
    reply.array(3);
    reply.bulkLatin1('master');
    reply.integer(own.offset);
    reply.array(own.replicas.length);
    for (const { address, port, offset } of own.replicas) {
      reply.array(3);
      reply.bulkLatin1(address);
      reply.bulkLatin1(String(port));
      reply.bulkLatin1(String(offset));
    }
  },
});
