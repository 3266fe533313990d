/** FAILOVER: hands over to a replica, of which there has to be one. */
import { ReplyError } from '../../protocol/reply-error.js';
import { block, integer, optional, string, token, withToken } from '../arguments.js';
import { defineCommand } from '../define.js';
import { SYNTAX_ERROR } from '../errors.js';
import { ADMIN, NOSCRIPT, STALE } from '../flags.js';

const NOT_IN_PROGRESS = new ReplyError('ERR No failover in progress.');
const NO_REPLICAS = new ReplyError('ERR FAILOVER requires connected replicas.');
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
  run(_context, argv) {
    if (argv.count === 2 && argv.is(1, 'ABORT')) throw NOT_IN_PROGRESS;
    let hasTimeout = false;
    let hasTarget = false;
    let isForced = false;
    for (let index = 1; index < argv.count; index++) {
      if (argv.is(index, 'TIMEOUT') && index + 1 < argv.count && !hasTimeout) {
        if (argv.integer(++index) <= 0) throw TIMEOUT_NOT_POSITIVE;
        hasTimeout = true;
      } else if (argv.is(index, 'TO') && index + 2 < argv.count && !hasTarget) {
        argv.integer(index + 2);
        index += 2;
        hasTarget = true;
      } else if (argv.is(index, 'FORCE') && !isForced) {
        isForced = true;
      } else throw SYNTAX_ERROR;
    }
    throw NO_REPLICAS;
  },
});
