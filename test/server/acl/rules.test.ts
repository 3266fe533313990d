import assert from 'node:assert/strict';
import { allCommands } from '../../../src/commands/all.js';
import { CommandTable } from '../../../src/commands/table.js';
import { AclRules, RuleMistake } from '../../../src/server/acl/rules.js';
import type { User } from '../../../src/server/acl/user.js';
import { type Dice, itRandomly } from '../../support/dice.js';

const table = new CommandTable(allCommands);
const rules = new AclRules(table);

/** @returns false when a rule was refused */
function applied(user: User, words: readonly string[]): boolean {
  for (const word of words) {
    try {
      rules.apply(user, word);
    } catch (thrown) {
      if (!(thrown instanceof RuleMistake)) throw thrown;
      return false;
    }
  }
  return true;
}

/** Which commands each selector of a user allows, by name. */
const allowed = ({ selectors }: User): string[][] =>
  selectors.map((selector) => table.names.filter((_, id) => selector.allowsCommand(id)));

const PIECES = [
  ...['on', 'off', 'nopass', 'reset', 'resetpass', 'resetkeys', 'allkeys', 'allchannels', 'clearselectors'],
  ...['+@all', '-@all', '+@', '-@', '+', '-', '~', '%', '%R', '%RW~', '&', '&*', '~*', '#', '!', '>', '<'],
  ...[
    '(',
    ')',
    '|',
    '*',
    ' ',
    '\0',
    '\xff',
    '"',
    "'",
    '\\',
    'read',
    'dangerous',
    'get',
    'config',
    'config|get',
  ],
  ...['select|0', 'x', 'a'.repeat(64)],
];

function randomRule(dice: Dice): string {
  if (dice.oneIn(4)) return dice.bytes(dice.between(0, 12)).toString('latin1');
  return Array.from({ length: dice.between(1, 4) }, () => dice.pick(PIECES)).join('');
}

describe('ACL rules', () => {
  itRandomly('of any kind are applied or refused, and nothing else', (dice) => {
    const user = rules.createUser('alice');
    for (let round = 0; round < 20_000; round++) applied(user, [randomRule(dice)]);
  });

  itRandomly('that a user is described by make the same user again', (dice) => {
    for (let round = 0; round < 500; round++) {
      const user = rules.createUser('alice');
      for (let count = dice.between(0, 12); count > 0; count--) applied(user, [randomRule(dice)]);
      const again = rules.createUser('alice');
      const words = user.describe().match(/\([^)]*\)|[^ ]+/g) ?? [];
      // A pattern may hold what splits words in a selector.
      if (/[()"']/.test(user.selectors.map(({ keysText, channelsText }) => keysText + channelsText).join('')))
        continue;
      assert.ok(applied(again, words), user.describe());
      assert.equal(again.describe(), user.describe());
      assert.deepEqual(allowed(again), allowed(user), user.describe());
      assert.equal(again.isUnrestricted, user.isUnrestricted);
    }
  });

  it('about a category are about all subcommands of a container in it', () => {
    const user = rules.createUser('alice');
    assert.ok(applied(user, ['+@all', '-@slow', '+acl|whoami']));
    const [commands] = allowed(user);
    assert.ok(
      !commands.includes('config|get') && commands.includes('acl|whoami') && commands.includes('get'),
    );
  });

  it('that give one command after another give no future ones', () => {
    const user = rules.createUser('alice');
    assert.ok(applied(user, ['~*', '&*', ...table.names.map((name) => `+${name}`)]));
    assert.equal(user.isUnrestricted, false);
    assert.ok(applied(user, ['+@all']));
    assert.equal(user.isUnrestricted, true);
    assert.ok(applied(user, ['-get', '+get']));
    assert.equal(user.isUnrestricted, false);
  });

  it('of a selector may restrict nothing', () => {
    const user = rules.createUser('alice');
    assert.ok(applied(user, ['(+@all ~* &*)']));
    assert.equal(user.isUnrestricted, true);
  });

  it('let new users hear everything where that is configured', () => {
    const generous = new AclRules(table);
    generous.allowsChannelsAtFirst = true;
    const user = generous.createUser('alice');
    generous.apply(user, '(+get)');
    assert.equal(user.describe(), 'off sanitize-payload &* -@all (&* -@all +get)');
    generous.apply(user, 'resetchannels');
    generous.apply(user, 'reset');
    assert.equal(user.describe(), 'off sanitize-payload &* -@all');
  });
});
