/** ROLE, REPLICAOF, SLAVEOF: this server is a master, and stays one. */
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
const INVALID_PORT = new ReplyError('ERR Invalid master port');
const NO_REPLICATION = new ReplyError('ERR januskv follows no master');

const master = [
  oneOf(
    'args',
    block('host-port', string('host'), integer('port')),
    block('no-one', token('NO'), token('ONE')),
  ),
];

function follow(_context: Context, argv: Argv, reply: Reply): void {
  if (argv.is(1, 'NO') && argv.is(2, 'ONE')) {
    reply.ok();
    return;
  }
  const port = argv.integer(2, INVALID_PORT);
  if (port < 0 || port > PORT_MAX) throw INVALID_PORT;
  throw NO_REPLICATION;
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
  run(_context, _argv, reply) {
    reply.array(3);
    reply.bulkLatin1('master');
    reply.integer(0);
    reply.array(0);
  },
});
