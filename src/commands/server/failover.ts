/** FAILOVER: hands over to a replica. */
import { ReplyError } from '../../protocol/reply-error.js';
import { block, integer, optional, string, token, withToken } from '../arguments.js';
import type { Argv } from '../argv.js';
import { defineCommand } from '../define.js';
import { SYNTAX_ERROR } from '../errors.js';
import { ADMIN, NOSCRIPT, STALE } from '../flags.js';
import type { FailoverRequest } from '../services/replication.js';

const TIMEOUT_NOT_POSITIVE = new ReplyError('ERR FAILOVER timeout must be greater than 0');

export const failover = defineCommand({
  name: 'FAILOVER',
  summary: 'Hands over to one of the replicas.',
  group: 'server',
  since: '6.2.0',
  complexity: 'O(1)',
  flags: ADMIN | NOSCRIPT | STALE,
  args: [
    optional(
      withToken('TO', block('target', string('host'), integer('port'), optional(token('FORCE', 'force')))),
    ),
    optional(token('ABORT', 'abort')),
    optional(withToken('TIMEOUT', integer('milliseconds'))),
  ],
  run({ services: { replication } }, argv, reply) {
    if (argv.count === 2 && argv.is(1, 'ABORT')) replication.abortFailover();
    else replication.failOver(parse(argv));
    reply.ok();
  },
});

function parse(argv: Argv): FailoverRequest {
  let timeoutMs = 0;
  let target: FailoverRequest['target'] = null;
  let isForced = false;
  for (let index = 1; index < argv.count; index++) {
    if (argv.is(index, 'TIMEOUT') && index + 1 < argv.count && timeoutMs === 0) {
      timeoutMs = argv.integer(++index);
      if (timeoutMs <= 0) throw TIMEOUT_NOT_POSITIVE;
    } else if (argv.is(index, 'TO') && index + 2 < argv.count && target === null) {
      target = { address: argv.latin1(index + 1), port: argv.integer(index + 2) };
      index += 2;
    } else if (argv.is(index, 'FORCE') && !isForced) {
      isForced = true;
    } else throw SYNTAX_ERROR;
  }
  return { target, isForced, timeoutMs };
}
