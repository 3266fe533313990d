/** INFO, TIME and LOLWUT: what the server tells of itself without being asked for more. */
import { JANUSKV_VERSION, REDIS_VERSION } from '../../base/version.js';
import { integer, many, optional, string, withToken } from '../arguments.js';
import { defineCommand } from '../define.js';
import { ACL_DANGEROUS, FAST, LOADING, READONLY, STALE } from '../flags.js';

const MICROSECONDS_PER_SECOND = 1_000_000;

export const info = defineCommand({
  name: 'INFO',
  summary: 'Returns facts and figures of the server.',
  group: 'server',
  since: '1.0.0',
  complexity: 'O(1)',
  flags: LOADING | STALE,
  acl: ACL_DANGEROUS,
  args: [optional(many(string('section')))],
  tips: ['nondeterministic_output', 'request_policy:all_shards', 'response_policy:special'],
  history: [['7.0.0', 'Added support for taking multiple section arguments.']],
  run(context, argv, reply) {
    const sections: string[] = [];
    for (let index = 1; index < argv.count; index++) sections.push(argv.latin1(index).toLowerCase());
    reply.verbatim(context.services.information.render(sections));
  },
});

export const time = defineCommand({
  name: 'TIME',
  summary: "Returns the server's time.",
  group: 'server',
  since: '2.6.0',
  complexity: 'O(1)',
  flags: LOADING | STALE | FAST,
  args: [],
  tips: ['nondeterministic_output'],
  run(context, _argv, reply) {
    const us = Math.floor(context.services.information.wallUs());
    reply.array(2);
    reply.bulkInteger(Math.floor(us / MICROSECONDS_PER_SECOND));
    reply.bulkInteger(us % MICROSECONDS_PER_SECOND);
  },
});

/** Two faces and one head, as on the Roman as. */
const JANUS = String.raw`
             ______
         .-''      ''-.
       .'   .--''--.   '.
      /   .'   ||   '.   \
     ;   (  o  ||  o  )   ;
    _|    '.   ||   .'    |_
   (_      /   ||   \      _)
     |    (_   ||   _)    |
     ;    --   ||   --    ;
      \        ||        /
       '.__..--''--..__.'
`;

export const lolwut = defineCommand({
  name: 'LOLWUT',
  summary: 'Draws a picture and tells the version.',
  group: 'server',
  since: '5.0.0',
  complexity: 'O(1)',
  flags: READONLY | FAST,
  args: [optional(withToken('VERSION', integer('version')))],
  run(_context, argv, reply) {
    // Every version draws the same picture; the number still has to be one.
    if (argv.count > 2 && argv.is(1, 'VERSION')) argv.integer(2);
    reply.verbatim(`${JANUS.slice(1)}\njanuskv ${JANUSKV_VERSION}, Redis ver. ${REDIS_VERSION}\n`);
  },
});
