/** SLOWLOG: the requests that took longest lately. */
import { ReplyError } from '../../protocol/reply-error.js';
import { integer, optional } from '../arguments.js';
import type { Argv } from '../argv.js';
import { defineCommand, defineContainer, defineHelp } from '../define.js';
import { ADMIN, LOADING, STALE } from '../flags.js';
import { wrongForm } from '../wrong-form.js';

const COUNT_BELOW_ALL = new ReplyError('ERR count should be greater than or equal to -1');

const COUNT_DEFAULT = 10;
const ALL = -1;

function countOf(argv: Argv): number {
  if (argv.count > 3) throw wrongForm(argv, 'SLOWLOG');
  if (argv.count === 2) return COUNT_DEFAULT;
  const count = argv.integer(2, COUNT_BELOW_ALL);
  if (count < ALL) throw COUNT_BELOW_ALL;
  return count === ALL ? Number.POSITIVE_INFINITY : count;
}

const slowlogGet = defineCommand({
  name: 'GET',
  summary: 'Returns the slowest requests, newest first.',
  group: 'server',
  since: '2.2.12',
  complexity: 'O(N) where N is the number of requests returned.',
  flags: ADMIN | LOADING | STALE,
  args: [optional(integer('count'))],
  tips: ['request_policy:all_nodes', 'nondeterministic_output'],
  history: [['4.0.0', 'Added client IP address, port and name to the reply.']],
  run(context, argv, reply) {
    const requests = context.services.slowLog.newest(countOf(argv));
    reply.array(requests.length);
    for (const request of requests) {
      reply.array(6);
      reply.integer(request.id);
      reply.integer(request.startedSeconds);
      reply.integer(request.microseconds);
      reply.array(request.words.length);
      for (const word of request.words) reply.bulkLatin1(word);
      reply.bulkLatin1(request.peerAddress);
      reply.bulkLatin1(request.clientName);
    }
  },
});

const slowlogLen = defineCommand({
  name: 'LEN',
  summary: 'Returns how many requests are remembered.',
  group: 'server',
  since: '2.2.12',
  complexity: 'O(1)',
  flags: ADMIN | LOADING | STALE,
  args: [],
  tips: ['request_policy:all_nodes', 'response_policy:agg_sum', 'nondeterministic_output'],
  run: (context, _argv, reply) => reply.integer(context.services.slowLog.length),
});

const slowlogReset = defineCommand({
  name: 'RESET',
  summary: 'Forgets the slow requests.',
  group: 'server',
  since: '2.2.12',
  complexity: 'O(N) where N is the number of requests remembered.',
  flags: ADMIN | LOADING | STALE,
  args: [],
  tips: ['request_policy:all_nodes', 'response_policy:all_succeeded'],
  run(context, _argv, reply) {
    context.services.slowLog.reset();
    reply.ok();
  },
});

const slowlogHelp = defineHelp('SLOWLOG', 'server', '6.2.0', [
  'GET [<count>]',
  '    Return top <count> entries from the slowlog (default: 10, -1 mean all).',
  '    Entries are made of:',
  '    id, timestamp, time in microseconds, arguments array, client IP and port,',
  '    client name',
  'LEN',
  '    Return the length of the slowlog.',
  'RESET',
  '    Reset the slowlog.',
]);

export const slowlog = defineContainer({
  name: 'SLOWLOG',
  summary: 'A container for commands about slow requests.',
  group: 'server',
  since: '2.2.12',
  complexity: 'Depends on subcommand.',
  subcommands: [slowlogGet, slowlogHelp, slowlogLen, slowlogReset],
});
