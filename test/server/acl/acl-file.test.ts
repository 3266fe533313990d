import assert from 'node:assert/strict';
import { allCommands } from '../../../src/commands/all.js';
import { CommandTable } from '../../../src/commands/table.js';
import { mergeSelectors, parseAclFile } from '../../../src/server/acl/acl-file.js';
import { AclRules } from '../../../src/server/acl/rules.js';

const rules = new AclRules(new CommandTable(allCommands));

describe('selectors that blanks took apart', () => {
  const merged = (...words: string[]) => {
    const result = mergeSelectors(words);
    return 'rules' in result ? result.rules : result.unmatched;
  };

  it('are put together again', () => {
    assert.deepEqual(merged('on', '(+get', '~x)', '(+set)', 'off'), ['on', '(+get ~x)', '(+set)', 'off']);
    assert.deepEqual(merged(), []);
    assert.deepEqual(merged('', ')'), ['', ')']);
  });

  it('begin again where another one opens, as Redis has it', () => {
    assert.deepEqual(merged('(+get', '(+set', '~x)'), ['(+set ~x)']);
  });

  it('are refused by the word that opens what nobody closes', () => {
    assert.equal(merged('on', '(+get', '~x'), 1);
  });
});

describe('an ACL file', () => {
  const parse = (...lines: string[]) => parseAclFile(lines.join('\n'), 'users.acl', rules);
  const errors = (...lines: string[]) => parse(...lines).errors;

  it('has a user in each line', () => {
    const { users, errors } = parse(
      'user alice on >x ~* +get',
      '',
      ' user bob\t\r',
      'user carol (+get ~x) &c',
      '',
    );
    assert.equal(errors, '');
    assert.deepEqual(
      [...users.values()].map((user) => user.declaration.replace(/#\w+/, '#')),
      [
        'alice on sanitize-payload # ~* resetchannels -@all +get',
        'bob off sanitize-payload resetchannels -@all',
        'carol off sanitize-payload resetchannels &c -@all (~x resetchannels -@all +get)',
      ],
    );
  });

  // What redis-server 7.0.15 says of the same files.
  it('is refused with all that is wrong', () => {
    assert.equal(
      errors('user alice on', '# comment', '', 'user bob on bla foo', 'user carl on +nosuch foo bar'),
      'users.acl:2 should start with user keyword followed by the username. users.acl:4: Syntax error. ' +
        "users.acl:5: Error in applying operation '+nosuch': Unknown command or category name in ACL. users.acl:5: Syntax error. ",
    );
    assert.equal(
      errors('user alice', 'user alice', 'bla', 'user ff off "', 'user g\th on'),
      "WARNING: Duplicate user 'alice' found on line 2. users.acl:3 should start with user keyword followed by the username. " +
        "users.acl:4: Syntax error. 'users.acl:5: username 'g\th' contains invalid characters. ",
    );
  });

  it('is refused where a selector is not closed, which redis-server 7.0.15 does not survive', () => {
    assert.equal(errors('user a (+get'), 'users.acl:1: Unmatched parenthesis in selector definition.');
  });
});
