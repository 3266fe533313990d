/** ACL: users and what they may do. */
import { type Declaration, defineContainer, defineHelp } from '../define.js';
import { aclLoad, aclSave } from './file.js';
import { aclGenPass } from './generate-password.js';
import { aclLog } from './log.js';
import { aclCat, aclDryRun } from './permissions.js';
import { aclDelUser, aclGetUser, aclList, aclSetUser, aclUsers, aclWhoAmI } from './users.js';

const acl = defineContainer({
  name: 'ACL',
  summary: 'A container for commands about users and their permissions.',
  group: 'server',
  since: '6.0.0',
  complexity: 'Depends on subcommand.',
  subcommands: [
    aclCat,
    aclDelUser,
    aclDryRun,
    aclGenPass,
    aclGetUser,
    aclList,
    aclLoad,
    aclLog,
    aclSave,
    aclSetUser,
    aclUsers,
    aclWhoAmI,
    defineHelp('ACL', 'server', '6.0.0', [
      'CAT [<category>]',
      '    List all commands that belong to <category>, or all command categories',
      '    when no category is specified.',
      'DELUSER <username> [<username> ...]',
      '    Delete a list of users.',
      'DRYRUN <username> <command> [<arg> ...]',
      '    Returns whether the user can execute the given command without executing the command.',
      'GETUSER <username>',
      "    Get the user's details.",
      'GENPASS [<bits>]',
      '    Generate a secure 256-bit user password. The optional `bits` argument can',
      '    be used to specify a different size.',
      'LIST',
      '    Show users details in config file format.',
      'LOAD',
      '    Reload users from the ACL file.',
      'LOG [<count> | RESET]',
      '    Show the ACL log entries.',
      'SAVE',
      '    Save the current config to the ACL file.',
      'SETUSER <username> <attribute> [<attribute> ...]',
      '    Create or modify a user with the specified attributes.',
      'USERS',
      '    List all the registered usernames.',
      'WHOAMI',
      '    Return the current connection username.',
    ]),
  ],
});

export const aclCommands: readonly Declaration[] = [acl];
