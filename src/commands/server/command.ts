/** COMMAND: about commands. Everything it answers is derived from their declarations. */
import { defineContainer, defineHelp } from '../define.js';
import { ACL_CONNECTION, LOADING, STALE } from '../flags.js';
import { commandDocs } from './command-docs.js';
import { commandCount, commandInfo, replyAllInfo } from './command-info.js';
import { commandGetKeys, commandGetKeysAndFlags } from './command-keys.js';
import { commandList } from './command-list.js';

const commandHelp = {
  ...defineHelp('COMMAND', 'server', '5.0.0', [
    '(no subcommand)',
    '    Describe all commands.',
    'COUNT',
    '    Return the number of commands.',
    'DOCS [<command-name> [...]]',
    '    Document some commands, or all.',
    'GETKEYS <full-command>',
    '    Return the keys of a request.',
    'GETKEYSANDFLAGS <full-command>',
    '    Return the keys of a request, and what it does with each.',
    'INFO [<command-name> [...]]',
    '    Describe some commands, or all.',
    'LIST [FILTERBY (MODULE <name>|ACLCAT <category>|PATTERN <pattern>)]',
    '    Return the names of commands.',
  ]),
  acl: ACL_CONNECTION,
};

export const command = defineContainer({
  name: 'COMMAND',
  summary: 'Describes all commands.',
  group: 'server',
  since: '2.8.13',
  complexity: 'O(N) where N is the number of commands.',
  flags: LOADING | STALE,
  acl: ACL_CONNECTION,
  tips: ['nondeterministic_output_order'],
  arity: -1,
  subcommands: [
    commandCount,
    commandDocs,
    commandGetKeys,
    commandGetKeysAndFlags,
    commandHelp,
    commandInfo,
    commandList,
  ],
  run: (context, _argv, reply) => replyAllInfo(reply, context.services.commands),
});
