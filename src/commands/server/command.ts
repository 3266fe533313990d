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
    '    Return details about all Redis commands.',
    'COUNT',
    '    Return the total number of commands in this Redis server.',
    'LIST',
    '    Return a list of all commands in this Redis server.',
    'INFO [<command-name> ...]',
    '    Return details about multiple Redis commands.',
    '    If no command names are given, documentation details for all',
    '    commands are returned.',
    'DOCS [<command-name> ...]',
    '    Return documentation details about multiple Redis commands.',
    '    If no command names are given, documentation details for all',
    '    commands are returned.',
    'GETKEYS <full-command>',
    '    Return the keys from a full Redis command.',
    'GETKEYSANDFLAGS <full-command>',
    '    Return the keys and the access flags from a full Redis command.',
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
