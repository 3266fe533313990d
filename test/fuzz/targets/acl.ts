/** ACL rules: any words are refused with a reason, or make a user whose description makes the same user again. */
import assert from 'node:assert/strict';
import { allCommands } from '../../../src/commands/all.js';
import { CommandTable } from '../../../src/commands/table.js';
import { ReplyError } from '../../../src/protocol/reply-error.js';
import { parseAclFile } from '../../../src/server/acl/acl-file.js';
import { AclRules } from '../../../src/server/acl/rules.js';
import type { User } from '../../../src/server/acl/user.js';
import { Users } from '../../../src/server/acl/users.js';
import type { FuzzTarget } from '../target.js';

export function createAcl(): FuzzTarget {
  const rules = new AclRules(new CommandTable(allCommands));
  const users = new Users(rules);
  return {
    name: 'acl',
    dictionary: [
      ' ',
      'on',
      'nopass',
      '~',
      '%R~',
      '%RW~',
      '&',
      '+@',
      '-@',
      '+',
      '-',
      '(',
      ')',
      'get',
      'config|get',
      'allkeys',
      'reset',
      '>',
      '#',
      '"',
      '|',
      'clearselectors',
    ],
    seeds: () =>
      [
        'on nopass ~* &* +@all',
        'on >secret ~app:* %R~shared:* &news.* +@read -@dangerous +config|get',
        'off -@all +get +select|0 (~key* +set -get) (+@write allkeys)',
        'reset on resetpass resetkeys resetchannels nocommands clearselectors',
        `on #${'0123456789abcdef'.repeat(4)} !${'0123456789abcdef'.repeat(4)} %W~x`,
      ].map((text) => Buffer.from(text, 'latin1')),
    run(input) {
      const text = input.toString('latin1');
      const user = planned(users, text);
      if (user !== null) {
        const again = planned(users, user.describe());
        assert.equal(again?.describe(), user.describe(), 'a description makes the same user again');
      }
      const file = parseAclFile(`user u ${text}`, 'users.acl', rules);
      assert.equal(typeof file.errors, 'string');
    },
  };
}

/** @returns null when the rules are refused */
function planned(users: Users, text: string): User | null {
  try {
    return users.plan('u', text.split(' '));
  } catch (thrown) {
    if (!(thrown instanceof ReplyError)) throw thrown;
    return null;
  }
}
