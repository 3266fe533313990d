/** PING and ECHO: is anybody there? */
import { optional, string } from '../arguments.js';
import { defineCommand } from '../define.js';
import { wrongArity } from '../errors.js';
import { FAST, LOADING, STALE } from '../flags.js';

const TOO_MANY = wrongArity('ping');

export const ping = defineCommand({
  name: 'PING',
  summary: "Returns the server's liveliness response.",
  group: 'connection',
  since: '1.0.0',
  complexity: 'O(1)',
  flags: FAST,
  args: [optional(string('message'))],
  tips: ['request_policy:all_shards', 'response_policy:all_succeeded'],
  run(context, argv, reply) {
    if (argv.count > 2) throw TOO_MANY;
    if (context.services.pubsub.isSubscriber()) {
      // A subscriber's replies look like messages.
      reply.array(2);
      reply.bulkLatin1('pong');
      if (argv.count === 2) reply.bulk(argv.bytes, argv.starts[1], argv.ends[1]);
      else reply.emptyBulk();
    } else if (argv.count === 2) reply.bulk(argv.bytes, argv.starts[1], argv.ends[1]);
    else reply.simple('PONG');
  },
});

export const echo = defineCommand({
  name: 'ECHO',
  summary: 'Returns the given string.',
  group: 'connection',
  since: '1.0.0',
  complexity: 'O(1)',
  flags: FAST | LOADING | STALE,
  args: [string('message')],
  run(_context, argv, reply) {
    reply.bulk(argv.bytes, argv.starts[1], argv.ends[1]);
  },
});
