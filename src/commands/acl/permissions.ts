/** What there is to be allowed, and what a user may do of it: ACL CAT and DRYRUN. */
import { ReplyError } from '../../protocol/reply-error.js';
import { many, optional, string } from '../arguments.js';
import { defineCommand } from '../define.js';
import { wrongArity } from '../errors.js';
import { ACL_CATEGORY_NAMES, ADMIN, LOADING, NOSCRIPT, STALE } from '../flags.js';
import { NO_COMMAND } from '../table.js';
import { wrongForm } from '../wrong-form.js';

/** What an error shows of a category that isn't known. */
const SHOWN_MAX = 128;

export const aclCat = defineCommand({
  name: 'CAT',
  summary: 'Returns the categories of commands, or the commands of one.',
  group: 'server',
  since: '6.0.0',
  complexity: 'O(1) since the categories and commands are a fixed set.',
  flags: NOSCRIPT | LOADING | STALE,
  args: [optional(string('categoryname'))],
  run(context, argv, reply) {
    if (argv.count > 3) throw wrongForm(argv, 'ACL');
    if (argv.count === 2) {
      reply.array(ACL_CATEGORY_NAMES.length);
      for (const [, name] of ACL_CATEGORY_NAMES) reply.bulkLatin1(name);
      return;
    }
    const category = ACL_CATEGORY_NAMES.find(([, name]) => argv.is(2, name.toUpperCase()));
    if (category === undefined) {
      throw new ReplyError(`ERR Unknown category '${argv.shown(2).slice(0, SHOWN_MAX)}'`);
    }
    const table = context.services.commands;
    const names = table.names.filter((_, id) => (table.categoriesOf[id] & category[0]) !== 0);
    reply.array(names.length);
    for (const name of names) reply.bulkLatin1(name);
  },
});

/** Words of ACL DRYRUN before the request it asks about. */
const OWN_WORDS = 3;

export const aclDryRun = defineCommand({
  name: 'DRYRUN',
  summary: 'Tells whether a user may run a request, which is not run.',
  group: 'server',
  since: '7.0.0',
  complexity: 'O(1).',
  flags: ADMIN | NOSCRIPT | LOADING | STALE,
  args: [string('username'), string('command'), optional(many(string('arg')))],
  run(context, argv, reply) {
    const { access, authentication, commands: table } = context.services;
    const userName = argv.latin1(2);
    if (!authentication.hasUser(userName)) throw new ReplyError(`ERR User '${argv.shown(2)}' not found`);
    const request = argv.from(OWN_WORDS);
    const id = table.lookup(request);
    if (id === NO_COMMAND) throw new ReplyError(`ERR Command '${request.shown(0)}' not found`);
    if (!table.hasArity(id, request.count)) throw wrongArity(table.names[id]);
    const denial = access.explainDenial(userName, id, request);
    if (denial === null) reply.ok();
    else reply.bulkLatin1(denial);
  },
});
