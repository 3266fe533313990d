/** Users: ACL SETUSER, GETUSER, DELUSER, LIST, USERS and WHOAMI. */
import type { Reply } from '../../protocol/reply.js';
import { many, optional, string } from '../arguments.js';
import type { Argv } from '../argv.js';
import type { Context } from '../context.js';
import { defineCommand } from '../define.js';
import { ADMIN, LOADING, NOSCRIPT, STALE } from '../flags.js';
import type { SelectorDescription } from '../services/access.js';

const FLAGS = NOSCRIPT | LOADING | STALE;

/** The words from `first` on: nobody else is to see them, they may hold passwords. */
function secretWords({ services }: Context, argv: Argv, first: number): string[] {
  const words: string[] = [];
  for (let index = first; index < argv.count; index++) {
    services.secrets.redact(index);
    words.push(argv.latin1(index));
  }
  return words;
}

function replyTexts(reply: Reply, texts: readonly string[]): void {
  reply.array(texts.length);
  for (const text of texts) reply.bulkLatin1(text);
}

export const aclSetUser = defineCommand({
  name: 'SETUSER',
  summary: 'Makes or changes a user.',
  group: 'server',
  since: '6.0.0',
  complexity: 'O(N) where N is the number of rules given.',
  flags: ADMIN | FLAGS,
  args: [string('username'), optional(many(string('rule')))],
  history: [
    ['6.2.0', 'Added Pub/Sub channel patterns.'],
    ['7.0.0', 'Added selectors and key based permissions.'],
  ],
  tips: ['request_policy:all_nodes', 'response_policy:all_succeeded'],
  run(context, argv, reply) {
    const [name, ...rules] = secretWords(context, argv, 2);
    context.services.access.setUser(name, rules);
    reply.ok();
  },
});

/** The three pairs that every selector is told by. */
function replySelector(reply: Reply, { commands, keys, channels }: SelectorDescription): void {
  reply.bulkLatin1('commands');
  reply.bulkLatin1(commands);
  reply.bulkLatin1('keys');
  reply.bulkLatin1(keys);
  reply.bulkLatin1('channels');
  reply.bulkLatin1(channels);
}

export const aclGetUser = defineCommand({
  name: 'GETUSER',
  summary: 'Returns the rules of a user.',
  group: 'server',
  since: '6.0.0',
  complexity: 'O(N) where N is the number of passwords and rules of the user.',
  flags: ADMIN | FLAGS,
  args: [string('username')],
  history: [
    ['6.2.0', 'Added Pub/Sub channel patterns.'],
    [
      '7.0.0',
      'Added selectors and changed the format of key and channel patterns from a list to their rule representation.',
    ],
  ],
  run(context, argv, reply) {
    const user = context.services.access.describeUser(argv.latin1(2));
    if (user === null) {
      reply.null();
      return;
    }
    reply.map(6);
    reply.bulkLatin1('flags');
    reply.set(user.flags.length);
    for (const flag of user.flags) reply.bulkLatin1(flag);
    reply.bulkLatin1('passwords');
    replyTexts(reply, user.passwords);
    replySelector(reply, user.root);
    reply.bulkLatin1('selectors');
    reply.array(user.selectors.length);
    for (const selector of user.selectors) {
      reply.map(3);
      replySelector(reply, selector);
    }
  },
});

export const aclDelUser = defineCommand({
  name: 'DELUSER',
  summary: 'Removes users, and closes their connections.',
  group: 'server',
  since: '6.0.0',
  complexity: 'O(1) amortized time considering the typical user.',
  flags: ADMIN | FLAGS,
  args: [many(string('username'))],
  tips: ['request_policy:all_nodes', 'response_policy:all_succeeded'],
  run(context, argv, reply) {
    reply.integer(context.services.access.deleteUsers(secretWords(context, argv, 2)));
  },
});

export const aclList = defineCommand({
  name: 'LIST',
  summary: 'Returns the users with their rules, as lines of an ACL file.',
  group: 'server',
  since: '6.0.0',
  complexity: 'O(N) where N is the number of users.',
  flags: ADMIN | FLAGS,
  args: [],
  run(context, _argv, reply) {
    replyTexts(reply, context.services.access.userLines());
  },
});

export const aclUsers = defineCommand({
  name: 'USERS',
  summary: 'Returns the names of the users.',
  group: 'server',
  since: '6.0.0',
  complexity: 'O(N) where N is the number of users.',
  flags: ADMIN | FLAGS,
  args: [],
  run(context, _argv, reply) {
    replyTexts(reply, context.services.access.userNames());
  },
});

export const aclWhoAmI = defineCommand({
  name: 'WHOAMI',
  summary: 'Returns the name of the user that the connection is.',
  group: 'server',
  since: '6.0.0',
  complexity: 'O(1)',
  flags: FLAGS,
  args: [],
  run(context, _argv, reply) {
    reply.bulkLatin1(context.client.userName);
  },
});
